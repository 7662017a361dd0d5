/** The answer as Markdown, for a comment in a tracker or a web page. Patch text is escaped: it may hold anything. */

import type { Finding, Report, Timeline } from '../review/report.js';
import { explainLines } from './explain.js';
import { factsOf, namedScenarios, repairsOf } from './facts.js';
import type { TextOptions } from './finding-text.js';
import { gridOf, placeText, stepText } from './grid.js';
import { paint } from './line.js';
import { inReadingOrder } from './text.js';
import { RULES } from './rules.js';
import { notModelledNotes } from './not-modelled.js';
import { conditionsOf, isJudged, passedOverOf } from './provisos.js';
import { statsLines } from './stats.js';
import { isSilent, summary } from './summary.js';
import { expandTabs, printable } from './width.js';
import { changeWord, differingSentence, violation } from './words.js';

/** Width of the fenced explanation. */
const FENCED = 100;

export function renderMarkdown(report: Report, options: Pick<TextOptions, 'patchText' | 'explain'>): string {
  const silent = report.inputs.filter((input) => isSilent(report, input.file));
  const judgedSilent = silent.filter((input) => isJudged(report, input));
  const notes = [
    ...notModelledNotes(report.notModelled).map(
      (entry) => `${code(`${entry.file}:${entry.line}`)} not modelled: ${escape(entry.reason)}`,
    ),
    ...conditionsOf(report).map(
      ({ files, text }) => `${files.map(code).join(', ')} conditional: ${escape(text)}`,
    ),
    ...report.inputs.flatMap((input) =>
      passedOverOf(report, input).map(
        ({ line, text }) =>
          `${code(`${input.file}:${line}`)} not judged: ${escape(text)}; ${code('--all')} judges it`,
      ),
    ),
    ...report.inputs
      .filter((input) => !silent.includes(input) || input.incomplete !== undefined)
      .flatMap((input) =>
        repairsOf(input).map((repair) => `${code(input.file)} repaired: ${escape(repair)}`),
      ),
    ...judgedSilent.map(
      (input) => `${code(input.file)}: touches no modelled ordering of direct I/O (ext4, XFS, iomap)`,
    ),
  ];
  const sections = [
    ...inReadingOrder(report.findings).map((finding) =>
      renderFindingMarkdown(report, finding, options).trimEnd(),
    ),
    notes.map((note) => `- ${note}`).join('\n'),
    escape(summary(report)),
    report.stats === undefined ? '' : ['## Cost', fence(paint(statsLines(report), false))].join('\n\n'),
    options.explain ? ['## Explanation', fence(paint(explainLines(report, FENCED), false))].join('\n\n') : '',
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

export function renderFindingMarkdown(
  report: Report,
  finding: Finding,
  options: Pick<TextOptions, 'patchText'>,
): string {
  const place = `${code(`${finding.file}:${finding.line}`)} in ${code(`${finding.function}()`)}`;
  const rule = `${RULES[finding.property].slug}, ${finding.id}`;
  const facts = factsOf(report, finding).map(
    (fact) => `- ${fact.label}: ${fact.lines.map(escape).join('; ')}`,
  );
  const sections = [
    `## ${changeWord(finding)}: ${escape(finding.message)}`,
    `${place} (${escape(rule)})`,
    patchFence(options, finding.file, finding.line, finding.endLine),
    finding.change === 'fixed' ? 'Before the patch:' : '',
    table(finding.timeline),
    `**${escape(violation(finding))}**`,
    ...otherSide(finding),
    facts.join('\n'),
    ...finding.loadBearing.flatMap((load) => [
      `Load-bearing: ${code(`${finding.file}:${load.line}`)} ${code(load.text)}. Without it the race is back in ` +
        `${namedScenarios(report, finding.file, load.scenarios).map(escape).join('; ')}.`,
    ]),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

function otherSide({ otherSide: other }: Finding): string[] {
  if (other === undefined) return [];
  return [differingSentence(other), table(other.timeline)];
}

function patchFence(
  options: Pick<TextOptions, 'patchText'>,
  file: string,
  first: number,
  last: number,
): string {
  const lines: string[] = [];
  for (let at = first; at <= last; at++) lines.push(options.patchText(file, at) ?? '');
  return lines.every((text) => text === '')
    ? ''
    : fence(lines.map((text) => expandTabs(printable(text))).join('\n'), 'diff');
}

function table(timeline: Timeline): string {
  const { headings, rows } = gridOf(timeline);
  const header = ['#', ...headings.map(escape), 'state', 'at'];
  const body = rows.map((row) => {
    const cells = headings.map(() => '');
    if (row.kind === 'enter') {
      cells[row.actor] = `**${code(`${row.function}()`)}**`;
      return ['', ...cells, '', ''];
    }
    cells[row.actor] = code(stepText(row.step));
    return [String(row.step.n), ...cells, escape(row.step.effects.join(', ')), code(placeText(row.step.at))];
  });
  return [header, header.map(() => '---'), ...body].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** An underscore inside a word is none to Markdown and stays readable. */
export function escape(text: string): string {
  return printable(text).replace(/[\\`*{}[\]<>#|~&]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, '\\$&');
}

/** A code span whose delimiter is longer than any run of backticks in it; `|` would end a table cell. */
export function code(text: string): string {
  const tick = '`'.repeat(longestTicks(text) + 1);
  const pad = text.includes('`') ? ' ' : '';
  return tick + pad + printable(text).replaceAll('|', '\\|') + pad + tick;
}

export function fence(text: string, language = ''): string {
  const ticks = '`'.repeat(Math.max(3, longestTicks(text) + 1));
  return `${ticks}${language}\n${text.replace(/^\n+|\s+$/g, '')}\n${ticks}`;
}

function longestTicks(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map((run) => run[0].length));
}
