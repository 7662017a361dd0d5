/** The one sentence of a finding: what can happen, to whom, in which configuration. */

import type { Scenario } from '../kernel/scenarios.js';
import type { ExploredRun } from './judge.js';
import type { Change, PropertyId } from './report.js';

const FS_NAMES: Readonly<Record<string, string>> = { ext4: 'ext4', xfs: 'XFS' };

const HAPPENS: Readonly<Record<Change, string>> = {
  introduced: 'can now',
  left: 'can still',
  fixed: 'could',
  untouched: 'can',
  absent: 'cannot',
  unknown: 'may',
};

const article = (name: string): string => (/^[aeiou]/i.test(name) ? `an ${name}` : `a ${name}`);

function others(scenario: Scenario, self: string, involved: readonly string[]): string {
  const names = scenario.actors
    .map((actor) => actor.name)
    .filter((name) => name !== self && involved.includes(name));
  return names.length === 0
    ? ''
    : ` against ${names.map((name) => article(name === self ? `second ${name}` : name)).join(' and ')}`;
}

/** Which actor got what it should not have got, and what that is, from the last state of the trace. */
function victim(
  run: ExploredRun,
  last: readonly number[],
  property: PropertyId,
): { actor: string; got: string } {
  const { model, program } = run.lowered;
  for (const [index, own] of model.actors.entries()) {
    for (const got of own.got) {
      const name = model.valueNames.get(got)?.[last[got]!] ?? '';
      const wrong = property === 'P1' ? name === 'STALE' : name !== 'nothing';
      if (wrong && (property === 'P1' || own.returned >= 0))
        return { actor: program.actors[index]!.name, got: name };
    }
  }
  return { actor: program.actors[0]!.name, got: 'wrong data' };
}

/** `ext4, nodelalloc, hole, 5.5-5.8` */
export function configuration(scenario: Scenario, release: string): string {
  return (
    [FS_NAMES[scenario.configuration.fs], ...scenario.mount, `${scenario.start} extent`]
      .join(', ')
      .replace('hole extent', 'hole') + `, ${release}`
  );
}

/** E.g. "DIO read can still return stale disk blocks against a write fault (ext4, nodelalloc, hole, 5.5-5.8)". */
export function headline(
  property: PropertyId,
  change: Change,
  scenario: Scenario,
  release: string,
  run: ExploredRun,
  last: readonly number[],
  involved: readonly string[],
): string {
  const where = configuration(scenario, release);
  const { actor, got } = victim(run, last, property);
  const happens = HAPPENS[change];
  if (property === 'P1') {
    return `a ${actor} ${happens} return stale disk blocks${others(scenario, actor, involved)} (${where})`;
  }
  const writer = scenario.actors.find((role) => role.kind === 'dio-write')?.name ?? 'direct write';
  const what = got === 'old data' ? 'old data' : got.toLowerCase();
  const rivals = others(
    scenario,
    actor,
    involved.filter((name) => name !== writer && !name.startsWith('AIO')),
  ).replace('a buffered read', 'another buffered read');
  return `after ${article(writer)} has completed, a buffered read ${happens} return ${what} from the page cache${rivals} (${where})`;
}

/** What has gone wrong at the end of a trace: "a DIO read has returned stale disk blocks". */
export function violationText(property: PropertyId, run: ExploredRun, last: readonly number[]): string {
  const { actor, got } = victim(run, last, property);
  if (property === 'P1') return `${article(actor)} has returned stale disk blocks`;
  return `the direct write has completed, and a buffered read after it (${actor}) has returned ${got}`;
}
