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
