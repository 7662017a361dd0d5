/** `Explain`: what was extracted, which scenarios ran with how many states, what was skipped and why; also where nothing was found. */

import { explainLines } from '../render/explain.js';
import { paint } from '../render/line.js';
import { code, escape, fence } from '../render/markdown.js';
import { conditionsOf, isJudged, passedOverOf } from '../render/provisos.js';
import { isSilent, summary } from '../render/summary.js';
import type { Report } from '../review/report.js';
import { JUDGE_IT } from './diagnostics.js';
import type { Outcome } from './worker-protocol.js';

const WIDTH = 100;

export function explainOf(name: string, outcome: Outcome): string {
  const body = outcome.kind === 'checked' ? explainReport(outcome.report) : [escape(outcome.what)];
  return `${[`# What was checked in ${code(name)}`, ...body].join('\n\n')}\n`;
}

function explainReport(report: Report): string[] {
  const silent = report.inputs.every(({ file }) => isSilent(report, file));
  const judged = report.inputs.some((input) => isJudged(report, input));
  const said = !judged
    ? 'Nothing was judged.'
    : silent
      ? 'No ordering of direct I/O against the page cache is touched.'
      : summary(report);
  const notes = report.notModelled.map(
    ({ line, reason }) => `- line ${line} not modelled: ${escape(reason)}`,
  );
  return [
    escape(said),
    ...report.findings.map(
      ({ change, message, id, line, condition }) =>
        `- ${change}, line ${line}: ${escape(message)} (${id})${condition === undefined ? '' : `; conditional: ${escape(condition)}`}`,
    ),
    ...provisos(report),
    ...(notes.length > 0 ? [notes.join('\n')] : []),
    fence(paint(explainLines(report, WIDTH), false)),
  ];
}

function provisos(report: Report): string[] {
  const lines = [
    ...conditionsOf(report).map(({ text }) => `- conditional: ${escape(text)}`),
    ...report.inputs.flatMap((input) =>
      passedOverOf(report, input).map(
        ({ line, text }) => `- line ${line} not judged: ${escape(text)}; ${JUDGE_IT}`,
      ),
    ),
  ];
  return lines.length === 0 ? [] : [lines.join('\n')];
}
