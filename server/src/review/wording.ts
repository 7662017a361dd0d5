/** The one sentence of a finding: what can happen, to whom, in which configuration. */

import { isCalled, isFreeing, takesBlocks, type ActorRole } from '../kernel/configuration.js';
import { unheldLocks } from '../kernel/model.js';
import { isLostDirectly, lost, LOSSES, type Loss } from '../kernel/lost-write.js';
import { mapsDroppedPage } from '../kernel/properties.js';
import type { AskedProperty, Scenario } from '../kernel/scenarios.js';
import { evaluate } from '../sim/expr.js';
import type { ExploredRun } from './judge.js';
import type { Change, PropertyId } from './report.js';
import { article, others, type Told } from './phrases.js';
import type { TraceEnd } from './timeline.js';
import { sizeHeadline, sizeViolation } from './size-wording.js';

const FS_NAMES: Readonly<Record<string, string>> = { ext4: 'ext4', xfs: 'XFS' };

const HAPPENS: Readonly<Record<Change, string>> = {
  introduced: 'can now',
  left: 'can still',
  fixed: 'could',
  untouched: 'can',
  absent: 'cannot',
  unknown: 'may',
};

interface Victim {
  readonly actor: string;
  readonly got: string;
}

/** The first actor that got something that `isWrong`, from the last state of the trace. */
function victim(
  { lowered: { model, program } }: ExploredRun,
  last: readonly number[],
  isWrong: (name: string) => boolean,
): Victim {
  for (const [index, own] of model.actors.entries()) {
    for (const got of own.got) {
      const name = model.valueNames.get(got)?.[last[got]!] ?? '';
      if (isWrong(name)) return { actor: program.actors[index]!.name, got: name };
    }
  }
  return { actor: program.actors[0]!.name, got: 'wrong data' };
}

/** `ext4, nodelalloc, hole, 5.5-5.8` */
export function configuration({ configuration: { fs }, mount, start }: Scenario, release: string): string {
  const extent = start === 'unwritten' || start === 'mapped' ? `${start} extent` : start;
  return [FS_NAMES[fs], ...mount, extent, release].join(', ');
}

const isStale = (name: string): boolean => name === 'STALE';
const isAnything = (name: string): boolean => name !== 'nothing';

function staleRead({ scenario, run, last, involved, happens }: Told): string {
  const { actor } = victim(run, last, isStale);
  return `a ${actor} ${happens} return stale disk blocks${others(scenario, actor, involved)}`;
}

function stalePage(told: Told): string {
  const { scenario, run, last, involved, happens } = told;
  const writer = scenario.actors.find((role) => role.kind === 'dio-write')?.name;
  if (writer === undefined) return outlivingPage(told);
  const { actor, got } = victim(run, last, isAnything);
  const what = got === 'old data' ? 'old data' : got.toLowerCase();
  const rivals = others(
    scenario,
    actor,
    involved.filter((name) => name !== writer && !name.startsWith('AIO')),
  ).replace('a buffered read', 'another buffered read');
  return `after ${article(writer)} has completed, a buffered read ${happens} return ${what} from the page cache${rivals}`;
}

/** Whose page outlives the call that takes its blocks, and what is in it. */
function outliving({ actors }: Scenario, { lowered: { model } }: ExploredRun, last: readonly number[]) {
  const rival = actors.find(takesBlocks)!;
  const { page } = model.blocks[[...rival.blocks, ...(rival.moves ?? [])][0]!]!;
  const holds =
    last[page] === model.freed ? "somebody else's data" : model.valueNames.get(page)?.[last[page]!];
  return { rival: rival.name, holds: holds ?? 'old data' };
}

/** The page that the cache has at the end is in order, and another is mapped. */
const leavesMapped = ({ actors }: Scenario, { lowered: { model } }: ExploredRun, last: readonly number[]) =>
  evaluate(mapsDroppedPage(model, actors), (id) => last[id]!) !== 0;

function outlivingPage({ scenario, run, last, happens }: Told): string {
  const { rival, holds } = outliving(scenario, run, last);
  const reader = scenario.actors.find((role) => !takesBlocks(role))!.name;
  if (leavesMapped(scenario, run, last))
    return `${article(reader)} ${happens} map a page that ${article(rival)} has dropped, and its process keep reading what the file no longer holds`;
  return `after ${article(rival)} has returned, a page that ${article(reader)} has filled ${happens} hold ${holds}`;
}

function missedWrite({ scenario, run, last, involved, happens }: Told): string {
  const { actor, got } = victim(run, last, isAnything);
  const what = got === 'STALE' ? 'stale disk blocks' : got;
  return `after a buffered write has returned, a DIO read ${happens} return ${what} instead of its data${others(scenario, actor, involved)}`;
}

const isDirect = ({ kind }: ActorRole): boolean => kind === 'dio-read' || kind === 'dio-write';

/** Who does the I/O, what it does, and who frees its blocks. */
function freeing({ actors }: Scenario) {
  const io = actors.find(isDirect)!;
  const by = actors.find(takesBlocks)!;
  return {
    io: io.name,
    does: io.kind === 'dio-read' ? 'read' : 'write',
    by: by.name,
    taken: isFreeing(by) ? 'freed' : 'moved',
  };
}

function usedAfterFree({ scenario, happens }: Told): string {
  const { io, does, by, taken } = freeing(scenario);
  return `the bio of ${article(io)} ${happens} ${does} blocks that ${article(by)} has ${taken}`;
}

/** Whose data is lost at the end of a trace, in which way, and who else there is. */
function lossAtEnd({ lowered: { model } }: ExploredRun, last: readonly number[], { actors }: Scenario) {
  const holds = (way: Loss): boolean => evaluate(lost(model, actors, [way]), (id) => last[id]!) !== 0;
  const victim = actors.findIndex(
    ({ kept }, i) => kept ?? evaluate(isLostDirectly(model, actors, i), (id) => last[id]!) !== 0,
  );
  const writers = actors.filter(({ kind }, i) => i !== victim && kind !== 'dio-completion');
  return {
    way: LOSSES.find(holds) ?? 'dropped',
    writer: actors[victim]!.name,
    rival: writers.at(-1)!.name,
    byWriteback: writers.at(-1)!.kind === 'writeback',
  };
}

function dataLost({ scenario, run, last, involved, happens }: Told): string {
  const { way, writer, rival, byWriteback } = lossAtEnd(run, last, scenario);
  const data = `the data of ${article(writer)}`;
  const rivals = others(scenario, writer, involved);
  switch (way) {
    case 'dropped':
      return `${data} ${happens} be dropped from the page cache before it is on disk${rivals}`;
    case 'not written':
      return `${data} ${happens} be lost: its page is clean and was never written${rivals}`;
    case 'without a block':
      return `${article(rival)} ${happens} take the block away from a dirty page: ${data} is lost`;
    case 'without a fault':
      return `${article(rival)} ${happens} leave a page writable whose block it takes away: what ${article(writer)} stores there is lost`;
    case 'zeroed':
      if (byWriteback)
        return `${article(rival)} ${happens} overwrite ${data} with what a page has held since before it`;
      return scenario.configuration.sizeAtStart === undefined
        ? `${article(rival)} ${happens} overwrite ${data} with zeros, in the part of a block that is not its own`
        : `${article(rival)} ${happens} overwrite ${data} with zeros, which it writes from an EOF that has moved since`;
    case 'cut off':
      return `${article(rival)} ${happens} move EOF back to before ${data}, by an i_size that it read too early`;
  }
}

function lossText(run: ExploredRun, last: readonly number[], scenario: Scenario): string {
  const { way, writer, rival, byWriteback } = lossAtEnd(run, last, scenario);
  switch (way) {
    case 'dropped':
      return `the data of the ${writer} is neither in the page cache nor on disk`;
    case 'not written':
      return `the page with the data of the ${writer} is clean, and the data is not on disk`;
    case 'without a block':
      return `the page with the data of the ${writer} is dirty, and the ${rival} has taken its block away`;
    case 'without a fault':
      return `the page with the data of the ${writer} is dirty, no buffer of it is mapped, and nothing will map one`;
    case 'zeroed':
      if (byWriteback) return `the disk, or the page to be written there, has not what the ${writer} wrote`;
      return scenario.configuration.sizeAtStart === undefined
        ? `the disk has zeros where the ${writer} wrote`
        : `the page cache has zeros, to be written, where the ${writer} wrote`;
    case 'cut off':
      return `the ${writer} was delivered, and EOF is before its data`;
  }
}

/** How the count is wrong at the end of a trace; negative where it was ended too often. */
function countAtEnd({ lowered: { model } }: ExploredRun, last: readonly number[]): number {
  return last[model.endedAtZero]! > 0 ? -1 : last[model.dioCount]!;
}

function unbalanced({ scenario, run, last, happens }: Told): string {
  const io = (scenario.actors.find(isDirect) ?? scenario.actors[0]!).name;
  return countAtEnd(run, last) < 0
    ? `${article(io)} ${happens} end with inode_dio_end() called once more than inode_dio_begin()`
    : `${article(io)} ${happens} end without inode_dio_end(): i_dio_count stays at ${countAtEnd(run, last)}, and inode_dio_wait() waits for ever`;
}

/** Locks that are held at the end of a trace. */
function heldLocks({ lowered: { model, program } }: ExploredRun, last: readonly number[]): readonly string[] {
  const semaphores = [model.rwsem, model.invalidateLock]
    .flatMap(({ readers, writer }) => (last[readers]! + last[writer]! > 0 ? [writer] : []))
    .map((writer) => program.variables[writer]!.name.replace(/ writer$/, ''));
  return [...semaphores, ...(last[model.locked]! > 0 ? ['the page lock'] : [])];
}

/** The lock that somebody took who held it, and whether a fault on user memory did. */
function takenAgain({ lowered: { model, program } }: ExploredRun, last: readonly number[]) {
  for (const { again, writer } of [model.rwsem, model.invalidateLock]) {
    if (again === null || last[again.id] === 0) continue;
    const name = program.variables[writer]!.name.replace(/ writer$/, '');
    return { name, byFault: again.by === 'fault' };
  }
  return null;
}

/** Locks that were dropped on the way by who did not hold them. */
const wronglyDropped = (
  { lowered: { model, program } }: ExploredRun,
  last: readonly number[],
): readonly string[] =>
  unheldLocks(model)
    .filter((id) => last[id]! > 0)
    .map((id) => program.variables[id]!.name.replace(/(?: dropped| unlocked), not (?:held|locked)$/, ''))
    .map((name) => (name === 'page' ? 'the page lock' : name));

/** Who waits for ever at the end of a trace, and what is held then. */
function stuckActors(run: ExploredRun, { last, waiting }: TraceEnd, { actors }: Scenario) {
  const names = waiting.map((actor) => article(actors[actor]!.name));
  const held = heldLocks(run, last).map((name) => `${name} held`);
  const count = last[run.lowered.model.dioCount]!;
  const state = [...held, ...(count > 0 ? [`i_dio_count at ${count}`] : [])].join(' and ');
  return { names: names.join(' and '), state: state === '' ? '' : `, with ${state}` };
}

function stuck({ scenario, run, happens, ...end }: Told): string {
  if (end.waiting.length > 0) {
    const { names, state } = stuckActors(run, end, scenario);
    return `${names} ${happens} wait for ever${state}`;
  }
  const holder = article(scenario.actors[end.holder!]!.name);
  const locks = heldLocks(run, end.last).join(' and ');
  const again = takenAgain(run, end.last);
  if (again !== null) {
    return again.byFault
      ? `${holder} ${happens} wait for ever: it touches user memory with ${again.name} held, and a fault on a mapping of the same file takes that again`
      : `${holder} ${happens} wait for ever: it takes ${again.name} again while it holds it, and a writer may wait in between`;
  }
  const dropped = wronglyDropped(run, end.last);
  if (dropped.length > 0) {
    const isHeld = dropped.some((name) => locks.includes(name));
    const how = isHeld ? 'in another mode than it has taken it' : 'without holding it';
    return `${holder} ${happens} drop ${dropped.join(' and ')} ${how}`;
  }
  return `${holder} ${happens} return with ${locks} held, and the next one waits for ever`;
}

/** What goes wrong on a path, where one line can make opposite things go wrong: a count or a lock that is left, or gone. */
export function wrongOnPath(property: PropertyId, run: ExploredRun, { last }: TraceEnd): 'left' | 'gone' {
  if (property === 'P6') return countAtEnd(run, last) < 0 ? 'gone' : 'left';
  return wronglyDropped(run, last).length > 0 ? 'gone' : 'left';
}

const HEADLINES: Readonly<Record<AskedProperty, (told: Told) => string>> = {
  P1: staleRead,
  P2: stalePage,
  P3: missedWrite,
  P4: usedAfterFree,
  P5: dataLost,
  P6: unbalanced,
  P7: stuck,
  P8: sizeHeadline,
};

/** E.g. "DIO read can still return stale disk blocks against a write fault (ext4, nodelalloc, hole, 5.5-5.8)". */
export function headline(
  property: AskedProperty,
  change: Change,
  scenario: Scenario,
  release: string,
  run: ExploredRun,
  { last, waiting, holder }: TraceEnd,
  involved: readonly string[],
): string {
  const happens = HAPPENS[change];
  const told: Told = { scenario, run, last, waiting, holder, involved, happens };
  return `${HEADLINES[property](told)} (${configuration(scenario, release)})`;
}

/** Among whom else the same lines make a race of the same kind: `; likewise AIO DIO read + punch hole, zero range`. */
export function likewise(scenarios: readonly Scenario[]): string {
  const rivals = new Map<string, Set<string>>();
  for (const { actors } of scenarios) {
    const [first, ...rest] = actors.filter((role) => !isCalled(role)).map(({ name }) => name);
    const known = rivals.get(first!) ?? new Set();
    rivals.set(first!, known.add(rest.join(' + ')));
  }
  if (rivals.size === 0) return '';
  const told = [...rivals].map(([first, rest]) => `${first} + ${[...rest].join(', ')}`);
  return `; likewise ${told.join('; ')}`;
}

type Violated = (run: ExploredRun, end: TraceEnd, scenario: Scenario) => string;

const VIOLATIONS: Readonly<Record<AskedProperty, Violated>> = {
  P1: (run, { last }) => `${article(victim(run, last, isStale).actor)} has returned stale disk blocks`,
  P2: (run, { last }, scenario) => {
    if (!scenario.actors.some(({ kind }) => kind === 'dio-write')) {
      const { rival, holds } = outliving(scenario, run, last);
      if (leavesMapped(scenario, run, last))
        return `the ${rival} has returned, and the process has a page mapped that was dropped from the page cache`;
      return `the ${rival} has returned, and the page cache still has ${holds} there`;
    }
    const { actor, got } = victim(run, last, isAnything);
    return `the direct write has completed, and a buffered read after it (${actor}) has returned ${got}`;
  },
  P3: (run, { last }) =>
    `the buffered write has returned, and a DIO read after it has returned ${victim(run, last, isAnything).got}`,
  P4: (_run, _end, scenario) => {
    const { io, does, by, taken } = freeing(scenario);
    return `the bio of the ${io} has ${does === 'read' ? 'read' : 'written'} blocks that the ${by} had ${taken}`;
  },
  P5: (run, { last }, scenario) => lossText(run, last, scenario),
  P6: (run, { last }) =>
    countAtEnd(run, last) < 0
      ? 'inode_dio_end() was called once more than inode_dio_begin()'
      : `the direct I/O has ended, and i_dio_count is ${countAtEnd(run, last)}`,
  P7: (run, end, scenario) => {
    const again = takenAgain(run, end.last);
    if (end.waiting.length === 0 && again !== null)
      return `${again.name} was taken ${again.byFault ? 'by a fault ' : ''}while it was held: with a writer in between, the two wait for each other`;
    const dropped = wronglyDropped(run, end.last);
    if (end.waiting.length === 0 && dropped.length > 0)
      return `${dropped.join(' and ')} was dropped by somebody who did not hold it so`;
    if (end.waiting.length === 0)
      return `everybody has returned, and ${heldLocks(run, end.last).join(' and ')} is still held`;
    const { names, state } = stuckActors(run, end, scenario);
    return `nobody can go on: waiting are ${names}${state}`;
  },
  P8: (run, { last }, scenario) => sizeViolation(run, last, scenario),
};

/** What has gone wrong at the end of a trace: "a DIO read has returned stale disk blocks". */
export function violationText(
  property: AskedProperty,
  scenario: Scenario,
  run: ExploredRun,
  end: TraceEnd,
): string {
  return VIOLATIONS[property](run, end, scenario);
}
