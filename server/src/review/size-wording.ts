/** What is said of P8: what a reader got of the bytes that a write appended, and where EOF stood then. */

import { CONTENT, type Model } from '../kernel/model.js';
import type { Scenario } from '../kernel/scenarios.js';
import type { ExploredRun } from './judge.js';
import { article, others, type Told } from './phrases.js';

/** What is wrong at the end of a trace. */
type Wrong =
  | { readonly kind: 'empty' }
  /** Of a page that was filled behind the EOF that a truncate has left. */
  | { readonly kind: 'zeros of truncate'; readonly reader: number }
  /** The write has returned, and its bytes lie beyond EOF. */
  | { readonly kind: 'short' }
  | {
      readonly kind: 'read';
      readonly reader: number;
      readonly got: 'zeros' | 'stale disk blocks' | 'data';
      readonly beyond: boolean;
    };

function wrongAtEnd(model: Model, last: readonly number[], { configuration }: Scenario): Wrong {
  if (model.freed !== null) {
    const reader = model.actors.findIndex(({ got }) => got.some((id) => last[id] === CONTENT.zeros));
    return reader < 0 ? { kind: 'empty' } : { kind: 'zeros of truncate', reader };
  }
  const appended = configuration.sizeAtStart!;
  for (const [reader, own] of model.actors.entries()) {
    for (const [block, id] of own.got.entries()) {
      const got = last[id]!;
      if (got === CONTENT.nothing || block < appended) continue;
      const beyond = last[model.size!]! <= block;
      if (got > CONTENT.stale && !beyond) continue;
      return { kind: 'read', reader, got: contentName(got), beyond };
    }
  }
  return { kind: 'short' };
}

const contentName = (got: number): 'zeros' | 'stale disk blocks' | 'data' =>
  got === CONTENT.zeros ? 'zeros' : got === CONTENT.stale ? 'stale disk blocks' : 'data';

const writerOf = ({ actors }: Scenario): string =>
  actors.find(({ kind }) => kind === 'dio-write' || kind === 'buffered-write')!.name;

const readsBack = ({ actors }: Scenario, reader: number): boolean => actors[reader]!.entries.length > 1;

const where = (beyond: boolean): string => (beyond ? 'beyond EOF' : 'inside EOF');

export function sizeHeadline({ scenario, run, last, involved, happens }: Told): string {
  const wrong = wrongAtEnd(run.lowered.model, last, scenario);
  if (wrong.kind === 'zeros of truncate') {
    const { name } = scenario.actors[wrong.reader]!;
    return `${article(name)} ${happens} return zeros for what a truncate takes away`;
  }
  const writer = article(writerOf(scenario));
  if (wrong.kind === 'empty')
    return `${writer} and a truncate ${happens} leave i_size over blocks that are freed`;
  if (wrong.kind === 'short')
    return `after ${writer} has completed, i_size ${happens} be short of what it wrote`;
  const gets = `${wrong.got} ${where(wrong.beyond)}`;
  const reader = scenario.actors[wrong.reader]!.name;
  if (!readsBack(scenario, wrong.reader))
    return `${article(reader)} ${happens} return ${gets}${others(scenario, reader, involved)}`;
  const rival = involved.includes('buffered read') ? ' against another buffered read' : '';
  return `after ${writer} has completed, a buffered read ${happens} return ${gets} from the page cache${rival}`;
}

export function sizeViolation(
  { lowered: { model } }: ExploredRun,
  last: readonly number[],
  scenario: Scenario,
): string {
  const wrong = wrongAtEnd(model, last, scenario);
  if (wrong.kind === 'zeros of truncate') {
    const { name } = scenario.actors[wrong.reader]!;
    return `${article(name)} has returned zeros, neither what was in the file nor that it has ended`;
  }
  const writer = writerOf(scenario);
  if (wrong.kind === 'empty')
    return 'write and truncate have returned, and i_size covers blocks that were freed';
  if (wrong.kind === 'short') return `the ${writer} has completed, and i_size is short of what it wrote`;
  const reader = scenario.actors[wrong.reader]!.name;
  const who = readsBack(scenario, wrong.reader)
    ? `the ${writer} has completed, and a buffered read after it`
    : article(reader);
  return `${who} has returned ${wrong.got} ${where(wrong.beyond)}`;
}
