/** How serious a finding is. Maintainers argue whether zeros are a bug where one side is buffered and one direct. */

import { CONTENT } from '../kernel/model.js';
import type { MemoryModel } from '../sim/exploration.js';
import { replay } from '../sim/replay.js';
import { traceOf, type ExploredRun, type Judgement } from './judge.js';
import type { Change, PropertyId, Severity } from './report.js';

const OF_CHANGE: Readonly<Record<Change, Severity>> = {
  introduced: 'error',
  left: 'warning',
  fixed: 'information',
  untouched: 'information',
  absent: 'information',
  unknown: 'information',
};

/** Of a race that several scenarios have: zeros alone make a warning of it only if nobody gets anything worse. */
export function severityOf(group: readonly Judgement[], memory: MemoryModel): Severity {
  const { change } = group[0]!;
  if (change !== 'introduced') return OF_CHANGE[change];
  return group.every((one) => isArguable(one, memory)) ? 'warning' : 'error';
}

const ARGUABLE: ReadonlySet<PropertyId> = new Set(['P2', 'P8']);

/** A buffered reader beside a direct writer gets zeros, and nothing else is wrong. */
function isArguable({ property, scenario, runAfter }: Judgement, memory: MemoryModel): boolean {
  const { actors } = scenario;
  const direct = actors.some(({ kind }) => kind === 'dio-write');
  const mixed = direct && actors.some(({ entries }) => entries.at(-1)!.endsWith('_buffered_read'));
  return ARGUABLE.has(property) && mixed && runAfter !== null && givesZeros(runAfter, property, memory);
}

function givesZeros(run: ExploredRun, property: PropertyId, memory: MemoryModel): boolean {
  const { program, model } = run.lowered;
  const trace = traceOf(run, property);
  const last = trace ? replay(program, trace, memory)?.states.at(-1) : undefined;
  const got = model.actors.flatMap((own) => own.got.map((id) => last?.[id] ?? CONTENT.nothing));
  return got.includes(CONTENT.zeros) && !got.includes(CONTENT.stale);
}
