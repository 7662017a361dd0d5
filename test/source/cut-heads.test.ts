/** `diff -p`, as quilt calls it, gives the first 40 characters of a function's head, often less than its name. */

import { describe, expect, it } from 'vitest';
import { placePatch } from '../../server/src/source/place.js';
import { bundled, matters, patchOf } from './helpers.js';

const PATH = 'fs/f.c';
const body = '{\n\tinode_dio_begin(inode);\n\twork(inode);\n\treturn 0;\n}\n';
const BASE = bundled(
  PATH,
  `\nstatic void demo_inode_extension_cleanup(struct inode *inode)\n${body}\nstatic void demo_inode_other(struct inode *inode)\n${body}`,
);

const changed = (head: string): readonly (string | null)[] => {
  const hunk = ' \tinode_dio_begin(inode);\n+\tinode_dio_wait(inode);\n \twork(inode);\n';
  const text = `--- a/${PATH}\n+++ b/${PATH}\n@@ -10,2 +10,3 @@ ${head}\n${hunk}`;
  return placePatch(patchOf(text), BASE, matters).changed.map(({ afterName }) => afterName);
};

describe('a head of 40 characters without its parameters', () => {
  it('names the one function of the file that begins so', () => {
    expect(changed('static void demo_inode_extension_cleanup')).toEqual(['demo_inode_extension_cleanup']);
    expect(changed('static noinline void demo_inode_extensio')).toEqual(['demo_inode_extension_cleanup']);
  });

  it('names none that begins otherwise, however alike', () => {
    expect(changed('static noinline ssize_t demo_inode_write')).toEqual([]);
  });
});
