/** What is to be said of an input beside its verdicts: what they take for granted, and what was not judged at all. */

import type { InputSummary, LineNote, Report } from '../review/report.js';
import { isSilent } from './summary.js';

export interface Proviso {
  readonly files: readonly string[];
  readonly text: string;
}

/** Conditions that no finding names, each once. */
export function conditionsOf(report: Report): readonly Proviso[] {
  const byText = new Map<string, string[]>();
  for (const { file, conditions = [] } of report.inputs) {
    for (const { text } of conditions) {
      if (report.findings.some((finding) => finding.file === file && finding.condition === text)) continue;
      const files = byText.get(text) ?? [];
      if (!files.includes(file)) byText.set(text, [...files, file]);
    }
  }
  return [...byText].map(([text, files]) => ({ files, text }));
}

/** Whether some patch of the input was judged, with whatever result. */
export const isJudged = (report: Report, { file, passedOver = [] }: InputSummary): boolean =>
  passedOver.length === 0 ||
  !isSilent(report, file) ||
  report.explanation.releases.some((entry) => entry.file === file);

/**
 * Diffs that were not judged, like ones together. Quotes are what replies are made of: they are spoken of where nothing
 * else was judged and silence would be taken for an answer.
 */
export function passedOverOf(report: Report, input: InputSummary): readonly LineNote[] {
  const { passedOver = [] } = input;
  const shown = isJudged(report, input) ? passedOver.filter(({ kind }) => kind !== 'quoted') : passedOver;
  const first = new Map<string, LineNote>();
  for (const note of shown) if (!first.has(note.text)) first.set(note.text, note);
  return [...first.values()].map(({ line, text }) => {
    const more = shown.filter((note) => note.text === text).length - 1;
    return { line, text: more === 0 ? text : `${text}, and ${more} more like it` };
  });
}
