/** A fault in the middle of a read or a write comes with what that holds; no scenario has one there. */

import { describe, expect, it } from 'vitest';
import { diffOf, report, type Replacement } from './patches.js';

const notes = async (...replacements: readonly Replacement[]) =>
  (await report(diffOf('6.14', 'fs/ext4/inode.c', ...replacements), { kernel: '6.14' })).notModelled.map(
    ({ reason }) => reason,
  );

describe('a lock that a page fault takes', () => {
  it('is said where reads and writes hold it', async () => {
    const taken: Replacement = [/\tfilemap_invalidate_lock_shared\(mapping\);\n/, '\tinode_lock(inode);\n$&'];
    const dropped: Replacement = [
      /\tfilemap_invalidate_unlock_shared\(mapping\);\n/,
      '$&\tinode_unlock(inode);\n',
    ];
    expect(await notes(taken, dropped)).toEqual([
      'ext4_page_mkwrite() takes i_rwsem in a page fault: a read or write that holds it, with a mapping of the file ' +
        'as its buffer, would wait for itself, and that is not judged (6.14 and later)',
    ]);
  });

  it('is not where the fault only tries, and goes away where it is busy', async () => {
    const tried: Replacement = [
      /\tfilemap_invalidate_lock_shared\(mapping\);\n/,
      '\tif (inode_trylock(inode))\n\t\tinode_unlock(inode);\n$&',
    ];
    expect((await notes(tried)).filter((reason) => reason.includes('page fault'))).toEqual([]);
  });

  it('is not where the call that takes it is no fault', async () => {
    const waits: Replacement = [/\tinode_lock_shared\(inode\);\n/, '\tinode_lock(inode);\n'];
    const drops: Replacement = [/\tinode_unlock_shared\(inode\);\n/, '\tinode_unlock(inode);\n'];
    const diff = diffOf('6.14', 'fs/ext4/file.c', waits, drops);
    const { notModelled } = await report(diff, { kernel: '6.14' });
    expect(notModelled.filter(({ reason }) => reason.includes('page fault'))).toEqual([]);
  });
});
