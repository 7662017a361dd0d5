import { describe, expect, it } from 'vitest';
import type { ScenarioSummary } from '../../server/src/review/report.js';
import { describeScenarios } from '../../server/src/render/scenarios.js';

function scenario(fs: string, release: string, ...mount: string[]): ScenarioSummary {
  return {
    id: [fs, release, ...mount].join('-'),
    fs,
    release,
    mount,
    actors: ['DIO read', 'flusher'],
    memory: 'lkmm',
  };
}

describe('scenarios in words', () => {
  it('one is named in full', () => {
    expect(describeScenarios([scenario('ext4', '5.5-5.8', 'delalloc')])).toEqual([
      'ext4 5.5-5.8, delalloc: DIO read + flusher',
    ]);
  });

  it('all combinations of two options become one line', () => {
    const all = ['delalloc', 'nodelalloc'].flatMap((allocation) =>
      ['extents', 'indirect'].map((format) => scenario('ext4', '5.5-5.8', allocation, format)),
    );
    expect(describeScenarios(all)).toEqual([
      'ext4 5.5-5.8, delalloc | nodelalloc, extents | indirect: DIO read + flusher',
    ]);
  });

  it('a combination that is missing is not claimed', () => {
    const some = [
      scenario('ext4', '5.5-5.8', 'delalloc', 'extents'),
      scenario('ext4', '5.5-5.8', 'nodelalloc', 'extents'),
      scenario('ext4', '5.5-5.8', 'nodelalloc', 'indirect'),
    ];
    const lines = describeScenarios(some);
    expect(lines).toHaveLength(2);
    expect(lines.join()).not.toMatch(/delalloc \| nodelalloc, extents \| indirect/);
  });

  it('the same options in several releases become one line', () => {
    expect(
      describeScenarios([scenario('xfs', '5.5-5.8', 'sync'), scenario('xfs', '5.9-6.4', 'sync')]),
    ).toEqual(['xfs 5.5-5.8 | 5.9-6.4, sync: DIO read + flusher']);
  });
});
