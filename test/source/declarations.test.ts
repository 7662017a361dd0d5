/** Declarations that the bundle has in another order than the kernel. */

import { describe, expect, it } from 'vitest';
import { placePatch, type Placement } from '../../server/src/source/place.js';
import { bundled, changes, matters, patchOf } from './helpers.js';

const PATH = 'fs/demo/alloc.c';

const placed = async (declared: string, removed: string, added: string): Promise<Placement> => {
  const base = bundled(
    PATH,
    `
int
demo_write_direct(struct demo_inode *ip)
{
${declared}
	int error;
	bool force = false;

	error = invalidate_inode_pages2_range(ip, flags);
	return error;
}
`,
  );
  const patch = patchOf(`--- a/${PATH}
+++ b/${PATH}
@@ -10,6 +10,6 @@ demo_write_direct(
 	bool			force = false;
 	int			error;
-${removed}
+${added}
 	int			count = DEMO_COUNT;
 
 	ASSERT(ip);
`);
  return placePatch(await patch, base, matters);
};

describe('a declaration that stands above others in the base, and below them in the patch', () => {
  it('is found, and its new value takes the place of the old one', async () => {
    const { changed, unplaced } = await placed(
      '	int flags = DEMO_PREALLOC | DEMO_ZERO;',
      '	int			flags = DEMO_PREALLOC | DEMO_ZERO;',
      '	int			flags = DEMO_ZERO;',
    );
    expect(unplaced).toEqual([]);
    expect(changed.flatMap(changes)).toEqual([
      '0- int flags = DEMO_PREALLOC | DEMO_ZERO;',
      '0+ int			flags = DEMO_ZERO;',
    ]);
  });

  it.each([
    ['of another value', '	int flags = DEMO_ZERO;'],
    ['that is there twice', '	int flags = DEMO_PREALLOC;\n	{\n		int flags = DEMO_PREALLOC;\n	}'],
  ])('is not taken for one %s', async (_, declared) => {
    const { changed } = await placed(declared, '	int			flags = DEMO_PREALLOC;', '	int			flags = DEMO_ZERO;');
    expect(changed.flatMap(changes).filter((line) => line.includes('- '))).toEqual([]);
  });
});

describe('a hunk that begins among the declarations', () => {
  const base = bundled(
    PATH,
    `
ssize_t demo_write(struct kiocb *iocb, struct iov_iter *from)
{
	bool extend = false, unaligned = false;
	bool shared = true;
	loff_t offset = iocb->ki_pos;
	size_t count = iov_iter_count(from);
	handle_t *handle;
	ssize_t ret;

	if (demo_unaligned(from, offset)) {
		unaligned = true;
		shared = false;
	}
	if (offset + count > demo_size(iocb))
		shared = false;

	if (shared)
		inode_lock_shared(inode);
	else
		inode_lock(inode);
	return ret;
}
`,
  );
  const hunk = (...lines: readonly string[]): string =>
    `--- a/${PATH}\n+++ b/${PATH}\n@@ -10,7 +10,5 @@ ssize_t demo_write(struct kiocb *iocb, struct iov_iter *from)\n${lines.join('\n')}\n`;

  it('reaches what stands behind those that the bundle has elsewhere', async () => {
    const patch = await patchOf(
      hunk(
        ' 	bool extend = false, unaligned = false;',
        ' 	bool shared = true;',
        ' ',
        '-	if (demo_unaligned(from, offset)) {',
        '+	if (demo_unaligned(from, offset))',
        ' 		unaligned = true;',
        '-		shared = false;',
        '-	}',
      ),
    );
    const { changed, unplaced } = placePatch(patch, base, matters);
    expect(unplaced).toEqual([]);
    expect(changed.flatMap(changes)).toContainEqual(expect.stringMatching(/- shared = false;$/));
  });

  it('says so where a line that decides is removed, and the base has its like in another place alone', async () => {
    const patch = await patchOf(
      hunk(' 	else', ' 		inode_lock(inode);', ' 	demo_start(iocb);', '-	shared = false;', ' 	return ret;'),
    );
    const { unplaced } = placePatch(patch, base, matters);
    expect(unplaced.map(({ reason }) => reason)).toEqual([
      'the removed line `shared = false;` is not in the bundled demo_write of 9.9 there',
    ]);
  });
});
