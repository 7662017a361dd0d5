/** The state of a scenario as people speak of it: a few named parts, each a word or two. */

import type { LockVariables, Model } from '../kernel/model.js';
import type { VariableId } from '../sim/program.js';
import { lockName } from './locks-held.js';

export interface StatePart {
  readonly name: string;
  readonly word: (values: readonly number[]) => string;
  /** Left out of a timeline in which it never changes. */
  readonly onlyIfChanging: boolean;
}

/** In the order in which a reader looks: the count, EOF, the page, the blocks, the locks, what each actor has. */
export function statePartsOf(model: Model): StatePart[] {
  return [
    always(model.variables[model.dioCount]!.name, (values) => String(values[model.dioCount]!)),
    ...(model.size === null ? [] : [always('i_size', named(model, model.size))]),
    always('page cache', (values) => (values[model.nrpages] === 0 ? 'no page' : 'page present')),
    always('page flags', (values) => pageFlags(model, values)),
    ...model.blocks.flatMap(({ extent, disk, page }) =>
      [page, extent, disk].map((id) => always(nameOf(model, id), named(model, id))),
    ),
    ...model.blocks.flatMap(({ buffer, moved }) =>
      [buffer, moved].flatMap((id) => (id === null ? [] : [changing(nameOf(model, id), named(model, id))])),
    ),
    ...[model.rwsem, model.invalidateLock].map((lock) => lockPart(model, lock)),
    ...model.actors.flatMap(({ pte, got }) => [
      changing(nameOf(model, pte), (values) => WRITABLE[values[pte]!]!),
      ...got.map((id) => changing(nameOf(model, id), named(model, id))),
    ]),
  ];
}

const WRITABLE = ['not writable', 'writable', 'of a dropped page'];

const always = (name: string, word: StatePart['word']): StatePart => ({ name, word, onlyIfChanging: false });
const changing = (name: string, word: StatePart['word']): StatePart => ({ name, word, onlyIfChanging: true });

/** Variables of a block are named after it alone; beside others they need to say what they are. */
function nameOf(model: Model, id: VariableId): string {
  const { name } = model.variables[id]!;
  if (/^block(?: \d+)?$/.test(name)) return `extent of ${name}`;
  return name.replace(/^page(?=$|,)/, 'page holds');
}

const named =
  (model: Model, id: VariableId): StatePart['word'] =>
  (values) =>
    model.valueNames.get(id)?.[values[id]!] ?? String(values[id]!);

function pageFlags(model: Model, values: readonly number[]): string {
  const { locked, dirty, uptodate, writeback } = model;
  const flags = Object.entries({ locked, uptodate, dirty, writeback }).filter(([, id]) => values[id] !== 0);
  return flags.length === 0 ? 'none' : flags.map(([flag]) => flag).join(' ');
}

function lockPart(model: Model, { readers, writer }: LockVariables): StatePart {
  return changing(lockName(model, readers), (values) => {
    if (values[writer] !== 0) return 'held exclusive';
    const count = values[readers]!;
    return count === 0 ? 'free' : `${count} ${count === 1 ? 'reader' : 'readers'}`;
  });
}
