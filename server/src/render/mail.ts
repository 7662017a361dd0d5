/** One finding as the body of a reply: the hunk quoted, the timeline beneath, nothing wider than 72 columns but quotes. */

import { shortForm } from './short-form.js';
import type { Finding, Report, Timeline } from '../review/report.js';
import { drawTimeline } from './columns.js';
import { factsOf, namedScenarios } from './facts.js';
import { paint, line } from './line.js';
import { quotedPatch, type PatchText } from './patch-text.js';
import { padEnd, wrap } from './width.js';
import { changeWord, differingSentence, violation } from './words.js';

const WIDTH = 72;
const LABEL = 11;

export function renderMail(report: Report, finding: Finding, patchText: PatchText): string {
  const closed = finding.change === 'fixed';
  const paragraphs: string[][] = [
    quotedPatch(patchText, finding.file, finding.line, finding.endLine),
    wrap(`${changeWord(finding)}: ${finding.message}`, WIDTH),
    ...(closed ? [['Before the patch:']] : []),
    [
      ...timelineText(shortForm(finding.timeline).shown),
      '',
      ...wrap(`=> ${violation(finding)}`, WIDTH, 3).map(hang(3)),
    ],
    ...otherSideText(finding),
    factsOf(report, finding).flatMap((fact) => labelled(fact.label, fact.lines)),
    ...finding.loadBearing.map((load) => [
      ...quotedPatch(
        (file, at) => (at < load.line || at > load.endLine ? null : patchText(file, at)),
        finding.file,
        load.line,
        load.endLine,
      ),
      ...wrap('Without it the race is back in:', WIDTH),
      ...namedScenarios(report, finding.file, load.scenarios).flatMap((text) =>
        wrap(text, WIDTH - 2, 2)
          .map(hang(2))
          .map(inset),
      ),
    ]),
  ];
  const text = paragraphs.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
  return paint(
    text
      .join('\n\n')
      .split('\n')
      .map((each) => line(each)),
    false,
  );
}

function otherSideText({ otherSide }: Finding): string[][] {
  if (otherSide === undefined) return [];
  return [wrap(differingSentence(otherSide), WIDTH), timelineText(otherSide.timeline)];
}

/** Mail keeps to ASCII where it can: the arrow of a state change becomes `->`. */
const ascii = (text: string): string => text.replaceAll('→', '->');

function timelineText(timeline: Timeline): string[] {
  const steps = timeline.steps.map((step) => ({
    ...step,
    text: ascii(step.text),
    effects: step.effects.map(ascii),
  }));
  // Line numbers are those of the sender's file and would mean nothing to the readers of the mail.
  return paint(drawTimeline({ ...timeline, steps }, { width: WIDTH, places: false }), false)
    .trimEnd()
    .split('\n');
}

function labelled(label: string, lines: readonly string[]): string[] {
  return lines.flatMap((text, entry) =>
    wrap(text, WIDTH - LABEL, 2).map(
      (piece, at) => padEnd(entry + at === 0 ? label : '', LABEL) + (at > 0 ? '  ' : '') + piece,
    ),
  );
}

function hang(columns: number): (text: string, at: number) => string {
  return (text, at) => (at > 0 ? ' '.repeat(columns) : '') + text;
}

function inset(text: string): string {
  return `  ${text}`;
}
