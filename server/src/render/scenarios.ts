/** Names many scenarios in few words: those that differ in one thing only become one line with alternatives. */

import type { Report, ScenarioSummary } from '../review/report.js';

/** One value set a dimension: file system, release, actors, then each mount option by its position. */
type Group = readonly (readonly string[])[];

/** The scenarios of a file by their ids, each distinct one once, in the order of `ids`. */
export function scenariosOf(report: Report, file: string, ids: readonly string[]): ScenarioSummary[] {
  const byId = new Map<string, ScenarioSummary>();
  for (const row of report.verdicts) {
    if (row.file === file && !byId.has(row.scenario.id)) byId.set(row.scenario.id, row.scenario);
  }
  return ids.flatMap((id) => byId.get(id) ?? []);
}

/** One line a group, e.g. `ext4 5.5-5.8, delalloc | nodelalloc, extents: DIO read + write fault`. */
export function describeScenarios(scenarios: readonly ScenarioSummary[]): string[] {
  let groups: Group[] = scenarios.map(dimensions);
  const deepest = Math.max(0, ...groups.map((group) => group.length));
  // Mount options first: alternatives among them are what a reader looks for.
  for (let at = deepest - 1; at >= 0; at--) groups = mergeAlong(groups, at);
  return groups.map(describe);
}

function dimensions(scenario: ScenarioSummary): Group {
  return [
    [scenario.fs],
    [scenario.release],
    [scenario.actors.join(' + ')],
    ...scenario.mount.map((option) => [option]),
  ];
}

/** Unites the groups that agree in everything but the values at `at`. */
function mergeAlong(groups: readonly Group[], at: number): Group[] {
  const merged = new Map<string, Group>();
  for (const group of groups) {
    const key = JSON.stringify(group.map((values, index) => (index === at ? null : values)));
    const known = merged.get(key);
    merged.set(key, known === undefined ? group : unite(known, group, at));
  }
  return [...merged.values()];
}

function unite(left: Group, right: Group, at: number): Group {
  return left.map((values, index) =>
    index === at ? [...new Set([...values, ...(right[index] ?? [])])] : values,
  );
}

function describe(group: Group): string {
  const [fs = '', release = '', actors = '', ...mount] = group.map((values) => values.join(' | '));
  const head = [`${fs} ${release}`.trim(), ...mount].join(', ');
  return actors === '' ? head : `${head}: ${actors}`;
}
