/** The whole answer for a person at a terminal. */

import type { Change, Finding, InputSummary, Report } from '../review/report.js';
import { explainLines } from './explain.js';
import { repairsOf } from './facts.js';
import { findingLines, type TextOptions } from './finding-text.js';
import { BLANK, line, paint, span, type Line } from './line.js';
import { notModelledNotes } from './not-modelled.js';
import { conditionsOf, isJudged, passedOverOf } from './provisos.js';
import { statsLines } from './stats.js';
import { isSilent, summary } from './summary.js';
import { wrap } from './width.js';

/** The worst first; what the patch closes comes last. */
const ORDER: readonly Change[] = ['introduced', 'left', 'untouched', 'unknown', 'absent', 'fixed'];

/** Findings, what the patch closes, what is not modelled, repairs, one line of summary; then the explanation if asked for. */
export function renderText(report: Report, options: TextOptions): string {
  return paint(
    [
      ...inReadingOrder(report.findings).flatMap((finding) => [
        ...findingLines(report, finding, options),
        BLANK,
      ]),
      ...noteLines(report, options.width),
      ...summaryLines(report, options.width),
      ...statsLines(report),
      ...(options.explain ? explainLines(report, options.width) : []),
    ],
    options.colour,
  );
}

/** The timeline of one finding with everything that belongs to it. */
export function renderFinding(report: Report, finding: Finding, options: TextOptions): string {
  return paint(findingLines(report, finding, options), options.colour);
}

/** Findings in the order in which people read them; equal ones stay as reported. */
export function inReadingOrder(findings: readonly Finding[]): Finding[] {
  return [...findings].sort((a, b) => ORDER.indexOf(a.change) - ORDER.indexOf(b.change));
}

function noteLines(report: Report, width: number): Line[] {
  return [
    ...notModelledNotes(report.notModelled).flatMap((entry) =>
      note(`${entry.file}:${entry.line}: `, `not modelled: ${entry.reason}`, width),
    ),
    ...conditionsOf(report).flatMap(({ files, text }) =>
      note(`${files.join(', ')}: `, `conditional: ${text}`, width),
    ),
    ...report.inputs.flatMap((input) =>
      passedOverOf(report, input).flatMap(({ line: at, text }) =>
        note(`${input.file}:${at}: `, `not judged: ${text}; --all judges it`, width),
      ),
    ),
    ...report.inputs
      .filter((input) => !isSilent(report, input.file) || input.incomplete !== undefined)
      .flatMap((input) =>
        repairsOf(input).flatMap((repair) => note(`${input.file}: `, `repaired: ${repair}`, width)),
      ),
  ];
}

function note(where: string, what: string, width: number): Line[] {
  const [first = '', ...rest] = wrap(where + what, width, 2);
  const named = Math.min(first.length, where.length);
  return [
    [span(first.slice(0, named), 'dim'), span(first.slice(named))],
    ...rest.map((text) => line(`  ${text}`)),
  ];
}

function summaryLines(report: Report, width: number): Line[] {
  const checked = summary(report);
  return [
    ...silentLines(
      report.inputs.filter((input) => isSilent(report, input.file) && isJudged(report, input)),
      width,
    ),
    ...(checked === ''
      ? []
      : wrap(checked, width, 2).map((text, at) => line((at > 0 ? '  ' : '') + text, 'strong'))),
  ];
}

/** One quiet line for all inputs that touch nothing which is modelled. */
function silentLines(inputs: readonly InputSummary[], width: number): Line[] {
  if (inputs.length === 0) return [];
  const names = inputs.map((input) => input.file).join(', ');
  return wrap(`${names}: touches no modelled ordering of direct I/O (ext4, XFS, iomap)`, width, 2).map(
    (text, at) => line((at > 0 ? '  ' : '') + text, 'dim'),
  );
}
