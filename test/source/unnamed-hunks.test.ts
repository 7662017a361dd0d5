/** Hunks that name no function stand in functions that fit them, and no further apart than their line numbers say. */

import { describe, expect, it } from 'vitest';
import { placePatch } from '../../server/src/source/place.js';
import { bundled, matters, patchOf } from './helpers.js';

const PATH = 'fs/demo/direct-io.c';

/** More than lies between the two hunks in the kernel's file. */
const STEPS = Array.from({ length: 20 }, (_, at) => `\tdemo_step_${at}(dio);`).join('\n');

/** Both functions complete the request in the same words; the second one waits before it, and invalidates behind it. */
const BASE = bundled(
  PATH,
  `
static void demo_dio_work(struct work_struct *work)
{
	struct demo_dio *dio = container_of(work, struct demo_dio, work);
	ssize_t ret;

	ret = demo_dio_complete(dio);
	dio->iocb->ki_complete(dio->iocb, ret);
}

ssize_t demo_dio_rw(struct kiocb *iocb, struct iov_iter *iter)
{
	struct inode *inode = file_inode(iocb->ki_filp);
	struct demo_dio *dio;
	ssize_t ret;

	dio = demo_dio_alloc(iocb, iter);
	if (!dio)
		return -ENOMEM;
	ret = filemap_write_and_wait_range(inode->i_mapping, dio->pos, dio->end);
	if (ret)
		goto out_free_dio;
${STEPS}
	inode_dio_begin(inode);
	demo_dio_submit(dio);
	demo_dio_wait(dio);
	ret = demo_dio_complete(dio);
	if (dio->is_write && inode->i_mapping->nrpages)
		invalidate_inode_pages2_range(inode->i_mapping, dio->pos, dio->end);
	return ret;

out_free_dio:
	kfree(dio);
${STEPS}
	return ret;
}
`,
);

const COMPLETION = `
 		__set_current_state(TASK_RUNNING);
 	}
 
-	ret = demo_dio_complete(dio);
-
 	/*`;

const INVALIDATION = `
 	if (dio->is_write && inode->i_mapping->nrpages)
 		invalidate_inode_pages2_range(inode->i_mapping, dio->pos, dio->end);
-	return ret;
+	return demo_dio_complete(dio);
 
 out_free_dio:
 	kfree(dio);`;

function place(...hunks: readonly string[]) {
  const text = [`--- a/${PATH}`, `+++ b/${PATH}`, ...hunks].join('\n');
  const { changed, unplaced } = placePatch(
    patchOf(text),
    BASE,
    (words) => matters(words) || /demo_dio_complete/.test(words),
  );
  return { changed: changed.map(({ beforeName }) => beforeName), unplaced: unplaced.map(({ line }) => line) };
}

describe('of two functions that have the removed line', () => {
  it('the one is taken in which the hunk right below stands', () => {
    const hunks = [`@@ -943,6 +943,4 @@${COMPLETION}`, `@@ -957,6 +955,6 @@${INVALIDATION}`];
    expect(place(...hunks)).toEqual({ changed: ['demo_dio_rw'], unplaced: [] });
  });

  it('the one is taken in which the hunk right above says that it stands', () => {
    const begin = '\n \tinode_dio_begin(inode);\n+\tsmp_mb();\n \tdemo_dio_submit(dio);';
    const hunks = [
      `@@ -930,2 +930,3 @@ ssize_t demo_dio_rw(struct kiocb *iocb${begin}`,
      `@@ -943,6 +944,4 @@${COMPLETION}`,
    ];
    expect(place(...hunks)).toEqual({ changed: ['demo_dio_rw'], unplaced: [] });
  });

  it('none is taken where nothing tells them apart', () => {
    expect(place(`@@ -943,6 +943,4 @@${COMPLETION}`)).toEqual({ changed: [], unplaced: [7] });
  });

  it('none is taken by a hunk that is far away', () => {
    const hunks = [`@@ -443,6 +443,4 @@${COMPLETION}`, `@@ -957,6 +955,6 @@${INVALIDATION}`];
    expect(place(...hunks)).toEqual({ changed: ['demo_dio_rw'], unplaced: [7] });
  });
});

it('a function that alone has the line is not taken where the hunk shows nothing else of it', () => {
  const hunk = [`--- a/${PATH}`, `+++ b/${PATH}`, '@@ -700,4 +700,3 @@', ' \tdemo_account(dio);', ' ']
    .concat('-\tinode_dio_begin(inode);', ' \tdemo_trace(dio);')
    .join('\n');
  const { changed, unplaced } = placePatch(patchOf(hunk), BASE, matters);
  expect(changed).toEqual([]);
  expect(unplaced).toMatchObject([{ line: 6, half: ['demo_dio_rw'] }]);
});

it('a function that alone has the line is not taken where the hunks are closer than that function is', () => {
  const only = bundled(
    PATH,
    BASE.files
      .get(PATH)!
      .map(({ text }) => text)
      .join('\n')
      .replace(/(demo_dio_wait\(dio\);\n)\tret = demo_dio_complete\(dio\);\n/, '$1'),
  );
  const text = [
    `--- a/${PATH}`,
    `+++ b/${PATH}`,
    `@@ -943,6 +943,4 @@${COMPLETION}`,
    `@@ -957,6 +955,6 @@${INVALIDATION}`,
  ];
  const { changed, unplaced } = placePatch(
    patchOf(text.join('\n')),
    only,
    (words) => matters(words) || /demo_dio_complete/.test(words),
  );
  expect(changed.map(({ beforeName }) => beforeName)).toEqual(['demo_dio_rw']);
  expect(unplaced.map(({ reason }) => reason)).toEqual([
    expect.stringContaining('the hunk names no function, and no single function of fs/demo/direct-io.c'),
  ]);
});
