/** How serious a finding is. Maintainers argue whether zeros are a bug where one side is buffered and one direct. */

import { CONTENT } from '../kernel/model.js';
import type { Scenario } from '../kernel/scenarios.js';
import type { MemoryModel } from '../sim/exploration.js';
import { replay } from '../sim/replay.js';
import { traceOf, type ExploredRun, type Judgement } from './judge.js';
import type { Change, Severity } from './report.js';

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

/** Who writes directly and who reads through the page cache. */
export const isMixed = ({ actors }: Scenario): boolean =>
  actors.some(({ kind }) => kind === 'dio-write') &&
  actors.some(({ entries }) => entries.at(-1)!.endsWith('_buffered_read'));

/** A buffered reader beside a direct writer gets zeros, and nothing else is wrong. */
function isArguable({ property, scenario, runAfter }: Judgement, memory: MemoryModel): boolean {
  return property === 'P8' && isMixed(scenario) && runAfter !== null && givesZeros(runAfter, memory);
}

function givesZeros(run: ExploredRun, memory: MemoryModel): boolean {
  const { program, model } = run.lowered;
  const trace = traceOf(run, 'P8');
  const last = trace ? replay(program, trace, memory)?.states.at(-1) : undefined;
  const got = model.actors.flatMap((own) => own.got.map((id) => last?.[id] ?? CONTENT.nothing));
  return got.includes(CONTENT.zeros) && !got.includes(CONTENT.stale);
}
