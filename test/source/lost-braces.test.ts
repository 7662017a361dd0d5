/** Where added lines stand in a hunk that lost its lone braces and its indentation. */

import { describe, expect, it } from 'vitest';
import { placePatch } from '../../server/src/source/place.js';
import { bundled, damaged, lostIndentation, matters, patchOf } from './helpers.js';

const PATH = 'fs/f.c';
const BASE = bundled(
  PATH,
  `
static int demo_invalidate(struct address_space *mapping, loff_t pos)
{
	int ret;

	ret = filemap_write_and_wait_range(mapping, pos, pos);
	return ret;
}
`,
);

const HUNK = [
  '-static int demo_invalidate(struct address_space *mapping, loff_t pos)',
  '+static int demo_invalidate(struct kiocb *iocb)',
  '+struct address_space *mapping = iocb->ki_filp->f_mapping;',
  '+loff_t pos = iocb->ki_pos;',
  ' int ret;',
  ' ret = filemap_write_and_wait_range(mapping, pos, pos);',
];

describe('declarations behind a changed head whose brace the mail lost', () => {
  it('stand in the body', () => {
    const text = `--- a/${PATH}\n+++ b/${PATH}\n@@ -10,5 +10,7 @@\n${HUNK.join('\n')}\n`;
    const { changed, unplaced } = placePatch(damaged(patchOf(text), lostIndentation), BASE, matters);
    expect(unplaced).toEqual([]);
    const after = changed[0]!.lines.flatMap((line) => line.after?.text.trim() ?? []);
    expect(after.slice(0, 4)).toEqual([
      'static int demo_invalidate(struct kiocb *iocb)',
      '{',
      'struct address_space *mapping = iocb->ki_filp->f_mapping;',
      'loff_t pos = iocb->ki_pos;',
    ]);
  });
});
