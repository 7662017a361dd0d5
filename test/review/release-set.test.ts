/** The release that the user sets, and a patch for another one. */

import { describe, expect, it } from 'vitest';
import { changes, diffOf, report } from './patches.js';

const DIRECT_IO = 'fs/iomap/direct-io.c';

const WITHOUT_INVALIDATION = diffOf('5.15', DIRECT_IO, [
  /\tif \(!dio->error && dio->size &&\n[^}]*\t}\n\n/,
  '',
]);

const notes = ({ notModelled }: Awaited<ReturnType<typeof report>>): readonly string[] =>
  notModelled.map(({ reason }) => reason);

describe('a patch that only takes away', () => {
  it('is not in a release that has most of it word by word', async () => {
    const all = await report(WITHOUT_INVALIDATION, { kernel: '5.8' });
    expect(changes(all)).toContain(
      'P2 xfs/dio-write+buffered-read/block=page/mapped@5.8: none -> race introduced',
    );
    expect(notes(all)).toEqual([]);
  });

  it('is said to be in one that has nothing of it', async () => {
    const all = await report(WITHOUT_INVALIDATION, { kernel: '6.14' });
    expect(notes(all)).toEqual([
      '6.14 and later has nothing of what the patch takes away, and is judged as if it had this change already',
    ]);
  });
});

describe('a release that has no file of a patch', () => {
  it('is told, with those that have it', async () => {
    const patch = diffOf('4.14', 'fs/iomap.c', [
      'if (!dio->error &&',
      'if (!dio->error && is_sync_kiocb(iocb) &&',
    ]);
    expect(notes(await report(patch, { kernel: '5.8' }))).toEqual([
      'the release is set to 5.8, which has no file of the patch; that fits 4.14-4.18 and 4.19-5.2',
    ]);
  });

  it('is not told where no release has any of it', async () => {
    const patch = [
      'diff --git a/fs/ext4/xattr.c b/fs/ext4/xattr.c',
      '--- a/fs/ext4/xattr.c',
      '+++ b/fs/ext4/xattr.c',
      '@@ -1,3 +1,3 @@ static int ext4_xattr_check(struct inode *inode)',
      ' {',
      '-\treturn 0;',
      '+\treturn 1;',
      ' }',
      '',
    ].join('\n');
    expect(notes(await report(patch, { kernel: '5.8' }))).toEqual([]);
  });
});
