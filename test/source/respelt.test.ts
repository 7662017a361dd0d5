/** Conversions from pages to folios in a block that a bundled function leaves out. */

import { describe, expect, it } from 'vitest';
import { placePatch } from '../../server/src/source/place.js';
import { bundled, patchOf } from './helpers.js';

const PATH = 'mm/demo.c';
const matters = (text: string): boolean =>
  /\b(?:(?:un)?lock_page|folio_(?:un)?lock|\w*writepage)\b/.test(text);

const BASE = bundled(
  PATH,
  `
static int demo_writepages(struct address_space *mapping, struct page *page)
{
	int error;

	lock_page(page);
	error = mapping_writepage(page);
	return error;
}
`,
);

const reasons = (changed: string): readonly string[] => {
  const diff = `--- a/${PATH}\n+++ b/${PATH}\n@@ -10,9 +10,9 @@ static int demo_writepages(struct address_space *mapping, struct page *page)
 	error = mapping_writepage(page);
 	if (error == AOP_WRITEPAGE_ACTIVATE) {
${changed}
 		error = 0;
 	}
 	return error;
`;
  return placePatch(patchOf(diff), BASE, matters).unplaced.map(({ reason }) => reason);
};

describe('a statement that the base has cut', () => {
  it('changes nothing where it gets another spelling', () => {
    expect(reasons('-\t\tunlock_page(page);\n+\t\tfolio_unlock(folio);')).toEqual([]);
  });

  it('is told where another call takes its place', () => {
    expect(reasons('-\t\tunlock_page(page);\n+\t\tfolio_lock(folio);').join()).toContain(
      'unlock_page(page);',
    );
  });

  it('is told where it is moved behind what is new', () => {
    expect(
      reasons('-\t\tunlock_page(page);\n+\t\tmapping_writepage(page);\n+\t\tfolio_unlock(folio);').join(),
    ).toContain('unlock_page(page);');
  });
});
