/**
 * A page fault comes in the middle of a read or a write whose buffer is a mapping of the same file, under mmap_lock and
 * with whatever that call holds: i_rwsem, of a direct read or a write. No scenario has a fault there, so that one which
 * takes that lock itself is said.
 */

import type { ActorKind } from '../kernel/configuration.js';
import type { Model } from '../kernel/model.js';
import type { Lowered } from '../lower/lower.js';
import type { Step } from '../sim/program.js';
import { isChanged, type ChangedLines, type Judgement } from './judge.js';
import { lockName } from './locks-held.js';
import type { NotModelled } from './report.js';

type Note = Omit<NotModelled, 'file'>;

const FAULTS: ReadonlySet<ActorKind> = new Set(['write-fault', 'read-fault']);

/** The first of the patch's lines on which a fault takes the lock of reads and writes. */
export function locksInFaults(
  release: string,
  changed: ChangedLines,
  judgements: readonly Judgement[],
): readonly Note[] {
  const notes = judgements.flatMap(({ scenario, runAfter }) =>
    scenario.actors.flatMap(({ kind }, actor) =>
      runAfter && FAULTS.has(kind) ? takenBy(runAfter.lowered, actor, changed, release) : [],
    ),
  );
  return notes.sort((a, b) => a.line - b.line).slice(0, 1);
}

function takenBy(
  { program, notes, model }: Lowered,
  actor: number,
  changed: ChangedLines,
  release: string,
): readonly Note[] {
  const lock = lockName(model, model.rwsem.readers);
  return program.actors[actor]!.steps.flatMap((step, at): Note[] => {
    const note = notes[actor]![at];
    if (!note || !isChanged(note, changed) || TRIES.test(note.primitive) || !takesLock(step, model))
      return [];
    const { function: name, origin } = note.site;
    const reason = `${name}() takes ${lock} in a page fault: a read or write that holds it, with a mapping of the file as its buffer, would wait for itself, and that is not judged (${release})`;
    return [{ line: origin.line, reason }];
  });
}

/** Of a lock that is busy these wait for nobody. */
const TRIES = /try|nowait/;

const takesLock = (step: Step, { rwsem: { readers, writer } }: Model): boolean =>
  step.kind === 'atomic' &&
  step.order === 'acquire' &&
  step.alternatives.some(({ assign }) => assign.some(({ id }) => id === readers || id === writer));
