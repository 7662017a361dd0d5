/** What was read out of the code, for `--explain`: the ordering events of the functions that a patch changes. */

import type { Code } from '../lower/code.js';
import type { StepNote } from '../lower/draft.js';
import type { Lowered } from '../lower/lower.js';
import type { Site } from '../lower/instruction.js';
import type { ExtractedEvent } from './report.js';
import { placeOf } from './timeline.js';

interface Side {
  readonly code: Code;
  readonly runs: readonly Lowered[];
}

interface Sides {
  readonly before: Side;
  readonly after: Side;
}

/** A call that makes an event, or leads to one. */
type Event = Pick<StepNote, 'call' | 'site'>;

const key = ({ call, site }: Event): string => `${site.function}\n${call}\n${JSON.stringify(site.origin)}`;

function eventsIn({ code, runs }: Side, functions: ReadonlySet<string>): Map<string, Event> {
  const notes = runs.flatMap((lowered) => lowered.notes.flat()).filter((note) => note !== null);
  const eventful = new Set(notes.map(({ site }) => site.function));
  const calls = [...functions].flatMap((name) => callsOf(code, name, eventful));
  const own = notes.filter(({ call, site }) => call !== '' && functions.has(site.function));
  return new Map([...calls, ...own].map((event) => [key(event), event]));
}

/** Calls of functions whose steps somebody takes: what a patch moves may be such a call alone. */
function callsOf(code: Code, name: string, eventful: ReadonlySet<string>): Event[] {
  return (code.function(name)?.instructions ?? []).flatMap((one) =>
    one.kind === 'call' && one.callee.kind === 'name' && eventful.has(one.callee.name)
      ? [{ call: one.text, site: one.site satisfies Site }]
      : [],
  );
}

/** Events of `functions`, each once, in the order of their lines. */
export function extractedEvents(
  file: string,
  { before, after }: Sides,
  functions: ReadonlySet<string>,
): ExtractedEvent[] {
  const [old, now] = [eventsIn(before, functions), eventsIn(after, functions)];
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
