import { describe, expect, it } from 'vitest';
import type { Patch } from '../../server/src/diff/patch.js';
import { matters as isTracked } from '../../server/src/review/placement.js';
import { loadEra } from '../../server/src/source/bundled.js';
import { placePatch, type Placement } from '../../server/src/source/place.js';
import { withoutEdits } from '../../server/src/source/merged.js';
import {
  bundled,
  changes,
  code,
  damaged,
  lostBlankLines,
  lostIndentation,
  lostLoneBraces,
  matters,
  patchOf,
} from './helpers.js';

const PATH = 'fs/demo/direct-io.c';

/** Written like a bundled path: only what orders events, with the kernel's names. */
const BASE = bundled(
  PATH,
  `
/* Completion of a demo request. */
static ssize_t demo_dio_complete(struct demo_dio *dio)
{
	struct inode *inode = file_inode(dio->iocb->ki_filp);
	ssize_t ret = dio->error;

	if (dio->end_io)
		ret = dio->end_io(dio->iocb, ret, dio->flags);

	inode_dio_end(inode);
	kfree(dio);
	return ret;
}

ssize_t
demo_dio_rw(struct kiocb *iocb, struct iov_iter *iter,
		const struct demo_ops *ops)
{
	struct address_space *mapping = iocb->ki_filp->f_mapping;
	struct inode *inode = file_inode(iocb->ki_filp);
	loff_t pos = iocb->ki_pos, end = pos + iov_iter_count(iter) - 1, ret = 0;
	struct demo_dio *dio;

	dio = kmalloc(sizeof(*dio), GFP_KERNEL);
	if (!dio)
		return -ENOMEM;

	if (mapping->nrpages) {
		ret = filemap_write_and_wait_range(mapping, pos, end);
		if (ret)
			goto out_free_dio;

		ret = invalidate_inode_pages2_range(mapping,
				pos >> PAGE_SHIFT, end >> PAGE_SHIFT);
		if (ret)
			goto out_free_dio;
	}

	inode_dio_begin(inode);

	do {
		ret = demo_apply(inode, pos, ops, dio);
		if (ret <= 0)
			break;
		pos += ret;
	} while (iov_iter_count(iter));

	return demo_dio_complete(dio);

out_free_dio:
	kfree(dio);
	return ret;
}

static const struct demo_ops demo_write_ops = {
	.begin = demo_write_begin,
	.end = demo_write_end,
};
`,
);

function diff(body: string): Patch {
  return patchOf(`--- a/${PATH}\n+++ b/${PATH}\n${body.replace(/^\n/, '')}`);
}

function after(placement: Placement, name: string): readonly string[] {
  return code(placement.after.universe.get(name));
}

/** Moves the count up before the flush, adds a barrier, and keeps the books on the early error. */
const MOVE = diff(`
@@ -120,11 +120,14 @@ ssize_t
 	/* The kernel's file has lines here that the base does not hold. */
 	trace_demo_dio_rw(iocb, iter);
 
+	inode_dio_begin(inode);
+	smp_mb__after_atomic();
+
 	if (mapping->nrpages) {
 		ret = filemap_write_and_wait_range(mapping, pos, end);
-		if (ret)
+		if (ret) {
+			inode_dio_end(inode);
 			goto out_free_dio;
+		}
 
 		ret = invalidate_inode_pages2_range(mapping,
 				pos >> PAGE_SHIFT, end >> PAGE_SHIFT);
@@ -134,8 +137,6 @@ ssize_t
 			goto out_free_dio;
 	}
 
-	inode_dio_begin(inode);
-
 	do {
 		ret = demo_apply(inode, pos, ops, dio);
 		if (ret <= 0)
`);

const MOVED = [
  'dio = kmalloc(sizeof(*dio), GFP_KERNEL);',
  'if (!dio)',
  'return -ENOMEM;',
  'inode_dio_begin(inode);',
  'smp_mb__after_atomic();',
  'if (mapping->nrpages) {',
  'ret = filemap_write_and_wait_range(mapping, pos, end);',
  'if (ret) {',
  'inode_dio_end(inode);',
  'goto out_free_dio;',
  '}',
  'ret = invalidate_inode_pages2_range(mapping,',
  'pos >> PAGE_SHIFT, end >> PAGE_SHIFT);',
  'if (ret)',
  'goto out_free_dio;',
  '}',
  'do {',
];

function expectMoved(placement: Placement): void {
  expect(placement.unplaced).toEqual([]);
  const text = after(placement, 'demo_dio_rw');
  const from = text.indexOf(MOVED[0]!);
  expect(text.slice(from, from + MOVED.length)).toEqual(MOVED);
}

describe('placing hunks on a bundled function', () => {
  it('puts added lines between their aligned neighbours and takes removed ones out', () => {
    expectMoved(placePatch(MOVE, BASE, matters));
  });

  it.each([
    ['all indentation', lostIndentation],
    ['blank lines', lostBlankLines],
    ['lone braces of context', lostLoneBraces],
  ])('gives the same text for a patch that lost %s', (_, damage) => {
    expectMoved(placePatch(damaged(MOVE, damage), BASE, matters));
  });

  it('gives the same text for a patch that lost indentation and blank lines together', () => {
    expectMoved(placePatch(damaged(damaged(MOVE, lostBlankLines), lostIndentation), BASE, matters));
  });

  it('shows aligned context lines on the patch and marks added ones', () => {
    const placement = placePatch(MOVE, BASE, matters);
    const lines = placement.after.universe.get('demo_dio_rw')!.lines;
    const origin = (text: string): unknown => lines.find((line) => line.text.trim() === text)?.origin;
    expect(origin('smp_mb__after_atomic();')).toEqual({ kind: 'patch', line: 8, role: 'added' });
    expect(origin('if (mapping->nrpages) {')).toEqual({ kind: 'patch', line: 10, role: 'context' });
    expect(origin('kfree(dio);')).toMatchObject({ kind: 'bundled', file: PATH });
  });

  it('leaves functions that the patch does not touch as the same objects', () => {
    const placement = placePatch(MOVE, BASE, matters);
    expect(placement.after.universe.get('demo_dio_complete')).toBe(BASE.universe.get('demo_dio_complete'));
  });

  it('replaces one argument line of a statement that runs over two', () => {
    const placement = placePatch(
      diff(`
@@ -130,7 +130,7 @@ demo_dio_rw(struct kiocb *iocb, struct iov_iter *iter,
 			goto out_free_dio;
 
 		ret = invalidate_inode_pages2_range(mapping,
-				pos >> PAGE_SHIFT, end >> PAGE_SHIFT);
+				end >> PAGE_SHIFT, end >> PAGE_SHIFT);
 		if (ret)
 			goto out_free_dio;
 	}
`),
      BASE,
      matters,
    );
    expect(placement.unplaced).toEqual([]);
    expect(after(placement, 'demo_dio_rw').join(' ')).toContain(
      'ret = invalidate_inode_pages2_range(mapping, end >> PAGE_SHIFT, end >> PAGE_SHIFT); if (ret)',
    );
    expect(placement.edits.map((edit) => edit.lines.map((line) => line.kind))).toEqual([
      ['removed', 'added'],
    ]);
  });

  it('refuses a range that is said by what the base has cut, unless the patch brings it', () => {
    const placed = (declared: string): readonly string[] =>
      placePatch(
        diff(`
@@ -130,7 +130,7 @@ demo_dio_rw(struct kiocb *iocb, struct iov_iter *iter,
 			goto out_free_dio;
 
-		ret = invalidate_inode_pages2_range(mapping,
-				pos >> PAGE_SHIFT, end >> PAGE_SHIFT);
${declared}+		ret = invalidate_inode_pages2_range(mapping,
+				start >> PAGE_SHIFT, end >> PAGE_SHIFT);
 		if (ret)
 			goto out_free_dio;
 	}
`),
        BASE,
        matters,
      ).unplaced.map(({ reason }) => reason);
    expect(placed('')).toEqual([
      'the added line `ret = invalidate_inode_pages2_range(mapping,` says its range by start, which is not in the bundled demo_dio_rw of 9.9',
    ]);
    expect(placed('+\t\tloff_t start = pos;\n')).toEqual([]);
    const ofType = diff(`
@@ -130,7 +130,7 @@ demo_dio_rw(struct kiocb *iocb, struct iov_iter *iter,
 			goto out_free_dio;
 
 		ret = invalidate_inode_pages2_range(mapping,
-				pos >> PAGE_SHIFT, end >> PAGE_SHIFT);
+				min_t(u64, pos, end) >> PAGE_SHIFT, end >> PAGE_SHIFT);
 		if (ret)
`);
    expect(placePatch(ofType, BASE, matters).unplaced).toEqual([]);
    const parameter = `
@@ -1,4 +1,4 @@
 ssize_t
-demo_dio_rw(struct kiocb *iocb, struct iov_iter *iter, const struct demo_ops *ops)
+demo_dio_rw(struct kiocb *iocb, struct iov_iter *iter, const struct demo_ops *ops, loff_t start)
 {
 	struct address_space *mapping = iocb->ki_filp->f_mapping;
@@ -19,4 +19,5 @@ demo_dio_rw(struct kiocb *iocb, struct iov_iter *iter,
 	if (mapping->nrpages) {
+		filemap_write_and_wait_range(mapping, start, end);
 		ret = filemap_write_and_wait_range(mapping, pos, end);
 		if (ret)
 			goto out_free_dio;
`;
    expect(placePatch(diff(parameter), BASE, matters).unplaced).toEqual([]);
  });

  it('matches a statement that the patch breaks over lines in another way', () => {
    const placement = placePatch(
      diff(`
@@ -128,6 +128,7 @@ demo_dio_rw(struct kiocb *iocb, struct iov_iter *iter,
 		ret = invalidate_inode_pages2_range(
 				mapping, pos >> PAGE_SHIFT,
 				end >> PAGE_SHIFT);
+		smp_mb();
 		if (ret)
 			goto out_free_dio;
`),
      BASE,
      matters,
    );
    expect(after(placement, 'demo_dio_rw').join(' ')).toContain('end >> PAGE_SHIFT); smp_mb(); if (ret)');
  });

  it('finds the place of a hunk that begins in the middle of a statement', () => {
    const placement = placePatch(
      diff(`
@@ -131,3 +131,4 @@ demo_dio_rw(struct kiocb *iocb, struct iov_iter *iter,
 				pos >> PAGE_SHIFT, end >> PAGE_SHIFT);
+		smp_mb();
 		if (ret)
 			goto out_free_dio;
`),
      BASE,
      matters,
    );
    expect(after(placement, 'demo_dio_rw').join(' ')).toContain('end >> PAGE_SHIFT); smp_mb(); if (ret)');
  });

  it('adds a helper, its call in another hunk, and the prototype without a word', () => {
    const placement = placePatch(
      diff(`
@@ -20,6 +20,8 @@
 #include <linux/demo.h>
 
+static void demo_dio_enter(struct inode *inode);
+
 struct demo_dio {
 	int flags;
@@ -90,6 +92,13 @@ static ssize_t demo_dio_complete(struct demo_dio *dio)
 	return ret;
 }
 
+static void demo_dio_enter(struct inode *inode)
+{
+	inode_dio_begin(inode);
+	smp_mb__after_atomic();
+}
+
 ssize_t
 demo_dio_rw(struct kiocb *iocb, struct iov_iter *iter,
 		const struct demo_ops *ops)
@@ -136,5 +145,5 @@ demo_dio_rw(struct kiocb *iocb, struct iov_iter *iter,
 	}
 
-	inode_dio_begin(inode);
+	demo_dio_enter(inode);
 
 	do {
`),
      BASE,
      matters,
    );
    expect(placement.unplaced).toEqual([]);
    expect(placement.fit).toMatchObject({ placed: 2, irrelevant: 1, unplaced: 0 });
    expect(after(placement, 'demo_dio_enter')).toHaveLength(5);
    expect(after(placement, 'demo_dio_rw').join(' ')).toContain('} demo_dio_enter(inode); do {');
    expect(placement.before.universe.has('demo_dio_enter')).toBe(false);
  });

  it('reads a function added before the closing brace of another as diff shows it', () => {
    const placement = placePatch(
      diff(`
@@ -90,5 +90,11 @@ static ssize_t demo_dio_complete(struct demo_dio *dio)
 	inode_dio_end(inode);
 	kfree(dio);
 	return ret;
+}
+
+static void demo_dio_enter(struct inode *inode)
+{
+	inode_dio_begin(inode);
 }
 
 ssize_t
`),
      BASE,
      matters,
    );
    expect(after(placement, 'demo_dio_complete')).toEqual(code(BASE.universe.get('demo_dio_complete')));
    expect(after(placement, 'demo_dio_enter').at(-1)).toBe('}');
  });

  it('reads one added behind other lines of another function the same way', () => {
    const placement = placePatch(
      diff(`
@@ -90,5 +90,12 @@ static ssize_t demo_dio_complete(struct demo_dio *dio)
 	inode_dio_end(inode);
 	kfree(dio);
-	return ret;
+	if (ret)
+		return ret;
+	return 0;
+}
+
+static void demo_dio_enter(struct inode *inode)
+{
+	inode_dio_begin(inode);
 }
 
 ssize_t
`),
      BASE,
      matters,
    );
    expect(placement.unplaced).toEqual([]);
    expect(after(placement, 'demo_dio_complete').slice(-3)).toEqual(['return ret;', 'return 0;', '}']);
    expect(after(placement, 'demo_dio_enter').at(-1)).toBe('}');
  });

  it('keeps the body of a function whose name goes to one that calls it', () => {
    const placement = placePatch(
      diff(`
@@ -24,5 +24,5 @@
-static ssize_t demo_dio_complete(struct demo_dio *dio)
+static ssize_t __demo_dio_complete(struct demo_dio *dio, int flags)
 {
 	struct inode *inode = file_inode(dio->iocb->ki_filp);
 	ssize_t ret = dio->error;
@@ -34,5 +34,10 @@ static ssize_t demo_dio_complete(struct demo_dio *dio)
 	kfree(dio);
 	return ret;
 }
+
+static ssize_t demo_dio_complete(struct demo_dio *dio)
+{
+	return __demo_dio_complete(dio, 0);
+}
 
 ssize_t
`),
      BASE,
      matters,
    );
    expect(after(placement, '__demo_dio_complete').slice(1)).toEqual(
      code(BASE.universe.get('demo_dio_complete')).slice(1),
    );
    expect(after(placement, 'demo_dio_complete')).toContain('return __demo_dio_complete(dio, 0);');
    expect(placement.before.universe.get('demo_dio_complete')?.lines.length).toBe(
      BASE.universe.get('demo_dio_complete')?.lines.length,
    );
  });

  it('does not push what the base has under a head without braces out from under it', () => {
    const changed = (body: string): Placement =>
      placePatch(
        diff(`
@@ -102,9 +102,9 @@ demo_dio_rw(struct kiocb *iocb, struct iov_iter *iter)
 	dio = kzalloc(sizeof(*dio), GFP_KERNEL);
 	if (!dio)
-		goto out;
+		${body}
 
 	if (mapping->nrpages) {
`),
        BASE,
        matters,
      );
    const own = code(BASE.universe.get('demo_dio_rw'));
    const body = own[own.indexOf('if (!dio)') + 1]!;
    expect(after(changed(body), 'demo_dio_rw')).toEqual(own);
    expect(changed(body).unplaced).toEqual([]);
    expect(after(changed('return -EIO;'), 'demo_dio_rw')).toEqual(own);
  });

  it('removes a function and changes a parameter list', () => {
    const placement = placePatch(
      diff(`
@@ -80,14 +80,2 @@
-static ssize_t demo_dio_complete(struct demo_dio *dio)
-{
-	struct inode *inode = file_inode(dio->iocb->ki_filp);
-	ssize_t ret = dio->error;
-
-	if (dio->end_io)
-		ret = dio->end_io(dio->iocb, ret, dio->flags);
-
-	inode_dio_end(inode);
-	kfree(dio);
-	return ret;
-}
-
@@ -94,5 +82,5 @@
 ssize_t
 demo_dio_rw(struct kiocb *iocb, struct iov_iter *iter,
-		const struct demo_ops *ops)
+		const struct demo_ops *ops, bool wait_for_completion)
 {
 	struct address_space *mapping = iocb->ki_filp->f_mapping;
`),
      BASE,
      matters,
    );
    expect(placement.unplaced).toEqual([]);
    expect(placement.after.universe.has('demo_dio_complete')).toBe(false);
    expect(after(placement, 'demo_dio_rw').slice(0, 4)).toEqual([
      'ssize_t',
      'demo_dio_rw(struct kiocb *iocb, struct iov_iter *iter,',
      'const struct demo_ops *ops, bool wait_for_completion)',
      '{',
    ]);
  });

  it('changes an entry of a table of function pointers', () => {
    const placement = placePatch(
      diff(`
@@ -190,4 +190,5 @@ static const struct demo_ops demo_write_ops = {
 	.begin = demo_write_begin,
-	.end = demo_write_end,
+	.end = demo_write_finish,
+	.wait = demo_write_wait,
 };
`),
      BASE,
      matters,
    );
    expect(code(placement.after.tables.get('demo_write_ops'))).toEqual([
      'static const struct demo_ops demo_write_ops = {',
      '.begin = demo_write_begin,',
      '.end = demo_write_finish,',
      '.wait = demo_write_wait,',
      '};',
    ]);
  });

  it('finds the function of a hunk whose section is a label', () => {
    const placement = placePatch(
      diff(`
@@ -86,4 +86,5 @@ out_unlock:
 		ret = dio->end_io(dio->iocb, ret, dio->flags);
 
+	smp_mb();
 	inode_dio_end(inode);
 	kfree(dio);
`),
      BASE,
      matters,
    );
    expect(after(placement, 'demo_dio_complete').join(' ')).toContain('smp_mb(); inode_dio_end(inode);');
  });

  it('takes the added lines of a new file', () => {
    const patch = patchOf(`
--- /dev/null
+++ b/fs/demo/new.c
@@ -0,0 +1,6 @@
+#include <linux/fs.h>
+
+void demo_wait(struct inode *inode)
+{
+	inode_dio_wait(inode);
+}
`);
    const placement = placePatch(patch, BASE, matters);
    expect(after(placement, 'demo_wait')).toEqual([
      'void demo_wait(struct inode *inode)',
      '{',
      'inode_dio_wait(inode);',
      '}',
    ]);
  });
});

describe('hunks whose section names no function, or the wrong one', () => {
  it('stand in the function that has the label which git took for a head', () => {
    const placement = placePatch(
      diff(`
@@ -170,3 +170,4 @@ out_free_dio:
 	kfree(dio);
+	smp_mb();
 	return ret;
 }
`),
      BASE,
      matters,
    );
    expect(placement.unplaced).toEqual([]);
    expect(placement.changed.map(({ afterName }) => afterName)).toEqual(['demo_dio_rw']);
  });

  it('are not cut at a local struct that looks like a table', () => {
    const placement = placePatch(
      diff(`
@@ -100,7 +100,10 @@ demo_dio_rw(struct kiocb *iocb, struct iov_iter *iter,
 	struct address_space *mapping = iocb->ki_filp->f_mapping;
 	struct inode *inode = file_inode(iocb->ki_filp);
+	struct demo_iter iomi = {
+		.inode = inode,
+	};
 	loff_t pos = iocb->ki_pos, end = pos + iov_iter_count(iter) - 1, ret = 0;
 	struct demo_dio *dio;
 
+	smp_mb();
 	dio = kmalloc(sizeof(*dio), GFP_KERNEL);
`),
      BASE,
      matters,
    );
    expect(placement.unplaced).toEqual([]);
    expect(placement.changed.map(({ kind, afterName }) => `${kind} ${afterName ?? ''}`)).toEqual([
      'function demo_dio_rw',
    ]);
  });

  it('stand in the function that this release has under another name', () => {
    const old = loadEra('5.9').universe.get('xfs_file_dio_aio_write')!;
    const at = old.lines.findIndex(({ text }) => /inode_dio_wait/.test(text));
    const around = old.lines.slice(at - 4, at + 4).map(({ text }) => ` ${text}`);
    around.splice(4, 1, '-\t\tinode_dio_wait(inode);', '+\t\tinode_dio_wait(VFS_I(ip));');
    const text = [
      `--- a/${old.path}`,
      `+++ b/${old.path}`,
      '@@ -500,8 +500,8 @@ xfs_file_dio_write(',
      ...around,
    ];
    const placement = placePatch(patchOf(text.join('\n')), loadEra('5.9'), isTracked);
    expect(placement.unplaced).toEqual([]);
    expect(placement.changed.map(({ beforeName }) => beforeName)).toEqual(['xfs_file_dio_aio_write']);
  });
});

describe('what is not placed', () => {
  const reasons = (body: string): readonly string[] =>
    placePatch(diff(body), BASE, matters).unplaced.map((one) => one.reason);

  it('is said of lines that fit more than one place', () => {
    const [reason] = reasons(`
@@ -120,2 +120,3 @@ demo_dio_rw(struct kiocb *iocb, struct iov_iter *iter,
 		if (ret)
 			goto out_free_dio;
+		smp_mb();
`);
    expect(reason).toBe(
      'the added line `smp_mb();` was not placed: the lines around it stand at more than one place in the bundled demo_dio_rw of 9.9',
    );
  });

  it('is said of a removed call that the base does not have', () => {
    const [reason] = reasons(`
@@ -140,4 +140,3 @@ demo_dio_rw(struct kiocb *iocb, struct iov_iter *iter,
 	inode_dio_begin(inode);
 
-	filemap_fdatawait_range(mapping, pos, end);
 	do {
`);
    expect(reason).toBe(
      'the removed line `filemap_fdatawait_range(mapping, pos, end);` is not in the bundled demo_dio_rw of 9.9 there',
    );
  });

  it('is said of a mode that the base sets in another way, and not of one that it does not have', () => {
    const body = (local: string): string => `
@@ -140,4 +140,4 @@ demo_dio_rw(struct kiocb *iocb, struct iov_iter *iter,
 	inode_dio_begin(inode);
 
-	${local} = DEMO_LOCK_EXCL;
+	${local} = DEMO_LOCK_SHARED;
 	do {
`;
    expect(reasons(body('ret'))).toEqual([
      'the removed line `ret = DEMO_LOCK_EXCL;` is not in the bundled demo_dio_rw of 9.9 there',
    ]);
    expect(reasons(body('lock_mode'))).toEqual([]);
  });

  it('is said of a removed call whose like stands on the other side of one that stays', () => {
    const body = `
@@ -140,6 +140,3 @@ demo_dio_rw(struct kiocb *iocb, struct iov_iter *iter,
 	inode_dio_begin(inode);
 
-	ret = filemap_write_and_wait_range(mapping, pos, end);
-	if (ret)
-		goto out_free_dio;
`;
    const [reason] = reasons(body);
    expect(reason).toBe(
      'the removed line `ret = filemap_write_and_wait_range(mapping, pos, end);` stands on the other side of `inode_dio_begin(inode);` in the bundled demo_dio_rw of 9.9',
    );
  });

  it('is said of a line in a block that the base has as one statement without braces', () => {
    const [reason] = reasons(`
@@ -102,6 +102,7 @@ demo_dio_rw(struct kiocb *iocb, struct iov_iter *iter,
 	dio = kmalloc(sizeof(*dio), GFP_KERNEL);
 	if (!dio) {
 		trace_demo_nomem(iocb);
+		inode_dio_end(inode);
 		return -ENOMEM;
 	}
`);
    expect(reason).toBe(
      'the added line `inode_dio_end(inode);` was not placed: it stands under `if (!dio) {`, which governs another statement alone in the bundled demo_dio_rw of 9.9',
    );
  });

  it('is said of a field that the patch newly asks for in another function', () => {
    const sets = `
@@ -300,4 +300,5 @@ demo_dio_rw(struct kiocb *iocb, struct iov_iter *iter,
 	if (demo_is_odd(inode)) {
 		trace_demo_odd(iocb);
+		dio->odd = 1;
 	}
 	trace_demo_even(iocb);
`;
    const asks = `
@@ -20,3 +20,4 @@ static ssize_t demo_dio_complete(struct demo_dio *dio)
 	ssize_t ret = dio->error;
 
+	if (dio->odd)
+		inode_dio_wait(inode);
 	if (dio->end_io)
`;
    expect(reasons(sets)).toEqual([]);
    expect(reasons(asks + sets.trimStart()).join()).toContain(
      'the added line `dio->odd = 1;` was not placed',
    );
  });

  it('is not said of a declaration behind the end of a function that the hunk is named after', () => {
    expect(
      reasons(`
@@ -400,4 +400,5 @@ static inline void inode_dio_end(struct inode *inode)
 }
 
 extern const struct demo_ops demo_read_ops;
+extern const struct demo_ops demo_overwrite_ops;
 extern const struct demo_ops demo_report_ops;
`),
    ).toEqual([]);
  });

  it.each([
    'WARN_ON_ONCE(atomic_read(&inode->i_dio_count) < 0);',
    'BUG_ON(PageWriteback(page));',
    'VM_BUG_ON_FOLIO(folio_test_dirty(folio), folio);',
  ])('is not said of a check that changes nothing where it holds: %s', (check) => {
    expect(
      reasons(`
@@ -140,4 +140,3 @@ demo_dio_rw(struct kiocb *iocb, struct iov_iter *iter,
 	inode_dio_begin(inode);
 
-	${check}
 	do {
`),
    ).toEqual([]);
  });

  it('is said of a function that is not modelled, when the change matters', () => {
    const [reason] = reasons(`
@@ -300,3 +300,4 @@ static int demo_fsync(struct file *file)
 	int ret;
 
+	inode_dio_wait(file_inode(file));
 	ret = sync_inode(inode);
`);
    expect(reason).toContain('demo_fsync in fs/demo/direct-io.c is not modelled in 9.9');
  });

  it('is silent about changes that touch nothing tracked', () => {
    const placement = placePatch(
      diff(`
@@ -300,3 +300,4 @@ static int demo_fsync(struct file *file)
 	int ret;
 
+	trace_demo_fsync(file);
 	ret = sync_inode(inode);
`),
      BASE,
      matters,
    );
    expect(placement.unplaced).toEqual([]);
    expect(placement.fit).toMatchObject({ placed: 0, irrelevant: 1, unplaced: 0 });
  });

  it('is not said where an unknown function calls the same in the same order, under newer names', () => {
    const patch = diff(`
@@ -300,4 +300,4 @@ static int demo_fsync(struct file *file)
 	int ret;
 
-	lock_page(page);
-	unlock_page(page);
+	folio_lock(folio);
+	folio_unlock(folio);
`);
    expect(placePatch(patch, BASE, isTracked).unplaced).toEqual([]);
  });

  it('is said where an unknown function calls the same under another condition', () => {
    const patch = diff(`
@@ -300,8 +300,9 @@ static int demo_old_rw(struct file *file)
 	int ret;
 
+	if (rw == WRITE)
+		lock_page(page);
 	if (overwrite) {
-		lock_page(page);
 		ret = 0;
 	}
`);
    expect(placePatch(patch, BASE, isTracked).unplaced.map(({ line }) => line)).toEqual([7, 9]);
  });

  it('is not said of an early way out in a block that the base leaves out', () => {
    const block = (line: string) => `
@@ -141,5 +141,6 @@ demo_dio_rw(struct kiocb *iocb, struct iov_iter *iter,
 	inode_dio_begin(inode);
 
 	if (demo_is_shared(inode)) {
+		${line}
 		ret = demo_unshare(inode);
 	}
`;
    expect(reasons(block('goto out_free_dio;'))).toEqual([]);
    expect(reasons(block('smp_mb();'))).toHaveLength(1);
  });

  it('is not said of a condition in the place of one that the base leaves out', () => {
    expect(
      reasons(`
@@ -141,5 +141,5 @@ demo_dio_rw(struct kiocb *iocb, struct iov_iter *iter,
 	inode_dio_begin(inode);
 
-	if (demo_is_fua(dio, inode))
+	if (demo_writes_through(dio, inode))
 		demo_note_flush(dio);
`),
    ).toEqual([]);
  });

  it('is not said of a change under a condition whose first branch the base leaves out', () => {
    const placement = placePatch(
      diff(`
@@ -110,9 +110,9 @@ static ssize_t demo_dio_complete(struct demo_dio *dio)
 	ssize_t ret = dio->error;
 
 	if (demo_is_dax(inode))
 		ret = demo_dax_end(dio);
 	else if (dio->end_io)
-		ret = dio->end_io(dio->iocb, ret, dio->flags);
+		ret = dio->end_io(dio->iocb, inode_dio_error(inode), dio->flags);
 
`),
      BASE,
      matters,
    );
    expect(placement.unplaced).toEqual([]);
    const text = after(placement, 'demo_dio_complete');
    const guard = text.indexOf('if (dio->end_io)');
    expect(text[guard + 1]).toBe('ret = dio->end_io(dio->iocb, inode_dio_error(inode), dio->flags);');
  });

  it('is said of a call under a condition that the base does not have', () => {
    const [reason] = reasons(`
@@ -141,5 +141,6 @@ demo_dio_rw(struct kiocb *iocb, struct iov_iter *iter,
 	inode_dio_begin(inode);
 
 	if (demo_debug_enabled(inode)) {
 		demo_debug(inode);
+		inode_dio_wait(inode);
 	}
 	do {
`);
    expect(reason).toContain('it stands under `if (demo_debug_enabled(inode)) {`');
  });

  it('is not said of the `else` of a branch that the base leaves out', () => {
    const placement = placePatch(
      diff(`
@@ -138,11 +138,13 @@ demo_dio_rw(struct kiocb *iocb, struct iov_iter *iter,
 			goto out_free_dio;
 	}
 
 	if (demo_is_dax(inode)) {
 		ret = demo_dax_rw(inode, iter);
 	} else {
+		if (demo_counts(inode))
+			inode_dio_wait(inode);
 		inode_dio_begin(inode);
 	}
 
`),
      BASE,
      matters,
    );
    expect(placement.unplaced).toEqual([]);
    const text = after(placement, 'demo_dio_rw');
    const begin = text.indexOf('inode_dio_begin(inode);');
    expect(text.slice(begin - 2, begin)).toEqual(['if (demo_counts(inode))', 'inode_dio_wait(inode);']);
  });

  it('is said of a statement that goes while the head above it stays', () => {
    const [reason] = reasons(`
@@ -115,7 +115,6 @@ demo_dio_rw(struct kiocb *iocb, struct iov_iter *iter,
 		ret = invalidate_inode_pages2_range(mapping,
 				pos >> PAGE_SHIFT, end >> PAGE_SHIFT);
-			goto out_free_dio;
 	}
 
 	inode_dio_begin(inode);
`);
    expect(reason).toContain(
      '`goto out_free_dio;` stands under `if (ret)` in the bundled demo_dio_rw of 9.9, which stays',
    );
  });

  it('is said of a head that goes while another statement stands under it', () => {
    const [reason] = reasons(`
@@ -115,9 +115,6 @@ demo_dio_rw(struct kiocb *iocb, struct iov_iter *iter,
 		ret = invalidate_inode_pages2_range(mapping,
 				pos >> PAGE_SHIFT, end >> PAGE_SHIFT);
-		if (ret)
-			demo_count_failure(inode, pos, end);
 	}
 
 	inode_dio_begin(inode);
`);
    expect(reason).toContain('the statement under `if (ret)` is another in the bundled demo_dio_rw of 9.9');
  });

  it('leaves half a change of its function, unless the base leaves out the branch around it', () => {
    const half = (body: string): readonly (readonly string[])[] =>
      placePatch(diff(body), BASE, matters).unplaced.map((one) => one.half);
    expect(
      half(`
@@ -141,4 +141,3 @@ demo_dio_rw(struct kiocb *iocb, struct iov_iter *iter,
 	inode_dio_begin(inode);
 
-	inode_dio_wait(inode);
 	do {
`),
    ).toEqual([['demo_dio_rw']]);
    expect(
      half(`
@@ -141,6 +141,6 @@ demo_dio_rw(struct kiocb *iocb, struct iov_iter *iter,
 	inode_dio_begin(inode);
 
 	if (demo_debug_enabled(inode))
-		inode_dio_wait(inode);
+		inode_dio_begin(inode);
 	do {
`),
    ).toEqual([[], []]);
  });

  it('is said of a jump to a label that neither the base nor the patch has', () => {
    const jump = (label: string): string => `
@@ -141,5 +141,7 @@ demo_dio_rw(struct kiocb *iocb, struct iov_iter *iter,
 	inode_dio_begin(inode);
 
+	if (iov_iter_count(iter) == 0)
+		goto ${label};
 	do {
 		ret = demo_apply(inode, pos, ops, dio);
`;
    expect(reasons(jump('out_unlock'))).toEqual([
      'the added line `goto out_unlock;` leads to a label that the bundled demo_dio_rw of 9.9 does not have',
    ]);
    expect(reasons(jump('out_free_dio'))).toEqual([]);
  });

  it('is said of a block that the patch opens and does not close', () => {
    const [reason] = reasons(`
@@ -141,3 +141,4 @@ demo_dio_rw(struct kiocb *iocb, struct iov_iter *iter,
+	if (iov_iter_count(iter)) {
 	inode_dio_begin(inode);
 
 	do {
`);
    expect(reason).toContain(
      'the bundled demo_dio_rw of 9.9 is too short for the changes: with them its braces do not pair up',
    );
  });
});

describe('edits', () => {
  it('are statements: a move is one, an opened block goes with its end', () => {
    const placement = placePatch(MOVE, BASE, matters);
    expect(changes(placement.changed[0]!)).toEqual([
      '0+ inode_dio_begin(inode);',
      '1+ smp_mb__after_atomic();',
      '2- if (ret)',
      '2+ if (ret) {',
      '3+ inode_dio_end(inode);',
      '2+ }',
      '0- inode_dio_begin(inode);',
    ]);
  });

  it('taken back none at a time give the text after, all at once the text before', () => {
    const placement = placePatch(MOVE, BASE, matters);
    const all = new Set(placement.edits.map((edit) => edit.id));
    expect(code(withoutEdits(placement, new Set()).get('demo_dio_rw'))).toEqual(
      after(placement, 'demo_dio_rw'),
    );
    expect(code(withoutEdits(placement, all).get('demo_dio_rw'))).toEqual(
      code(BASE.universe.get('demo_dio_rw')),
    );
  });

  it('taken back one at a time change nothing else and share the other functions', () => {
    const placement = placePatch(MOVE, BASE, matters);
    const barrier = placement.edits.find((edit) => edit.lines.some((line) => line.text.includes('smp_mb')))!;
    const universe = withoutEdits(placement, new Set([barrier.id]));
    expect(code(universe.get('demo_dio_rw'))).toEqual(
      after(placement, 'demo_dio_rw').filter((line) => !line.includes('smp_mb')),
    );
    expect(universe.get('demo_dio_complete')).toBe(BASE.universe.get('demo_dio_complete'));
  });

  it('keep the head of a statement with its body, and pair what replaces each other', () => {
    const placement = placePatch(
      diff(`
@@ -84,5 +84,6 @@ static ssize_t demo_dio_complete(struct demo_dio *dio)
 	ssize_t ret = dio->error;
 
-	if (dio->end_io)
-		ret = dio->end_io(dio->iocb, ret, dio->flags);
+	ret = demo_finish(dio);
+	if (ret > 0)
+		invalidate_demo(inode);
 
 	inode_dio_end(inode);
`),
      BASE,
      matters,
    );
    const texts = placement.edits.map((edit) =>
      edit.lines.map((line) => `${line.kind[0]!} ${line.text.trim()}`),
    );
    expect(texts).toEqual([
      ['r if (dio->end_io)', 'r ret = dio->end_io(dio->iocb, ret, dio->flags);'],
      ['a ret = demo_finish(dio);'],
      ['a if (ret > 0)', 'a invalidate_demo(inode);'],
    ]);
  });

  it('have the words of each line where several stand on one, as in base64', () => {
    const onOne: Patch = {
      ...MOVE,
      files: MOVE.files.map((file) => ({
        ...file,
        hunks: file.hunks.map((hunk) => ({ ...hunk, lines: hunk.lines.map((one) => ({ ...one, line: 7 })) })),
      })),
    };
    const words = (patch: Patch) =>
      placePatch(patch, BASE, matters).edits.map(({ lines }) => lines.map(({ kind, text }) => [kind, text]));
    expect(words(onOne)).toEqual(words(MOVE));
  });

  it('of a patch know only lines of the patch', () => {
    const lines = new Set(
      MOVE.files.flatMap((file) => file.hunks.flatMap((hunk) => hunk.lines.map((line) => line.line))),
    );
    const placement = placePatch(MOVE, BASE, matters);
    for (const text of [...placement.after.universe.values(), ...placement.before.universe.values()]) {
      for (const { origin } of text.lines) if (origin.kind === 'patch') expect(lines).toContain(origin.line);
    }
  });
});

describe('a series', () => {
  it('is placed patch by patch, each on what the one before left', () => {
    const first = placePatch(MOVE, BASE, matters);
    const second = placePatch(
      diff(`
@@ -120,5 +120,5 @@ demo_dio_rw(struct kiocb *iocb, struct iov_iter *iter,
 	inode_dio_begin(inode);
-	smp_mb__after_atomic();
+	smp_mb();
 
 	if (mapping->nrpages) {
`),
      first.after,
      matters,
    );
    expect(second.unplaced).toEqual([]);
    expect(after(second, 'demo_dio_rw').join(' ')).toContain('inode_dio_begin(inode); smp_mb(); if (mapping');
  });
});
