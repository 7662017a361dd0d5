/** Macros that a patch defines, written out where it calls them. */

import { describe, expect, it } from 'vitest';
import { loadEra } from '../../server/src/source/bundled.js';
import { placePatch } from '../../server/src/source/place.js';
import { matters } from '../../server/src/review/placement.js';
import { diffOf } from '../review/patches.js';
import { patchOf } from './helpers.js';

const PATH = 'fs/iomap/direct-io.c';
const HEAD = 'ssize_t iomap_dio_complete(struct iomap_dio *dio)\n';
const OLD = '(dio->flags & IOMAP_DIO_WRITE) && inode';

/** The line with this text in iomap_dio_complete() after a patch that defines `definition` and writes `used`. */
function lineAfter(definition: string, used: string, part: string): string | undefined {
  const text = diffOf('5.9', PATH, [HEAD, `${definition}\n\n${HEAD}`], [OLD, `${used} && inode`]);
  const { after } = placePatch(patchOf(text), loadEra('5.9'), matters);
  const lines = after.universe.get('iomap_dio_complete')!.lines.map((line) => line.text.trim());
  return lines.find((line) => line.includes(part));
}

describe('a macro of the patch', () => {
  it('gets its arguments, parentheses and all', () => {
    const definition = '#define is_write(d, mask) \\\n\t((d)->flags & (mask))';
    expect(lineAfter(definition, 'is_write(of(dio, 1), IOMAP_DIO_WRITE)', 'nrpages')).toBe(
      '(((of(dio, 1))->flags & (IOMAP_DIO_WRITE))) && inode->i_mapping->nrpages) {',
    );
  });

  it.each([
    ['that is a statement', '#define is_write(d) do { check(d); } while (0)'],
    ['that pastes', '#define is_write(d) is_write_##d'],
    ['with other arguments', '#define is_write(d, e) ((d)->flags)'],
  ])('%s stays a call', (_, definition) => {
    expect(lineAfter(definition, 'is_write(dio)', 'nrpages')).toMatch(/^is_write\(dio\) && inode/);
  });
});
