/** What was read out of the code, for `--explain`: the ordering events of the functions that a patch changes. */

import type { StepNote } from '../lower/draft.js';
import type { Lowered } from '../lower/lower.js';
import type { ExtractedEvent } from './report.js';
import { placeOf } from './timeline.js';

interface Sides {
  readonly before: readonly Lowered[];
  readonly after: readonly Lowered[];
}

const key = (note: StepNote): string =>
  `${note.site.function}\n${note.call}\n${JSON.stringify(note.site.origin)}`;

function notesIn(all: readonly Lowered[], functions: ReadonlySet<string>): Map<string, StepNote> {
  const found = new Map<string, StepNote>();
  for (const lowered of all) {
    for (const note of lowered.notes.flat()) {
      if (note && note.call !== '' && functions.has(note.site.function)) found.set(key(note), note);
    }
  }
  return found;
}

/** Events of `functions`, each once, in the order of their lines. */
export function extractedEvents(
  file: string,
  { before, after }: Sides,
  functions: ReadonlySet<string>,
): ExtractedEvent[] {
  const [old, now] = [notesIn(before, functions), notesIn(after, functions)];
  const all = new Map([...old, ...now]);
  return [...all]
    .map(([id, note]): ExtractedEvent => ({
      function: note.site.function,
      text: note.call,
      at: placeOf(note.site.origin, file),
      side: old.has(id) && now.has(id) ? 'both' : old.has(id) ? 'before' : 'after',
    }))
    .sort(
      (a, b) =>
        a.function.localeCompare(b.function) ||
        a.at.kind.localeCompare(b.at.kind) ||
        a.at.line - b.at.line ||
        a.text.localeCompare(b.text),
    );
}
