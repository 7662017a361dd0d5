import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { CodeBase } from '../../server/src/source/code-base.js';
import { openTree, type SourceFiles } from '../../server/src/source/files.js';
import { splitFile } from '../../server/src/source/functions.js';
import { withoutEdits } from '../../server/src/source/merged.js';
import { placeOnTree, type TreePlacement } from '../../server/src/source/tree.js';
import {
  code,
  damaged,
  lostBlankLines,
  lostIndentation,
  matters,
  patchOf,
  sourceLines,
  unifiedDiff,
} from './helpers.js';
import { TREES, treeNames } from './trees.js';

const NOTHING: CodeBase = { release: '9.9', universe: new Map(), tables: new Map(), files: new Map() };

const FILE = 'fs/demo/file.c';
const REAL = `#include <linux/fs.h>

/* Waits for the disk. */
static int demo_wait(struct inode *inode)
{
	int ret;

	inode_dio_wait(inode);
	ret = demo_sync(inode);
	return ret;
}

#define DEMO_FLAG 1

int demo_punch(struct inode *inode, loff_t pos)
{
	int ret;

	inode_lock(inode);
	ret = demo_wait(inode);
	if (ret)
		goto out;

	truncate_pagecache(inode, pos);
	demo_free(inode, pos);
out:
	inode_unlock(inode);
	return ret;
}
`;
const EDITED = REAL.replace(
  '\tinode_lock(inode);\n\tret = demo_wait(inode);',
  '\tret = demo_wait(inode);\n\tinode_lock(inode);',
)
  .replace('\tdemo_free(inode, pos);', '\tif (pos)\n\t\tdemo_free(inode, pos);')
  .replace('\tint ret;\n\n\tinode_dio', '\tint ret;\n\n\tsmp_mb();\n\tinode_dio');
const PATCH = patchOf(unifiedDiff(FILE, REAL, EDITED));

function treeOf(files: Readonly<Record<string, string>>): SourceFiles {
  return {
    name: 'memory',
    version: '9.9',
    read: (path) =>
      files[path] === undefined
        ? { ok: false, reason: `${path} is not in the tree` }
        : { ok: true, text: files[path] },
  };
}

function place(text: string, patch = PATCH): TreePlacement {
  return placeOnTree(patch, treeOf({ [FILE]: text }), NOTHING, matters);
}

function expectEdited(placement: TreePlacement, text = EDITED): void {
  expect(placement.unplaced).toEqual([]);
  for (const wanted of splitFile(FILE, sourceLines(FILE, text)).functions) {
    expect(code(placement.after.universe.get(wanted.name))).toEqual(code(wanted));
  }
}

describe('applying a patch to the files of a tree', () => {
  it('gives the edited functions, with the real helpers known', () => {
    const placement = place(REAL);
    expectEdited(placement);
    expect(placement.notes).toEqual([]);
    expect(placement.after.release).toBe('9.9 (tree)');
  });

  it('finds hunks in a file whose lines moved, and says so', () => {
    const shift = (text: string): string => '/* one\n * two\n */\n' + text;
    const placement = place(shift(REAL));
    expectEdited(placement, shift(EDITED));
    expect(placement.notes[0]?.what).toBe('hunk 1 applied with offset 3');
  });

  it('finds hunks where the outermost context differs', () => {
    const change = (text: string): string =>
      text.replace('\tret = demo_sync(inode);', '\tret = demo_fsync(inode, 0);');
    const placement = place(change(REAL));
    expectEdited(placement, change(EDITED));
    expect(placement.notes.some((note) => note.what.includes('fuzz'))).toBe(true);
  });

  it('finds hunks that lost indentation and blank lines', () => {
    expectEdited(place(REAL, damaged(PATCH, lostIndentation)));
    expectEdited(place(REAL, damaged(damaged(PATCH, lostIndentation), lostBlankLines)));
  });

  it('takes a tree that already has the change as the code after', () => {
    const placement = place(EDITED);
    expectEdited(placement);
    const [wait] = splitFile(FILE, sourceLines(FILE, REAL)).functions;
    expect(code(placement.before.universe.get('demo_wait'))).toEqual(code(wait));
    expect(placement.notes[0]?.what).toContain('already has this change');
  });

  it('refuses a change that a tree has already among other lines, which it would have twice', () => {
    const other = EDITED.replace('\tsmp_mb();\n', '\t/* Pairs with demo_end(). */\n\tsmp_mb();\n').replace(
      '\tif (pos)\n\t\tdemo_free(inode, pos);',
      '\t/* All of it. */\n\tif (pos)\n\t\tdemo_free(inode, pos);',
    );
    const placement = place(other);
    expect(placement.changed).toEqual([]);
    expect(placement.unplaced.map(({ reason }) => reason)).toEqual([
      `${FILE} of the tree has lines there that the patch adds: it seems to have this change in another form`,
    ]);
  });

  it('takes edits back to the code before', () => {
    const placement = place(REAL);
    const universe = withoutEdits(placement, new Set(placement.edits.map((edit) => edit.id)));
    expect(code(universe.get('demo_punch'))).toEqual(code(placement.before.universe.get('demo_punch')));
    expect(code(universe.get('demo_wait'))).toEqual(code(placement.before.universe.get('demo_wait')));
  });

  it('places the next patch of a series on the file as the one before left it', () => {
    const first = place(REAL);
    const last = EDITED.replace('\tsmp_mb();\n', '\tsmp_rmb();\n');
    const second = placeOnTree(
      patchOf(unifiedDiff(FILE, EDITED, last)),
      treeOf({ [FILE]: REAL }),
      first.after,
      matters,
    );
    expectEdited(second, last);
  });

  it('says why a hunk does not apply', () => {
    const placement = place(
      REAL.replaceAll('demo_wait', 'demo_other').replace('\tinode_dio_wait(inode);\n', ''),
    );
    expect(placement.unplaced.length).toBeGreaterThan(0);
  });

  it('says that a file is missing only where the change matters', () => {
    const patch = patchOf(unifiedDiff('fs/other.c', 'a();\n', 'a();\nb();\n'));
    expect(placeOnTree(patch, treeOf({}), NOTHING, matters).unplaced).toEqual([]);
    const other = patchOf(unifiedDiff('fs/other.c', 'a();\n', 'a();\ninode_dio_wait(inode);\n'));
    expect(placeOnTree(other, treeOf({}), NOTHING, matters).unplaced[0]?.reason).toBe(
      'fs/other.c is not in the tree',
    );
  });
});

describe('a tree on disk', () => {
  const root = mkdtempSync(join(tmpdir(), 'dio-tree-'));
  afterAll(() => {
    rmSync(root, { recursive: true });
  });
  const inside = join(root, 'linux-5.7');
  mkdirSync(join(inside, 'fs'), { recursive: true });
  writeFileSync(join(root, 'secret'), 'secret');
  writeFileSync(join(inside, 'fs', 'a.c'), 'int a;');
  symlinkSync(join(root, 'secret'), join(inside, 'fs', 'link.c'));
  symlinkSync(join(inside, 'fs', 'a.c'), join(inside, 'fs', 'good.c'));

  it('reads files inside it and nothing else', () => {
    const tree = openTree(inside)!;
    expect(tree.read('fs/a.c')).toEqual({ ok: true, text: 'int a;' });
    expect(tree.read('fs/good.c')).toEqual({ ok: true, text: 'int a;' });
    for (const path of [
      '../secret',
      'fs/../../secret',
      join(root, 'secret'),
      'fs/link.c',
      'fs',
      '',
      'fs/none.c',
      'a\0b',
      'C:\\x',
    ]) {
      expect(tree.read(path)).toMatchObject({ ok: false });
    }
  });

  it('takes its version from the Makefile, else from its name', () => {
    expect(openTree(inside)?.version).toBe('5.7');
    writeFileSync(join(inside, 'Makefile'), '# SPDX\nVERSION = 6\nPATCHLEVEL = 1\nSUBLEVEL = 9\n');
    expect(openTree(inside)?.version).toBe('6.1');
    expect(openTree(join(root, 'none'))).toBeNull();
  });
});

describe.skipIf(treeNames.length === 0)(`Debian's kernel trees (skipped: none in ${TREES})`, () => {
  const FILES = [
    'fs/iomap/direct-io.c',
    'fs/ext4/inode.c',
    'fs/ext4/file.c',
    'fs/xfs/xfs_file.c',
    'mm/filemap.c',
    'mm/truncate.c',
  ];
  const cases = treeNames.flatMap((name) => FILES.map((file) => [name, file] as const));

  /** Turns every few dozen functions' statements round and adds a call before each return: edits all over the file. */
  function edited(text: string): string {
    let count = 0;
    return text.replace(/^\t(?:return \w+;|inode_dio_begin\(inode\);)$/gm, (line) => {
      count += 1;
      return count % 3 === 0 ? line : `\tsmp_mb();\n${line}`;
    });
  }

  it.each(cases)('%s %s: synthetic changes give the edited text, shifted and damaged', (name, file) => {
    const tree = openTree(join(TREES, name))!;
    const read = tree.read(file);
    if (!read.ok) return;
    const after = edited(read.text);
    const patch = patchOf(unifiedDiff(file, read.text, after));
    const wanted = new Map(
      splitFile(file, sourceLines(file, after)).functions.map((one) => [one.name, code(one)]),
    );
    const shifted = { ...treeOf({ [file]: `/* shifted */\n\n${read.text}` }), name };
    for (const source of [tree, shifted]) {
      const placement = placeOnTree(patch, source, NOTHING, matters);
      expect(placement.unplaced).toEqual([]);
      for (const [fn, lines] of wanted) expect(code(placement.after.universe.get(fn))).toEqual(lines);
    }
  });
});
