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

describe('a line beside a lost brace', () => {
  const base = bundled(
    PATH,
    `
static int demo_write(struct address_space *mapping, loff_t pos)
{
	int ret, flags = 0;

	if (demo_is_nowait(mapping)) {
		ret = demo_try(mapping);
		flags |= DEMO_NOWAIT;
	}
	ret = filemap_write_and_wait_range(mapping, pos, pos);
	if (ret)
		return ret;
	return demo_submit(mapping, flags);
}
`,
  );
  const around = (counts: string, above: readonly string[], below: readonly string[]): string =>
    [
      `--- a/${PATH}`,
      `+++ b/${PATH}`,
      `@@ -1${counts} @@ static int demo_write(struct address_space *mapping`,
    ]
      .concat(above, '+smp_mb();', below, '')
      .join('\n');
  const place = (text: string) => {
    const { changed, unplaced } = placePatch(damaged(patchOf(text), lostIndentation), base, matters);
    const after = changed.flatMap(({ lines }) => lines.flatMap((line) => line.after?.text.trim() ?? []));
    return { above: after[after.indexOf('smp_mb();') - 1], unplaced: unplaced.map(({ reason }) => reason) };
  };
  const SET = ' flags |= DEMO_NOWAIT;';
  const FLUSH = [' ret = filemap_write_and_wait_range(mapping, pos, pos);', ' if (ret)', ' return ret;'];

  it('stands behind it where the context below is whole', () => {
    const text = around('06,6 +106,7', [' ret = demo_try(mapping);', SET], FLUSH);
    expect(place(text)).toEqual({ above: '}', unplaced: [] });
  });

  it('stands before it where the context above is whole', () => {
    const above = [' if (demo_is_nowait(mapping)) {', ' ret = demo_try(mapping);', SET];
    expect(place(around('06,6 +106,7', above, FLUSH.slice(0, 2)))).toEqual({
      above: 'flags |= DEMO_NOWAIT;',
      unplaced: [],
    });
  });

  it.each([
    ['both sides lost lines', '06,6 +106,7', [SET], FLUSH.slice(0, 2)],
    ['the counts are not those of lost context', '06,6 +106,9', [' ret = demo_try(mapping);', SET], FLUSH],
    ['the hunk begins the file', ',6 +1,7', [' ret = demo_try(mapping);', SET], FLUSH],
  ])('is not placed where %s', (_, counts, above, below) => {
    expect(place(around(counts, above, below)).unplaced).toEqual([
      expect.stringContaining('the patch lost the brace that says on which side of it this line stands'),
    ]);
  });

  describe('that was lost in a row of changes', () => {
    const row = (counts: string, ...added: readonly string[]): string =>
      [
        `--- a/${PATH}`,
        `+++ b/${PATH}`,
        `@@ -103${counts} @@ static int demo_write(struct address_space *mapping`,
      ]
        .concat(' int ret, flags = 0;', ' if (demo_is_nowait(mapping)) {', ' ret = demo_try(mapping);')
        .concat('-flags |= DEMO_NOWAIT;', '+flags |= DEMO_TRIED;', ...added, ...FLUSH, '')
        .join('\n');

    it('stands behind it as the last of them, if no line is lost below', () => {
      expect(place(row(',8 +103,9', '+smp_mb();'))).toEqual({ above: '}', unplaced: [] });
    });

    it('is not placed as one of the others', () => {
      expect(place(row(',8 +103,10', '+smp_mb();', '+inode_dio_wait(inode);')).unplaced).toEqual([
        expect.stringContaining('lost the brace'),
      ]);
    });

    it('stands with the others where the counts say that none is lost among them', () => {
      expect(place(row(',7 +103,8', '+smp_mb();'))).toEqual({ above: 'flags |= DEMO_TRIED;', unplaced: [] });
    });
  });
});
