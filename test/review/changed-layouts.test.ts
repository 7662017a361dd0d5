/** ext4_break_layouts() waits for pages of DAX, and drops the lock that it is called under meanwhile. */

import { describe, expect, it } from 'vitest';
import { diffOf, report, type Replacement } from './patches.js';

const notes = async (...replacements: readonly Replacement[]): Promise<readonly string[]> =>
  (await report(diffOf('6.14', 'fs/ext4/extents.c', ...replacements), { kernel: '6.14' })).notModelled.map(
    ({ reason }) => reason,
  );

describe('a call that breaks layouts', () => {
  it('is said where the lock is taken behind it', async () => {
    const [said] = await notes(
      [/\tfilemap_invalidate_lock\(mapping\);\n(?=[^}]*ext4_break_layouts)/, ''],
      [/\tret = ext4_break_layouts\(inode\);\n/, '$&\tfilemap_invalidate_lock(mapping);\n'],
    );
    expect(said).toBe(
      'what ext4_break_layouts() waits for, and under which lock, is not modelled (6.14 and later)',
    );
  });

  it('is under the same lock where that can be given up', async () => {
    const killable = '\tret = inode_lock_killable(inode);\n\tif (ret)\n\t\treturn ret;\n';
    expect(await notes([/\tinode_lock\(inode\);\n(?=[^}]*inode_dio_wait)/, killable])).toEqual([]);
  });

  it('is under the same lock where another one is given up before', async () => {
    const early = '\tfilemap_invalidate_lock(mapping);\n\tfilemap_invalidate_unlock(mapping);\n';
    expect(await notes([/\tinode_dio_wait\(inode\);\n/, `${early}$&`])).toEqual([]);
  });

  it('is none of a patch to what comes behind it', async () => {
    expect(await notes([/\tinode_dio_wait\(inode\);\n/, ''])).toEqual([]);
  });
});
