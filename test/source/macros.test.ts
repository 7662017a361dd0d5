/** Macros that a patch defines, written out where it calls them. */

import { describe, expect, it } from 'vitest';
import { loadEra } from '../../server/src/source/bundled.js';
import { placeBackwards } from '../../server/src/source/place-backwards.js';
import { placePatch } from '../../server/src/source/place.js';
import { matters } from '../../server/src/review/placement.js';
import { diffOf } from '../review/patches.js';
import { diffOfWritten } from '../review/written.js';
import { patchOf } from './helpers.js';

const PATH = 'fs/iomap/direct-io.c';
const HEAD = 'ssize_t iomap_dio_complete(struct iomap_dio *dio)\n';
const OLD = '(dio->flags & IOMAP_DIO_WRITE) && inode';

/** The lines of iomap_dio_complete() after a patch that defines `definition` and writes `used`. */
function linesAfter(definition: string, used: string): readonly string[] {
  const text = diffOf('5.9', PATH, [HEAD, `${definition}\n\n${HEAD}`], [OLD, `${used} && inode`]);
  const { after } = placePatch(patchOf(text), loadEra('5.9'), matters);
  return after.universe.get('iomap_dio_complete')!.lines.map((line) => line.text.trim());
}

const lineAfter = (definition: string, used: string, part: string): string | undefined =>
  linesAfter(definition, used).find((line) => line.includes(part));

describe('a macro of the patch', () => {
  it('gets its arguments, parentheses and all', () => {
    const definition = '#define is_write(d, mask) \\\n\t((d)->flags & (mask))';
    expect(lineAfter(definition, 'is_write(of(dio, 1), IOMAP_DIO_WRITE)', 'nrpages')).toBe(
      '(((of(dio, 1))->flags & (IOMAP_DIO_WRITE))) && inode->i_mapping->nrpages) {',
    );
  });

  it('is written out where its call goes over several lines, each of which keeps its place', () => {
    const used = '(wrote(dio,\n\t\t   IOMAP_DIO_WRITE))';
    expect(linesAfter('#define wrote(d, mask) ((d)->flags & (mask))', used)).toContain(
      '((((dio)->flags & (IOMAP_DIO_WRITE)))) && inode->i_mapping->nrpages) {',
    );
    expect(lineAfter('#define wrote(d, mask) ((d)->flags & (mask))', used, 'int err;')).toBe('int err;');
  });

  it.each([
    [
      'a macro of the patch',
      '#define wrote(d) of(d, 1)\n#define of(d, n) ((d)->flags & (n))',
      '(((dio)->flags & (1)))',
    ],
    [
      'itself, which C calls then',
      '#define wrote(d) (wrote(d) || (d)->size)',
      '((wrote(dio) || (dio)->size))',
    ],
    [
      'statements with a value',
      '#define wrote(d) ({ int w = (d)->size; w; })',
      '({ int w = (dio)->size; w; })',
    ],
  ])('may hold %s', (_, definition, expected) => {
    expect(lineAfter(definition, 'wrote(dio)', 'nrpages')).toContain(expected);
  });

  it('that calls the next one twice, and that again, is written out as far as a line may grow', () => {
    const chain = Array.from({ length: 40 }, (_, n) => `#define m${n}(d) m${n + 1}(d) + m${n + 1}(d)`);
    const line = lineAfter(chain.join('\n'), 'm0(dio)', 'nrpages')!;
    expect(line).toMatch(/m\d+\(dio\).*&& inode->i_mapping->nrpages/);
    expect(line.length).toBeLessThan(1_000_000);
  });

  it('that is one statement is written out as one, and as nothing else', () => {
    const definition = '#define begin(i) do { \\\n\tinode_dio_begin(i); smp_mb(); \\\n} while (0)';
    const used = '0) {\n\t\tbegin(inode);\n\t}\n\tif (';
    expect(linesAfter(definition, used)).toContain('do { inode_dio_begin(inode); smp_mb(); } while (0);');
  });

  it('may be called by the patches behind it', () => {
    const first = diffOf('5.9', PATH, [
      HEAD,
      `#define is_write(d) ((d)->flags & IOMAP_DIO_WRITE)\n\n${HEAD}`,
    ]);
    const second = diffOf('5.9', PATH, [OLD, 'is_write(dio) && inode']);
    const base = placePatch(patchOf(first), loadEra('5.9'), matters).after;
    const { after } = placePatch(patchOf(second), base, matters);
    const lines = after.universe.get('iomap_dio_complete')!.lines.map((line) => line.text.trim());
    expect(lines.find((line) => line.includes('nrpages'))).toContain(
      '(((dio)->flags & IOMAP_DIO_WRITE)) && inode',
    );
  });

  it('named like what orders direct I/O is no function of another release', () => {
    const definition = '#define iomap_dio_begin(i) do { inode_dio_begin(i); smp_mb(); } while (0)';
    const text = diffOfWritten([
      'a macro around the count',
      '5.9',
      [
        PATH,
        [HEAD, `${definition}\n\n${HEAD}`],
        ['\tinode_dio_begin(inode);\n', '\tiomap_dio_begin(inode);\n'],
      ],
    ]);
    expect(placePatch(patchOf(text), loadEra('5.9'), matters).unplaced).toEqual([]);
  });

  it('that it removes is written out where it removes the call', () => {
    const definition = '#define is_write(d) ((d)->flags & IOMAP_DIO_WRITE)';
    const withMacro = [HEAD, `${definition}\n\n${HEAD}`] as const;
    const called = [OLD, 'is_write(dio) && inode'] as const;
    const text = diffOf('5.9', PATH, withMacro, called);
    const back = text.replace(/^[-+](?=[^-+])/gm, (sign) => (sign === '+' ? '-' : '+'));
    const { before } = placeBackwards(patchOf(back), loadEra('5.9'), matters);
    const lines = before.universe.get('iomap_dio_complete')!.lines.map((line) => line.text.trim());
    expect(lines.find((line) => line.includes('nrpages'))).toContain(
      '(((dio)->flags & IOMAP_DIO_WRITE)) && inode',
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
