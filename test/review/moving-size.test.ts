/**
 * XFS: an extending AIO write moves i_size in its completion, under no lock, beside who decides by i_size; as the paths
 * are and with one thing wrong.
 */

import { describe, expect, it } from 'vitest';
import { scenariosOf } from '../../server/src/kernel/scenarios.js';
import { bundledEras } from '../../server/src/source/bundled.js';
import { eraCode, mutated, runs, said, scenario, type Mutation } from './code.js';
import { changes, diffOf, report } from './patches.js';

const PREALLOCATE = 'xfs/extending-aio-dio-write+preallocate/hole-beyond-EOF';
const BUFFERED = 'xfs/extending-aio-dio-write+buffered-write/block<page/hole-beyond-EOF';
const ALL = [PREALLOCATE, BUFFERED];

/** xfs_file_fallocate() looked at i_size before it drained, until "xfs: properly serialise fallocate against AIO+DIO" (5.5). */
const BEFORE_5_5: ReadonlySet<string> = new Set(['4.10', '4.11', '4.12', '4.14', '4.19', '5.3']);

describe('the releases', () => {
  it.each(bundledEras().map(({ id }) => id))('%s: a preallocation moves EOF back before 5.5', (era) => {
    const code = eraCode(era);
    const verdicts = ALL.flatMap((id) => {
      const one = scenario(id);
      return one.asks.map((property) => [id, property, said(runs.run(code, one), property)] as const);
    });
    const others = verdicts.filter(([, , verdict]) => verdict !== 'none');
    expect(others).toEqual(BEFORE_5_5.has(era) ? [[PREALLOCATE, 'P5', 'race']] : []);
  });

  it('ext4 has none of them: it waits for an extending write whoever submits it', () => {
    const ext4 = scenariosOf('ext4').map(({ id }) => id);
    expect(ext4.filter((id) => /extending-aio-dio-write\+(?:preallocate|buffered-write)/.test(id))).toEqual(
      [],
    );
  });
});

type Row = readonly [what: string, mutation: Mutation, races: readonly string[], safe: readonly string[]];

const CHANGES: readonly Row[] = [
  [
    'fallocate does not drain before it looks at i_size',
    {
      era: '6.5',
      path: 'fs/xfs/xfs_file.c',
      function: 'xfs_file_fallocate',
      find: '\tinode_dio_wait(inode);\n',
      replace: '',
    },
    [PREALLOCATE],
    [BUFFERED],
  ],
  [
    'fallocate drains when it has looked at i_size',
    {
      era: '6.5',
      path: 'fs/xfs/xfs_file.c',
      function: 'xfs_falloc_setsize',
      find: '\tif (!new_size)\n\t\treturn 0;\n',
      replace: '$&\tinode_dio_wait(file_inode(file));\n',
    },
    [],
    [PREALLOCATE],
  ],
  [
    'a write behind EOF does not drain before it zeroes',
    {
      era: '5.15',
      path: 'fs/xfs/xfs_file.c',
      function: 'xfs_file_write_checks',
      find: '\t\t\tinode_dio_wait(inode);\n',
      replace: '',
    },
    [BUFFERED],
    [PREALLOCATE],
  ],
  [
    'a write behind EOF does not look at i_size again when it has drained',
    {
      era: '5.15',
      path: 'fs/xfs/xfs_file.c',
      function: 'xfs_file_write_checks',
      find: '\t\t\tgoto restart;\n\t\t}\n\n\t\terror = xfs_zero_range',
      replace: '\t\t}\n\n\t\terror = xfs_zero_range',
    },
    [BUFFERED],
    [PREALLOCATE],
  ],
  [
    'the same before 5.12',
    {
      era: '4.14',
      path: 'fs/xfs/xfs_file.c',
      function: 'xfs_file_aio_write_checks',
      find: '\t\t\tdrained_dio = true;\n\t\t\tgoto restart;\n',
      replace: '\t\t\tdrained_dio = true;\n',
    },
    [],
    [BUFFERED],
  ],
];

describe('a change for the worse', () => {
  it.each(CHANGES)('%s', (_, mutation, races, safe) => {
    const code = mutated(mutation);
    const verdict = (id: string) => [id, said(runs.run(code, scenario(id)), 'P5')];
    expect([...races, ...safe].map(verdict)).toEqual([
      ...races.map((id) => [id, 'race']),
      ...safe.map((id) => [id, 'none']),
    ]);
  });
});

describe('a patch that drops the wait before the zeroing', () => {
  const patch = diffOf('5.15', 'fs/xfs/xfs_file.c', ['\t\t\tinode_dio_wait(inode);\n', '']);

  it('opens P5', async () => {
    expect(changes(await report(patch, { kernel: '5.15' }))).toEqual([
      `P5 ${BUFFERED}@5.15-6.4: none -> race introduced`,
    ]);
  });

  it('shows whose zeros they are, and the look at i_size', async () => {
    const { findings } = await report(patch, { kernel: '5.15' });
    expect(findings.map(({ message }) => message)).toEqual([
      'a buffered write behind it can now overwrite the data of an AIO extending DIO write with zeros, which it writes from an EOF that has moved since (XFS, block<page, hole beyond EOF, 5.15-6.4)',
    ]);
    const shown = findings[0]!.timeline.steps.filter(({ quiet }) => quiet !== true);
    expect(shown.some(({ actor, text }) => actor === 2 && text.includes('i_size'))).toBe(true);
  });
});
