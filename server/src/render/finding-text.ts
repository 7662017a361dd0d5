/** One finding for a person at a terminal: headline, the patch's line, the timeline, where it exists. */

import { shortForm } from './short-form.js';
import type { Finding, LoadBearing, Report } from '../review/report.js';
import { drawTimeline } from './columns.js';
import { factsOf, namedScenarios, type Fact } from './facts.js';
import { placeText, stepText } from './grid.js';
import { BLANK, indent, line, span, type Line, type Style } from './line.js';
import { patchLines, type PatchText } from './patch-text.js';
import { RULES } from './rules.js';
import { padEnd, padStart, wrap } from './width.js';
import { changeWord, differing, lineRanges, violation } from './words.js';

export interface TextOptions {
  /** Columns of the screen. */
  readonly width: number;
  readonly colour: boolean;
  /** Also say where every step stands, what was extracted and which scenarios ran. */
  readonly explain: boolean;
  readonly patchText: PatchText;
}

/** Running text wider than this is hard to read; timelines may use the whole width. */
const PROSE = 100;
const MARGIN = 2;
const LABEL = 11;

export function findingLines(report: Report, finding: Finding, options: TextOptions): Line[] {
  const prose = Math.min(options.width, PROSE);
  return [
    ...headline(finding, prose),
    ...indent(
      [
        ...placeLines(finding, prose - MARGIN),
        ...indent(patchLines(options.patchText, finding.file, finding.line, finding.endLine), MARGIN),
        BLANK,
        ...timelineLines(finding, options),
        ...otherSideLines(finding, options),
        BLANK,
        ...factsOf(report, finding).flatMap((fact) => factLines(fact, prose - MARGIN)),
        ...finding.loadBearing.flatMap((load) =>
          loadBearingLines(report, finding, load, options, prose - MARGIN),
        ),
        ...(options.explain ? stepPlaces(finding, prose - MARGIN) : []),
      ],
      MARGIN,
    ),
  ];
}

function headline(finding: Finding, width: number): Line[] {
  const word = `${changeWord(finding)}:`;
  const [first = '', ...rest] = wrap(`${word} ${finding.message}`, width, MARGIN);
  return [
    [span(first.slice(0, word.length), styleOf(finding)), span(first.slice(word.length), 'strong')],
    ...rest.map((text) => line(`  ${text}`, 'strong')),
  ];
}

function styleOf(finding: Finding): Style {
  switch (finding.change) {
    case 'introduced':
    case 'left':
    case 'fixed':
      return finding.change;
    default:
      return 'strong';
  }
}

function placeLines(finding: Finding, width: number): Line[] {
  const place = `${finding.file}:${finding.line}`;
  const [first = '', ...rest] = wrap(`${place} ${placeDetail(finding)}`, width, MARGIN);
  const named = Math.min(first.length, place.length);
  return [
    [span(first.slice(0, named)), span(first.slice(named), 'dim')],
    ...rest.map((text) => line(`  ${text}`, 'dim')),
  ];
}

function placeDetail(finding: Finding): string {
  return `in ${finding.function}() [${RULES[finding.property].slug} ${finding.id}]`;
}

function timelineLines(finding: Finding, options: TextOptions): Line[] {
  const margin = MARGIN * 2;
  const { shown, left } = options.explain
    ? { shown: finding.timeline, left: 0 }
    : shortForm(finding.timeline);
  return [
    ...(finding.change === 'fixed' ? [line('before the patch:', 'dim'), BLANK] : []),
    ...indent(drawTimeline(shown, { width: options.width - margin, places: true }), MARGIN),
    ...wrap(`=> ${violation(finding)}`, Math.min(options.width, PROSE) - margin, 3).map((text, at) =>
      line(`  ${at > 0 ? '   ' : ''}${text}`, 'strong'),
    ),
    ...(left > 0
      ? [line(`  ${leftOut(left)}; \`timeline\` and --explain show ${left === 1 ? 'it' : 'them'}`, 'dim')]
      : []),
  ];
}

/** What keeps the race away on the side that does not have it. */
function otherSideLines({ otherSide }: Finding, options: TextOptions): Line[] {
  if (otherSide === undefined) return [];
  const width = options.width - MARGIN * 2;
  return [
    BLANK,
    ...wrap(differing(otherSide), width, MARGIN).map((text) => line(text, 'dim')),
    BLANK,
    ...indent(drawTimeline(otherSide.timeline, { width, places: true }), MARGIN),
  ];
}

const leftOut = (steps: number): string =>
  steps === 1
    ? '1 step that touches nothing shared is left out'
    : `${steps} steps that touch nothing shared are left out`;

function factLines(fact: Fact, width: number): Line[] {
  return fact.lines.flatMap((text, entry) =>
    wrap(text, width - LABEL, 2).map((piece, at): Line => [
      span(padEnd(entry === 0 && at === 0 ? fact.label : '', LABEL), 'dim'),
      span((at > 0 ? '  ' : '') + piece),
    ]),
  );
}

/** What the patch closes the race with: take the line away and the race is back. */
function loadBearingLines(
  report: Report,
  finding: Finding,
  load: LoadBearing,
  options: TextOptions,
  width: number,
): Line[] {
  const own = patchLines(options.patchText, finding.file, load.line, load.endLine);
  const where = `${finding.file}:${load.line === load.endLine ? load.line : lineRanges([load.line, load.endLine])}`;
  return [
    BLANK,
    ...wrap(`load-bearing: ${where}`, width, MARGIN).map((text) => line(text, 'fixed')),
    ...indent(own.length > 0 ? own : wrap(load.text, width - MARGIN).map((text) => line(text)), MARGIN),
    ...indent(
      [
        line('without it the race is back in:'),
        ...namedScenarios(report, finding.file, load.scenarios).flatMap((text) =>
          wrap(text, width - MARGIN * 2, 2).map((piece, at) => line((at > 0 ? '    ' : '  ') + piece)),
        ),
      ],
      MARGIN,
    ),
  ];
}

function stepPlaces(finding: Finding, width: number): Line[] {
  const digits = String(finding.timeline.steps.length).length;
  return [
    BLANK,
    line('where the steps stand', 'dim'),
    ...finding.timeline.steps.flatMap((step) =>
      wrap(`${placeText(step.at)}  ${step.function}(): ${stepText(step)}`, width - digits - 4, 2).map(
        (text, at) =>
          line(`  ${padStart(at === 0 ? String(step.n) : '', digits)}  ${at > 0 ? '  ' : ''}${text}`),
      ),
    ),
  ];
}
