/** A finding's scenarios as swimlanes, before and after the patch, made from real checks of the examples. */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { readPatches } from '../../server/src/diff/read.js';
import { check, type CheckResult } from '../../server/src/review/check.js';
import type { ScenarioTimeline } from '../../server/src/review/scenario-timeline.js';

/** Milliseconds for a whole check. */
const PATIENCE = 60_000;

type Checked = CheckResult & { readonly ok: true };

async function checked(example: string): Promise<Checked> {
  const read = await readPatches(
    readFileSync(fileURLToPath(new URL(`../../examples/${example}`, import.meta.url))),
  );
  if (!read.ok) throw new Error(read.what);
  const options = { kernel: null, tree: null, memory: 'lkmm', jobs: 1 } as const;
  const result = await check([{ file: example, input: read.input }], options);
  if (!result.ok) throw new Error(result.what);
  return result;
}

/** What a part of the state is after each step. */
function values({ stateNames, steps }: ScenarioTimeline, name: string): readonly string[] {
  const at = stateNames.indexOf(name);
  expect(at, name).toBeGreaterThanOrEqual(0);
  return steps.map(({ state }) => state[at]!);
}

describe('a race that a patch introduces', () => {
  let result: Checked;
  let view: ScenarioTimeline;

  beforeAll(async () => {
    result = await checked('complete-after-invalidation.patch');
    view = result.timeline({ finding: result.report.findings[0]!.id })!;
  }, PATIENCE);

  it('is shown as the finding shows it: its first scenario, after the patch', () => {
    const finding = result.report.findings[0]!;
    expect(view).toMatchObject({ scenario: finding.scenarios[0], side: 'after', memory: 'lkmm' });
    expect(view.actors).toEqual(finding.timeline.actors);
    expect(view.steps.map(({ n, text, at }) => ({ n, text, at }))).toEqual(
      finding.timeline.steps.map(({ n, text, at }) => ({ n, text, at })),
    );
  });

  it('ends in words that say who got what', () => {
    expect(view.violation).toEqual({
      property: 'P2',
      text: 'the direct write has completed, and a buffered read after it (DIO write) has returned zeros',
    });
  });

  it('has each lock from the step that takes it to the step that gives it back', () => {
    const taken = (actor: number, call: string) =>
      view.steps.filter((step) => step.actor === actor && step.text.includes(call)).map(({ n }) => n);
    const [first, second] = taken(0, 'xfs_ilock(');
    const [other] = taken(1, 'xfs_ilock(');
    const [added, , unlocked] = taken(1, 'page_cache_sync_readahead');
    expect(view.locks).toEqual([
      { lock: 'IOLOCK', mode: 'shared', actor: 0, from: first, to: taken(0, 'xfs_iunlock(')[0] },
      { lock: 'IOLOCK', mode: 'shared', actor: 1, from: other, to: null },
      { lock: 'page lock', mode: 'exclusive', actor: 1, from: added, to: unlocked },
      { lock: 'IOLOCK', mode: 'shared', actor: 0, from: second, to: null },
    ]);
  });

  it('tells the state after each step in words', () => {
    expect(new Set(values(view, 'i_dio_count'))).toEqual(new Set(['0', '1']));
    expect(new Set(values(view, 'page flags'))).toEqual(new Set(['none', 'locked', 'uptodate']));
    expect(new Set(values(view, 'extent of block'))).toEqual(new Set(['unwritten', 'mapped']));
    expect(values(view, 'disk of block').at(-1)).toBe('data 1');
    expect(values(view, 'IOLOCK')).toContain('2 readers');
    expect(values(view, 'DIO write got').at(-1)).toBe('zeros');
  });

  it('changes the state in the steps that have effects, and in no other', () => {
    const before = [view.initial, ...view.steps.map(({ state }) => state)];
    for (const [i, step] of view.steps.entries())
      expect({ n: step.n, changes: step.state.join() !== before[i]!.join() }).toEqual({
        n: step.n,
        changes: step.effects.length > 0,
      });
  });

  it('leaves out parts that are never anything: no page table entry where nobody maps the page', () => {
    expect(view.stateNames.filter((name) => name.includes('pte'))).toEqual([]);
  });

  it('can be seen in every scenario, on both sides', () => {
    expect(view.scenarios.map(({ id }) => id)).toEqual(result.report.findings[0]!.scenarios);
    for (const scenario of view.scenarios) {
      for (const side of ['before', 'after'] as const) {
        const other = result.timeline({ finding: view.finding.id, scenario: scenario.id, side })!;
        expect(other).toMatchObject({ scenario: scenario.id, side });
        expect(other.violation !== null).toBe(scenario[side] === 'race');
        expect(other.steps.some(({ differs }) => differs)).toBe(scenario[side] !== 'race');
      }
    }
    expect(view.scenarios[0]).toMatchObject({
      label: 'XFS, block=page, unwritten extent, 4.11',
      before: 'none',
      after: 'race',
      bounds: 'exhaustive',
    });
  });

  it('goes another way before the patch where the invalidation finds the page that was read', () => {
    const before = result.timeline({ finding: view.finding.id, side: 'before' })!;
    expect(before.actors).toEqual(view.actors);
    const first = before.steps.findIndex(({ differs }) => differs);
    const asInRace = ({ actor, text }: { actor: number; text: string }) => ({ actor, text });
    expect(before.steps.slice(0, first).map(({ text }) => text)).toEqual(
      expect.arrayContaining(['inode_dio_begin(inode)', 'submit_bio(bio): bio writes the disk']),
    );
    expect(asInRace(before.steps[first]!)).toEqual({ actor: 0, text: 'mapping->nrpages: reads 1' });
    expect(before.steps.find(({ text }) => text.endsWith('drops the page'))).toMatchObject({ differs: true });
    expect(values(before, 'DIO write got')).toContain('data 1');
    expect(values(before, 'DIO write got')).not.toContain('zeros');
  });

  it('is not there under another name', () => {
    expect(result.timeline({ finding: 'p2-00000000' })).toBeNull();
    expect(result.timeline({ finding: view.finding.id, scenario: 'xfs/none' })).toBeNull();
  });
});

describe('a count taken without a barrier', () => {
  let result: Checked;

  beforeAll(async () => {
    result = await checked('dio-count-without-barrier.mbox');
  }, PATIENCE);

  const find = (change: string) => result.report.findings.find((finding) => finding.change === change)!;

  it('takes effect after later steps, and points back to where it stands in the program', () => {
    const view = result.timeline({ finding: find('introduced').id })!;
    const late = view.steps.find(({ reordered }) => reordered === 'late')!;
    const issued = view.steps.find(({ n }) => n === late.programOrder)!;
    expect(issued).toMatchObject({ reordered: 'issued', programOrder: null, actor: late.actor, at: late.at });
    expect(issued.effects).toEqual([]);
    expect(late.effects).toEqual(['i_dio_count 0→1']);
    expect(late.n).toBeGreaterThan(issued.n + 1);
  });

  it('shows a race that the first patch closes before that patch, with what closes it', () => {
    const fixed = find('fixed');
    const view = result.timeline({ finding: fixed.id })!;
    expect(view.side).toBe('before');
    expect(view.violation?.text).toBe('a DIO read has returned stale disk blocks');
    expect(view.loadBearing.map(({ line }) => line)).toEqual(fixed.loadBearing.map(({ line }) => line));
    expect(view.loadBearing.length).toBeGreaterThan(0);
  });
});
