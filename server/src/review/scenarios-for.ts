/** Which scenarios a placed patch is judged in, and which of them it leaves alone. */

import type { FileSystem } from '../kernel/configuration.js';
import { primitiveOf } from '../kernel/primitives.js';
import { scenariosOf, type Scenario } from '../kernel/scenarios.js';
import type { Code } from '../lower/code.js';
import type { KnownRun } from './known-runs.js';
import type { Placed } from './placement.js';

/** The file systems whose paths the patch may change: generic code is judged under each. */
function fileSystems({ placement }: Placed): readonly FileSystem[] {
  const paths = placement.changed.map((text) => text.path);
  const own = (['ext4', 'xfs'] as const).filter((fs) => paths.some((path) => path.startsWith(`fs/${fs}/`)));
  const generic = paths.some((path) => !/^fs\/(?:ext4|xfs)\//.test(path));
  return generic || own.length === 0 ? ['ext4', 'xfs'] : own;
}

export function scenariosFor(placed: Placed): readonly Scenario[] {
  return placed.placement.changed.length === 0 ? [] : fileSystems(placed).flatMap(scenariosOf);
}

/** Entries of its actors that this release does not have. */
export function missingEntries(scenario: Scenario, code: Code): string[] {
  const entries = scenario.actors.flatMap((actor) => actor.entries);
  return [...new Set(entries)].filter((entry) => !primitiveOf(entry, []) && !code.base.universe.has(entry));
}

/** Whether the scenario runs nothing that the patch changes: it need not be lowered to see that. */
export function isUntouched(known: KnownRun, { changed, unplaced }: Placed['placement']): boolean {
  if (changed.some(({ kind }) => kind === 'table')) return false;
  const names = new Set([
    ...changed.flatMap(({ beforeName }) => beforeName ?? []),
    ...unplaced.flatMap(({ half }) => half),
  ]);
  return !known.ran.some((name) => names.has(name));
}
