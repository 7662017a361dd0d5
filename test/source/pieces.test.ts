import { describe, expect, it } from 'vitest';
import { placePatch, type Placement } from '../../server/src/source/place.js';
import { bundled, changes, code, matters, patchOf } from './helpers.js';

const BASE = bundled(
  'fs/demo/file.c',
  `
static ssize_t demo_write(struct kiocb *iocb, struct iov_iter *from)
{
	ssize_t ret;

	ret = demo_lock(iocb, &iolock);
	if (ret)
		goto out;
	ret = iomap_dio_rw(iocb, from, &demo_iomap_ops, 0);
	if (iolock)
		demo_unlock(iolock);
out:
	return ret;
}
`,
);

/** What the patch changes in the function that was there. */
const changesOfFirst = ({ changed }: Placement) =>
  changed.filter(({ beforeName }) => beforeName === 'demo_write').flatMap(changes);

/** The file has no label there: only the bundle does. */
const hunk = (changed: string) =>
  patchOf(`--- a/fs/demo/file.c
+++ b/fs/demo/file.c
@@ -104,9 +104,20 @@ demo_write(struct kiocb *iocb, struct iov_iter *from)
 	ret = iomap_dio_rw(iocb, from, &demo_iomap_ops, 0);
${changed}
+	return ret;
+}
+
+static ssize_t
+demo_write_zoned(struct kiocb *iocb, struct iov_iter *from)
+{
+	ssize_t ret;
+
+	ret = demo_write(iocb, from);
+	demo_unreserve(iocb);
 	return ret;
 }
 
`);

const BEHIND = hunk(` 	if (iolock)
 		demo_unlock(iolock);`);

const BEHIND_A_CHANGE = hunk(`-	if (iolock)
-		demo_unlock(iolock);
+	demo_unlock(iolock);`);

describe('a function added behind one that ends in the same lines', () => {
  it('leaves the end of the first as it is, though the diff has it as added', () => {
    const placement = placePatch(BEHIND, BASE, matters);
    const { after } = placement;
    expect(placement.unplaced).toEqual([]);
    expect(changesOfFirst(placement)).toEqual([]);
    expect(code(after.universe.get('demo_write')).slice(-3)).toEqual(['out:', 'return ret;', '}']);
    expect(code(after.universe.get('demo_write_zoned')).slice(-4)).toEqual([
      'ret = demo_write(iocb, from);',
      'demo_unreserve(iocb);',
      'return ret;',
      '}',
    ]);
  });

  it('finds what else the hunk changes in the first', () => {
    const placement = placePatch(BEHIND_A_CHANGE, BASE, matters);
    expect(placement.unplaced).toEqual([]);
    expect(changesOfFirst(placement)).toEqual([
      '1- if (iolock)',
      '1- demo_unlock(iolock);',
      '1+ demo_unlock(iolock);',
    ]);
  });
});

describe('a function cut in two', () => {
  it('loses what the second has now', () => {
    const { after } = placePatch(
      patchOf(`--- a/fs/demo/file.c
+++ b/fs/demo/file.c
@@ -100,8 +100,16 @@ demo_write(struct kiocb *iocb, struct iov_iter *from)
 	if (ret)
 		goto out;
+	ret = demo_write_locked(iocb, from);
+out:
+	return ret;
+}
+
+static ssize_t
+demo_write_locked(struct kiocb *iocb, struct iov_iter *from)
+{
+	ssize_t ret;
 	ret = iomap_dio_rw(iocb, from, &demo_iomap_ops, 0);
 	if (iolock)
 		demo_unlock(iolock);
-out:
 	return ret;
 }
`),
      BASE,
      matters,
    );
    expect(code(after.universe.get('demo_write'))).not.toContain(
      'ret = iomap_dio_rw(iocb, from, &demo_iomap_ops, 0);',
    );
    expect(code(after.universe.get('demo_write_locked'))).toContain(
      'ret = iomap_dio_rw(iocb, from, &demo_iomap_ops, 0);',
    );
  });
});
