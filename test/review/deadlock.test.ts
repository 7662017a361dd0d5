/** P7: direct I/O and who frees its blocks wait for each other, on the bundled paths as they are and with one thing wrong. */

import { describe, expect, it } from 'vitest';
import type { ExploredRun } from '../../server/src/review/judge.js';
import { readTrace } from '../../server/src/review/timeline.js';
import { bundledEras } from '../../server/src/source/bundled.js';
import { eraCode, mutated, runs, said, scenario, type Mutation } from './code.js';
import { diffOf, report } from './patches.js';

const idOf = (fs: string, io: string, by: string): string =>
  `${fs}/${io}+${by}${fs === 'ext4' ? '/delalloc' : ''}/mapped`;
const ALL = ['ext4', 'xfs'].flatMap((fs) => [
  idOf(fs, 'dio-read', 'truncate'),
  idOf(fs, 'dio-write', 'punch-hole'),
]);
const unpatched = bundledEras().flatMap(({ id }) => ALL.map((one) => [id, one] as const));

/** No release from 4.8 on is known to hang here. */
describe('the releases', () => {
  it.each(unpatched)('%s %s: none', (era, id) => {
    expect(said(runs.run(eraCode(era), scenario(id)), 'P7')).toBe('none');
  });
});

const ext4Read = { era: '5.15', path: 'fs/ext4/file.c', function: 'ext4_dio_read_iter' } as const;
const iomap = { era: '5.15', path: 'fs/iomap/direct-io.c', function: '__iomap_dio_rw' } as const;
const punch = { era: '5.15', path: 'fs/ext4/inode.c', function: 'ext4_punch_hole' } as const;

const COUNT_BEFORE_LOCK: Mutation = {
  ...ext4Read,
  find: /\t\tinode_lock_shared\(inode\);\n([\s\S]*)\tinode_unlock_shared\(inode\);\n\n/,
  replace:
    '\t\tinode_dio_begin(inode);\n\t\tinode_lock_shared(inode);\n$1\tinode_unlock_shared(inode);\n\tinode_dio_end(inode);\n\n',
};

type Row = readonly [what: string, mutation: Mutation, stuck: readonly string[], safe: readonly string[]];

const CHANGES: readonly Row[] = [
  [
    'a read counts itself before it takes the lock that the waiter holds',
    COUNT_BEFORE_LOCK,
    [idOf('ext4', 'dio-read', 'truncate')],
    [idOf('ext4', 'dio-write', 'punch-hole')],
  ],
  [
    'direct I/O that waits for itself',
    { ...iomap, find: '\tinode_dio_begin(inode);\n', replace: '$&\tinode_dio_wait(inode);\n' },
    ALL,
    [],
  ],
  [
    'a completion that takes the lock that its submitter holds',
    {
      ...ext4Read,
      function: 'ext4_dio_write_end_io',
      find: '\tpos += size;\n',
      replace: '\tinode_lock(inode);\n$&\tinode_unlock(inode);\n',
    },
    [idOf('ext4', 'dio-write', 'punch-hole')],
    [idOf('ext4', 'dio-read', 'truncate'), idOf('xfs', 'dio-write', 'punch-hole')],
  ],
  [
    'a lock that an early way out keeps',
    {
      ...punch,
      find: /\tinode_dio_wait\(inode\);\n/,
      replace: '$&\tif (inode_is_quiet(inode))\n\t\treturn 0;\n',
    },
    [idOf('ext4', 'dio-write', 'punch-hole')],
    [idOf('ext4', 'dio-read', 'truncate')],
  ],
];

describe('a change for the worse', () => {
  it.each(CHANGES)('%s', (_, mutation, stuck, safe) => {
    const code = mutated(mutation);
    const verdicts = (ids: readonly string[]) =>
      ids.map((id) => `${id} ${said(runs.run(code, scenario(id)), 'P7')}`);
    expect(verdicts(stuck)).toEqual(stuck.map((id) => `${id} race`));
    expect(verdicts(safe)).toEqual(safe.map((id) => `${id} none`));
  });

  it('is told up to where nobody can go on', () => {
    const run = runs.run(
      mutated(COUNT_BEFORE_LOCK),
      scenario(idOf('ext4', 'dio-read', 'truncate')),
    ) as ExploredRun;
    const { timeline } = readTrace(run, 'P7', 'lkmm', 'f')!;
    expect(timeline.actors).toEqual(['DIO read', 'truncate']);
    expect(timeline.steps.flatMap(({ effects }) => effects).join()).toMatch(
      /i_dio_count 0→1.*i_rwsem writer 0→1|i_rwsem writer 0→1.*i_dio_count 0→1/,
    );
  });
});

describe('a patch', () => {
  it('that counts a read before its lock is told with what is held', async () => {
    const text = diffOf('5.15', ext4Read.path, [
      /\t\tinode_lock_shared\(inode\);\n\t}\n\n\tif \(!ext4_should_use_dio\(iocb, to\)/,
      '\t\tinode_dio_begin(inode);\n$&',
    ]);
    const { findings } = await report(text, { kernel: '6.1' });
    expect(findings.map(({ message }) => message)).toContain(
      'a DIO read and a truncate can now wait for ever, with i_rwsem held and i_dio_count at 1 (ext4, delalloc, mapped extent, 5.15-6.4)',
    );
  });

  it('that drops a lock which a signal has kept it from taking has one', async () => {
    const text = diffOf('6.14', 'fs/ext4/extents.c', [
      /\tinode_lock\(inode\);\n(?=[^}]*inode_dio_wait)/,
      '\tret = inode_lock_killable(inode);\n\tif (ret)\n\t\tgoto out_inode_lock;\n',
    ]);
    const { findings } = await report(text, { kernel: '6.14' });
    expect(findings.map(({ message }) => message).join()).toContain(
      'can now drop i_rwsem without holding it',
    );
  });

  it('that asks before it waits whether there is anything to wait for has none', async () => {
    const text = diffOf('6.14', 'fs/ext4/extents.c', [
      '\tinode_dio_wait(inode);\n',
      '\tif (!inode_dio_finished(inode))\n\t\tinode_dio_wait(inode);\n',
    ]);
    expect((await report(text, { kernel: '6.14' })).findings).toEqual([]);
  });

  it.each(['inode->i_flags & S_QUIET', 'inode_is_quiet(inode)'])(
    'that locks and unlocks under one condition has none: %s',
    async (condition) => {
      const when = `\tif (${condition})\n\t`;
      const text = diffOf('5.15', iomap.path, [
        /\tinode_dio_begin\(inode\);\n/,
        `${when}\tfilemap_invalidate_lock(mapping);\n$&${when}\tfilemap_invalidate_unlock(mapping);\n`,
      ]);
      const { findings } = await report(text, { kernel: '6.1' });
      expect(findings).toEqual([]);
    },
  );
});

describe('a race that is not there because everybody waits for ever', () => {
  it('is not told as closed', async () => {
    const text = diffOf('5.3', 'fs/iomap/direct-io.c', ['\tinode_dio_end(file_inode(iocb->ki_filp));\n', '']);
    const { findings, verdicts } = await report(text, { kernel: '5.3' });
    expect([...new Set(findings.map(({ property, change }) => `${property} ${change}`))].sort()).toEqual([
      'P6 introduced',
      'P7 introduced',
    ]);
    const unknown = verdicts.filter(({ change }) => change === 'unknown');
    expect(unknown.map(({ after }) => after)).toContain('not-modelled');
    expect(unknown.map(({ bounds }) => bounds)).toContain(
      'exhaustive for what ends; actors that wait for ever after the patch',
    );
  });
});
