/** A patch whose new side is the code at hand: the code before it is worked out. */

import { describe, expect, it } from 'vitest';
import { placeBackwards } from '../../server/src/source/place-backwards.js';
import { placePatch } from '../../server/src/source/place.js';
import { bundled, matters, patchOf } from './helpers.js';

const PATH = 'fs/f.c';
const AFTER = `
int complete(struct dio *dio)
{
	int ret = dio->end_io(dio);

	invalidate_range(dio);
	inode_dio_end(dio->inode);
	return ret;
}
`;
const PATCH = `
--- a/fs/f.c
+++ b/fs/f.c
@@ -1,9 +1,9 @@ int complete(struct dio *dio)
 {
-	invalidate_range(dio);
-
-	int ret = dio->end_io(dio);
+	int ret = dio->end_io(dio);
 
+	invalidate_range(dio);
 	inode_dio_end(dio->inode);
 	return ret;
 }
`;

const text = (code: ReturnType<typeof bundled>): string =>
  code.universe
    .get('complete')!
    .lines.map((line) => line.text)
    .filter((line) => line !== '')
    .join('\n');

describe('placing by the new side', () => {
  const placed = placeBackwards(patchOf(PATCH), bundled(PATH, AFTER), matters);

  it('leaves the code at hand as it is, and gives the code before', () => {
    expect(text(placed.after)).toBe(text(bundled(PATH, AFTER)));
    expect(text(placed.before)).toBe(
      [
        'int complete(struct dio *dio)',
        '{',
        '	invalidate_range(dio);',
        '	int ret = dio->end_io(dio);',
        '	inode_dio_end(dio->inode);',
        '	return ret;',
        '}',
      ].join('\n'),
    );
  });

  it('keeps the words that the patch brings, where the code at hand has others', () => {
    const other = PATCH.replace('+	invalidate_range(dio);', '+	invalidate_range(dio, 0);');
    const { after, before, unplaced } = placeBackwards(patchOf(other), bundled(PATH, AFTER), matters);
    expect(unplaced).toEqual([]);
    expect(text(after)).toContain('invalidate_range(dio, 0);');
    expect(text(before)).toContain('	invalidate_range(dio);');
  });

  it('gives edits with the lines and kinds that the patch has', () => {
    expect(placed.unplaced).toEqual([]);
    expect(
      placed.edits.flatMap(({ lines }) => lines.map(({ line, kind }) => `${kind} ${String(line)}`)),
    ).toEqual(expect.arrayContaining(['removed 5', 'added 10']));
    const added = placed.after.universe
      .get('complete')!
      .lines.find(({ text: own }) => /invalidate/.test(own));
    expect(added?.origin).toEqual({ kind: 'patch', line: 10, role: 'added' });
  });

  it('comes to the same as placing on the code before, where that is at hand', () => {
    const there = placePatch(patchOf(PATCH), placed.before, matters);
    expect(there.unplaced).toEqual([]);
    expect(text(there.after)).toBe(text(placed.after));
  });

  it('takes a function that the patch adds away, and brings back one that it removes', () => {
    const patch = patchOf(`
--- a/fs/f.c
+++ b/fs/f.c
@@ -1,4 +1,4 @@
-static void old_end(struct dio *dio)
+static void new_end(struct dio *dio)
 {
 	inode_dio_end(dio->inode);
 }
`);
    const base = bundled(PATH, 'static void new_end(struct dio *dio)\n{\n	inode_dio_end(dio->inode);\n}\n');
    const { before, after } = placeBackwards(patch, base, matters);
    expect([...before.universe.keys()]).toEqual(['old_end']);
    expect([...after.universe.keys()]).toEqual(['new_end']);
  });
});

describe('a function whose body goes to a new one, which it calls from then on', () => {
  const base = bundled(
    PATH,
    `
int invalidate_mapping(struct dio *dio, bool nowait)
{
	int ret = 0;

	if (nowait)
		return -EAGAIN;
	invalidate_range(dio);
	return ret;
}

int complete(struct dio *dio)
{
	return invalidate_mapping(dio, dio->nowait);
}
`,
  );
  const hunks = (added: string): string => `
--- a/fs/f.c
+++ b/fs/f.c
@@ -1,6 +1,6 @@ int other(struct dio *dio)
-int complete(struct dio *dio)
+int invalidate_mapping(struct dio *dio, bool nowait)
 {
 	int ret = 0;
 
-	if (dio->nowait)
+	if (nowait)
 		return -EAGAIN;
@@ -7,3 +7,8 @@ int complete(struct dio *dio)
 		return -EAGAIN;
${added} 	invalidate_range(dio);
 	return ret;
 }
+
+int complete(struct dio *dio)
+{
+	return invalidate_mapping(dio, dio->nowait);
+}
`;

  it('has its old body before, and the code at hand after', () => {
    const { before, after, unplaced } = placeBackwards(patchOf(hunks('')), base, matters);
    expect(unplaced).toEqual([]);
    expect(text(before)).toContain('if (dio->nowait)');
    expect([...before.universe.keys()]).toEqual(['complete']);
    expect(text(after)).toContain('return invalidate_mapping(dio, dio->nowait);');
    expect([...after.universe.keys()].sort()).toEqual(['complete', 'invalidate_mapping']);
  });

  it('is looked for under its new name by the hunks below, which git names by the old one', () => {
    const { unplaced } = placeBackwards(patchOf(hunks('+\tinode_dio_wait(dio->inode);\n')), base, matters);
    expect(unplaced.map(({ reason }) => reason).join()).toContain('inode_dio_wait(dio->inode);');
  });
});

describe('a hunk that names no function, and takes a line away', () => {
  const takenAway = (...context: readonly string[]): string =>
    `--- a/fs/f.c\n+++ b/fs/f.c\n@@ -90,9 +90,8 @@ retry:\n${context.map((line) => ` ${line}\n`).join('')}-\tinode_dio_wait(dio->inode);\n`;

  it('is in no function for one line around it', () => {
    const { changed } = placeBackwards(
      patchOf(takenAway('\tint ret = dio->end_io(dio);')),
      bundled(PATH, AFTER),
      matters,
    );
    expect(changed).toEqual([]);
  });

  it('is in the one that has the lines around it', () => {
    const text = takenAway('\tint ret = dio->end_io(dio);', '', '\tinvalidate_range(dio);');
    const { changed } = placeBackwards(patchOf(text), bundled(PATH, AFTER), matters);
    expect(changed.map(({ afterName }) => afterName)).toEqual(['complete']);
  });
});
