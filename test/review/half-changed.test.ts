/** Functions that a patch changes on terms that it does not show: of what runs them neither a race nor none is said. */

import { describe, expect, it } from 'vitest';
import { diffOf, report, undoOf } from './patches.js';

const IOMAP = 'fs/iomap/direct-io.c';

/** `iomap_dio_rw()` with flags for the `bool` that it had until 5.10, in itself and in what it calls. */
const flagsForBool = diffOf(
  '5.9',
  IOMAP,
  ['\t\tbool wait_for_completion)\n', '\t\tunsigned int dio_flags)\n'],
  [
    '\tunsigned int flags = IOMAP_DIRECT;\n',
    '$&\tbool wait_for_completion = is_sync_kiocb(iocb) || (dio_flags & IOMAP_DIO_FORCE_WAIT);\n',
  ],
  ['\t\tbool wait_for_completion)\n', '\t\tunsigned int dio_flags)\n'],
  ['ops, dops, wait_for_completion);', 'ops, dops, dio_flags);'],
);

const ext4Adapted = diffOf('5.9', 'fs/ext4/file.c', [
  /is_sync_kiocb\(iocb\) \|\| unaligned_io \|\| extend\)/,
  '(unaligned_io || extend) ? IOMAP_DIO_FORCE_WAIT : 0)',
]);

describe('a function that gets other parameters', () => {
  it('is not judged with callers that pass the old ones, where the patch adapts others', async () => {
    const { findings, notModelled } = await report(flagsForBool + ext4Adapted, { kernel: '5.10' });
    expect(findings).toEqual([]);
    expect(notModelled.length).toBeGreaterThan(0);
    for (const { reason } of notModelled)
      expect(reason).toMatch(
        /the patch gives iomap_dio_rw\(\) other parameters, and \w+\(\) still passes the old ones/,
      );
  });

  it('is judged with all of them, where the patch adapts none', async () => {
    const renamed = diffOf('5.9', IOMAP, [
      /iomap_dio_complete\(struct iomap_dio \*dio\)/,
      'iomap_dio_complete(struct iomap_dio *dio, int unused)',
    ]);
    expect((await report(renamed, { kernel: '5.10' })).notModelled).toEqual([]);
  });
});

describe('a flag by its name', () => {
  it('says nothing to a release that takes true or false there', async () => {
    const { findings, notModelled } = await report(ext4Adapted, { kernel: '5.10' });
    expect(findings).toEqual([]);
    expect(notModelled.map(({ reason }) => reason)).toEqual([
      expect.stringContaining('gives flags where this release takes true or false'),
    ]);
  });
});

describe('a call with other arguments than the release takes', () => {
  it('says nothing of its caller', async () => {
    const more = diffOf('5.9', IOMAP, [
      '\treturn iomap_dio_complete(dio);\n',
      '\treturn iomap_dio_complete(dio, true);\n',
    ]);
    const { findings, notModelled } = await report(more, { kernel: '5.10' });
    expect(findings).toEqual([]);
    expect(notModelled.map(({ reason }) => reason).join()).toContain(
      'iomap_dio_complete(dio, true) has 2 arguments, and iomap_dio_complete() takes 1 here',
    );
  });
});

describe('a name that neither the function nor the patch declares', () => {
  const deciding = (condition: string): string =>
    diffOf('5.9', IOMAP, [
      '\tinode_dio_begin(inode);\n',
      `\tif (${condition})\n\t\tinode_dio_begin(inode);\n`,
    ]);

  it.each(['dio_flags & IOMAP_DIO_COUNTED', '!uncounted', 'uncounted == false || dio_flags'])(
    'is not guessed where a line of the patch decides by it: %s',
    async (condition) => {
      const { findings, notModelled } = await report(deciding(condition), { kernel: '5.10' });
      expect(findings).toEqual([]);
      expect(notModelled.map(({ reason }) => reason)).toEqual([
        expect.stringMatching(
          /`(dio_flags|uncounted)`, by which __iomap_dio_rw\(\) decides, is not declared there/,
        ),
      ]);
    },
  );

  it('is none where the patch declares it, or the release does', async () => {
    const local = diffOf(
      '5.9',
      IOMAP,
      ['\tunsigned int flags = IOMAP_DIRECT;\n', '$&\tbool counted = true;\n'],
      ['\tinode_dio_begin(inode);\n', '\tif (counted)\n\t\tinode_dio_begin(inode);\n'],
    );
    expect((await report(local, { kernel: '5.10' })).notModelled).toEqual([]);
    const known = await report(deciding('wait_for_completion'), { kernel: '5.10' });
    expect(known.notModelled.map(({ reason }) => reason).join()).not.toContain('is not declared');
  });

  it('is none where the patch has set it just before: what it holds is known', async () => {
    const { findings, notModelled } = await report(
      diffOf('5.9', IOMAP, [
        '\tinode_dio_begin(inode);\n',
        '\trc = 0;\n\tif (!rc)\n\t\tinode_dio_begin(inode);\n',
      ]),
      { kernel: '5.10' },
    );
    expect(findings).toEqual([]);
    expect(notModelled).toEqual([]);
  });

  it('is one where another way leads there as well', async () => {
    const { notModelled } = await report(
      diffOf('5.9', IOMAP, [
        '\tinode_dio_begin(inode);\n',
        '\tif (wait_for_completion)\n\t\trc = 0;\n\tif (!rc)\n\t\tinode_dio_begin(inode);\n',
      ]),
      { kernel: '5.10' },
    );
    expect(notModelled.map(({ reason }) => reason)).toEqual([
      expect.stringContaining('`rc`, by which __iomap_dio_rw() decides, is not declared there'),
    ]);
  });
});

describe('a function that nobody here knows in the place of what orders something', () => {
  const DROP = /\ttruncate_pagecache_range\(inode,/;
  const INODE = 'fs/ext4/inode.c';

  it('is taken neither for nothing nor for the same', async () => {
    const { findings, notModelled } = await report(diffOf('6.5', INODE, [DROP, '\text4_drop_range(inode,']), {
      kernel: '6.6',
    });
    expect(findings).toEqual([]);
    expect(notModelled.map(({ reason }) => reason)).toEqual([
      expect.stringContaining(
        'ext4_drop_range() takes the place of truncate_pagecache_range(), and what it does is not known',
      ),
    ]);
  });

  it('is known where the patch brings it, and is nothing to speak of beside what stays', async () => {
    const wrapper =
      'static void ext4_drop_range(struct inode *inode, loff_t from, loff_t to)\n{\n\ttruncate_pagecache_range(inode, from, to);\n}\n\n';
    const whole = diffOf(
      '6.5',
      INODE,
      [DROP, '\text4_drop_range(inode,'],
      [/int ext4_punch_hole\(/, `${wrapper}$&`],
    );
    const beside = diffOf('6.5', INODE, [DROP, '\text4_count_range(inode);\n$&']);
    for (const text of [whole, beside]) {
      const { findings, notModelled } = await report(text, { kernel: '6.6' });
      expect(findings).toEqual([]);
      expect(notModelled).toEqual([]);
    }
  });
});

describe('what orders something in the place of a function that nobody here knows', () => {
  const DROP = /\ttruncate_pagecache_range\(inode,/;

  it('may be what that did before', async () => {
    const text = undoOf('6.5', 'fs/ext4/inode.c', [DROP, '\text4_drop_range(inode,']);
    const { findings, notModelled } = await report(text, { kernel: '6.6' });
    expect(findings).toEqual([]);
    expect(notModelled.map(({ reason }) => reason)).toEqual([
      expect.stringContaining('truncate_pagecache_range() takes the place of ext4_drop_range()'),
    ]);
  });
});

it('is no function that the patch still calls, one that nobody here knows', async () => {
  const text = diffOf('6.9', 'fs/xfs/xfs_file.c', [
    /\treturn __xfs_filemap_fault\(vmf, 0,\n\t\t\t(IS_DAX.*)\);\n/,
    '\tif ($1)\n\t\treturn xfs_write_fault(vmf, 0);\n\treturn __xfs_filemap_fault(vmf, 0, false);\n',
  ]);
  expect(await report(text, { kernel: '6.12' })).toMatchObject({ findings: [], notModelled: [] });
});

it('is no macro that leads to the lock of an inode, in the arguments of what goes', async () => {
  const text = undoOf('5.15', 'fs/ext4/inode.c', [
    /filemap_invalidate_(?:un)?lock\(mapping\);/g,
    'up_write(&EXT4_I(inode)->i_mmap_sem);',
  ]);
  const { notModelled } = await report(text, { kernel: '5.15' });
  expect(notModelled.map(({ reason }) => reason).join()).not.toContain('EXT4_I()');
});

describe('a field by which a patch decides', () => {
  it('is not guessed where only other releases ever set it', async () => {
    const text = diffOf('4.14', 'fs/iomap.c', [
      'if (!dio->error &&',
      'if (!dio->error && dio->wait_for_completion &&',
    ]);
    const { findings, notModelled } = await report(text, { kernel: '4.14' });
    expect(findings).toEqual([]);
    expect(notModelled.map(({ reason }) => reason).join()).toContain(
      'the code of 4.14-4.18 here never sets dio->wait_for_completion, by which iomap_dio_complete() decides',
    );
  });
});

describe('a field that is written in the place of another', () => {
  const STEP = 'iomi.processed = iomap_dio_iter(&iomi, dio);';

  it('says nothing of the function where nobody reads it: another patch of the series makes it be read', async () => {
    const renamed = diffOf('6.9', IOMAP, [STEP, 'iomi.status = iomap_dio_iter(&iomi, dio);']);
    const { findings, notModelled } = await report(renamed, { kernel: '6.9' });
    expect(findings).toEqual([]);
    expect(notModelled.map(({ reason }) => reason)).toEqual([
      expect.stringContaining(
        'iomi.status takes the place of iomi.processed, and nothing here reads iomi.status',
      ),
    ]);
  });

  it('is judged where it is read', async () => {
    const other = diffOf('6.9', IOMAP, [STEP, 'iomi.pos = iomap_dio_iter(&iomi, dio);']);
    const { notModelled } = await report(other, { kernel: '6.9' });
    expect(notModelled.filter(({ reason }) => reason.includes('takes the place of'))).toEqual([]);
  });
});
