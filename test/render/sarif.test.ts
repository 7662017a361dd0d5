import { describe, expect, it } from 'vitest';
import { renderSarif } from '../../server/src/render/sarif.js';
import { expectGolden } from '../golden.js';
import { everything, introduced, left, PATCH } from './reports.js';

interface Flow {
  readonly id: string;
  readonly locations: readonly { readonly executionOrder: number }[];
}

interface Result {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly level: string;
  readonly baselineState: string;
  readonly codeFlows: readonly { readonly threadFlows: readonly Flow[] }[];
}

interface Run {
  readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
  readonly results: readonly Result[];
  readonly invocations: readonly { readonly toolExecutionNotifications: readonly unknown[] }[];
}

function runOf(text: string): Run {
  const log = JSON.parse(text) as { version: string; runs: [Run] };
  expect(log.version).toBe('2.1.0');
  return log.runs[0];
}

describe('SARIF', () => {
  it('of a whole report is as read and accepted', () => {
    expectGolden('everything.sarif.json', renderSarif(everything));
  });

  it('names a rule that the driver describes', () => {
    const run = runOf(renderSarif(everything));
    for (const result of run.results) expect(run.tool.driver.rules[result.ruleIndex]?.id).toBe(result.ruleId);
  });

  it('gives one flow in execution order first, then one for each actor', () => {
    const flows = runOf(renderSarif(left)).results[0]?.codeFlows[0]?.threadFlows ?? [];
    const orders = flows.map((flow) => flow.locations.map((location) => location.executionOrder));
    expect(flows.map((flow) => flow.id)).toEqual(['interleaving', 'cpu0', 'cpu1', 'cpu2']);
    expect(orders[0]).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(orders.slice(1).flat().sort()).toEqual(orders[0]);
  });

  it('takes the code before the patch as the baseline, and a fixed race for no failure', () => {
    const states = runOf(renderSarif(everything)).results.map((each) => [each.baselineState, each.level]);
    expect(states).toEqual([
      ['absent', 'none'],
      ['unchanged', 'error'],
      ['new', 'error'],
    ]);
  });

  it('says what was not modelled and what was skipped', () => {
    expect(runOf(renderSarif(everything)).invocations[0]?.toolExecutionNotifications).toHaveLength(2);
  });

  it('encodes a file name that is no URI', () => {
    const named = JSON.parse(
      JSON.stringify(introduced).replaceAll(PATCH, 'a dir/<stdin>'),
    ) as typeof introduced;
    expect(renderSarif(named)).toContain('"uri": "a%20dir/%3Cstdin%3E"');
  });
});
