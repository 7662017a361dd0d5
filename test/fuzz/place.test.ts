/** Placing takes any hunks: of comments alone, of halves of functions, of what no compiler would read. */

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { placePatch } from '../../server/src/source/place.js';
import { bundled, damaged, lostIndentation, matters, patchOf } from '../source/helpers.js';

const PATH = 'fs/demo/file.c';
const FUNCTION = [
  'static ssize_t demo_write(struct kiocb *iocb, struct iov_iter *from)',
  '{',
  '\tstruct inode *inode = file_inode(iocb->ki_filp);',
  '\tssize_t ret = 0;',
  '',
  '\tif (iocb->ki_flags & IOCB_NOWAIT) {',
  '\t\tret = -EAGAIN;',
  '\t\tgoto out;',
  '\t}',
  '\tfor (;;)',
  '\t\tinode_dio_begin(inode);',
  '\tsmp_mb__after_atomic();',
  '\tret = filemap_write_and_wait_range(inode->i_mapping, 0,',
  '\t\t\t-1);',
  'out:',
  '\treturn ret;',
  '}',
];
const BASE = bundled(PATH, FUNCTION.join('\n'));

const OTHERS = [
  '/*',
  ' * a comment',
  ' */',
  '}',
  '{',
  '#if BITS_PER_LONG == 32',
  '#endif',
  '#define X(y) \\',
  '\t} else {',
]
  .concat(
    'static int demo_new(void)',
    'void',
    'struct demo_ops demo_ops = {',
    '};',
    'EXPORT_SYMBOL(demo_write);',
  )
  .concat(
    '\telse if (ret)',
    '\tswitch (ret) {',
    '\tcase 1:',
    'int demo_proto(void);',
    '\t"\\"(',
    ')',
    '\tdo {',
    '\t} while (ret);',
  );

const line = fc
  .tuple(fc.constantFrom(' ', ' ', '-', '+'), fc.constantFrom(...FUNCTION, ...OTHERS))
  .map(([kind, text]) => kind + text);
const section = fc.constantFrom(
  '',
  FUNCTION[0]!,
  'out:',
  'struct demo_ops demo_ops = {',
  'static int demo_other(void)',
);
const hunk = fc.record({
  start: fc.integer({ min: 1, max: 200 }),
  section,
  // A hunk is empty where its lines are lost; most show the function in its own order.
  lines: fc.oneof(
    fc.array(line, { maxLength: 12 }),
    fc
      .tuple(
        fc.nat(FUNCTION.length),
        fc.nat(FUNCTION.length),
        fc.array(fc.constantFrom(' ', ' ', '-', '+'), { minLength: 20, maxLength: 20 }),
      )
      .map(([from, to, kinds]) =>
        FUNCTION.slice(Math.min(from, to), Math.max(from, to)).map((text, at) => kinds[at]! + text),
      ),
  ),
});

it.each([
  ['as sent', false],
  ['without indentation', true],
])('hunks %s are placed, or said not to be', (_, isDamaged) => {
  fc.assert(
    fc.property(fc.array(hunk, { minLength: 1, maxLength: 4 }), (hunks) => {
      const text = [`--- a/${PATH}`, `+++ b/${PATH}`].concat(
        ...hunks.map(({ start, section: named, lines }) => [
          `@@ -${start},${lines.length} +${start},${lines.length} @@ ${named}`,
          ...lines,
        ]),
      );
      const patch = patchOf(text.join('\n'));
      const { unplaced, edits } = placePatch(
        isDamaged ? damaged(patch, lostIndentation) : patch,
        BASE,
        matters,
      );
      for (const { line: at } of [...unplaced, ...edits.flatMap((edit) => edit.lines)])
        expect(at).toBeLessThanOrEqual(text.length);
    }),
    { numRuns: 1500 },
  );
});
