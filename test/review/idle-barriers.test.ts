/** P9: a barrier that orders nothing where it stands. */

import { describe, expect, it } from 'vitest';
import { readPatches } from '../../server/src/diff/read.js';
import { cParser } from '../../server/src/lower/parser.js';
import { idleBarrierFindings } from '../../server/src/review/idle-barrier-findings.js';
import { matters } from '../../server/src/review/placement.js';
import type { Finding } from '../../server/src/review/report.js';
import { loadEra } from '../../server/src/source/bundled.js';
import { placePatch } from '../../server/src/source/place.js';
import { changes, diffOf, linesWith, report } from './patches.js';

const FILE = 'fs/iomap/direct-io.c';
const BEGIN = '\tinode_dio_begin(inode);\n';
const END = '\tinode_dio_end(file_inode(iocb->ki_filp));\n';

const judged = (...replacements: readonly (readonly [string, string])[]) =>
  diffOf('5.15', FILE, ...replacements);

/** Without the scenarios, which these findings do not need. */
async function misuses(text: string): Promise<readonly Finding[]> {
  const read = await readPatches(Buffer.from(text, 'utf8'));
  if (!read.ok) throw new Error(read.what);
  const placement = placePatch(read.input.patches[0]!, loadEra('5.15'), matters);
  expect(placement.unplaced).toEqual([]);
  return idleBarrierFindings('test.patch', await cParser(), read.input.patches[0]!, [
    { release: '5.15-6.4', era: '5.15', placement },
  ]);
}

describe('smp_mb__after_atomic() and smp_mb__before_atomic()', () => {
  it('beside inode_dio_end() are told of, at their line, with both lines as their timeline', async () => {
    const text = judged([END, `\tsmp_mb__before_atomic();\n${END}`]);
    const all = await report(text, { kernel: '5.15', memory: 'sc' });
    expect(changes(all)).toEqual([]);
    const [misuse, ...others] = all.findings;
    expect(others).toEqual([]);
    expect(misuse).toMatchObject({
      change: 'introduced',
      severity: 'warning',
      line: linesWith(text, '+\tsmp_mb__before_atomic')[0],
      function: 'iomap_dio_complete',
      message:
        'smp_mb__before_atomic() orders nothing in iomap_dio_complete(): inode_dio_end(file_inode(iocb->ki_filp)) after it is fully ordered by itself',
      scenarios: [],
    });
    expect(misuse!.timeline.steps.map(({ n, text: step }) => `${String(n)} ${step}`)).toEqual([
      '1 smp_mb__before_atomic()',
      '2 inode_dio_end(file_inode(iocb->ki_filp))',
    ]);
  });

  it.each([
    ['atomic_set(&dio->ref, 1);', 'atomic_set(&dio->ref, 1) before it is no atomic'],
    ['dio->flags |= 1;', 'dio->flags |= 1 before it is no atomic'],
    ['if (atomic_dec_and_test(&dio->ref))\n\t', 'atomic_dec_and_test(&dio->ref) before it is fully ordered'],
  ])('after `%s` are told of', async (access, words) => {
    const text = judged([BEGIN, `\t${access}\n\tsmp_mb__after_atomic();\n${BEGIN}`]);
    expect((await misuses(text)).map(({ message }) => message)).toEqual([expect.stringContaining(words)]);
  });

  it.each([
    ['an operation that returns nothing', 'atomic_inc(&dio->ref);'],
    ['a relaxed one', 'n = atomic_dec_return_relaxed(&dio->ref);'],
    ['one that orders nothing when it fails', 'atomic_add_unless(&dio->ref, 1, 0);'],
    ['a call of which nothing is known', 'demo_note(dio);'],
    ['what only moves a local', 'atomic_inc(&dio->ref);\n\tret = 0;'],
    ['a store that comes after such an operation', 'atomic_inc(&dio->ref);\n\tWRITE_ONCE(dio->flags, 1);'],
  ])('after %s are not', async (_, access) => {
    const text = judged([BEGIN, `\t${access}\n\tsmp_mb__after_atomic();\n${BEGIN}`]);
    expect(await misuses(text)).toEqual([]);
  });

  it('that several paths lead to are not', async () => {
    const text = judged([
      BEGIN,
      `\tif (dio->flags & 1)\n\t\tatomic_inc(&dio->ref);\n\telse\n\t\tatomic_set(&dio->ref, 1);\n\tsmp_mb__after_atomic();\n${BEGIN}`,
    ]);
    expect(await misuses(text)).toEqual([]);
  });

  it('beside inode_dio_begin() are not', async () => {
    expect(await misuses(judged([BEGIN, `${BEGIN}\tsmp_mb__after_atomic();\n`]))).toEqual([]);
  });
});

describe('a barrier in what the model takes as it is', () => {
  const counting = (...changed: readonly string[]) => `--- a/include/linux/fs.h
+++ b/include/linux/fs.h
@@ -3230,10 +3230,12 @@ void inode_dio_wait(struct inode *inode);
 static inline void inode_dio_begin(struct inode *inode)
 {
 	atomic_inc(&inode->i_dio_count);
+${changed[0]}
 }
 
 static inline void inode_dio_end(struct inode *inode)
 {
+${changed[1]}
 	if (atomic_dec_and_test(&inode->i_dio_count))
 		wake_up_bit(&inode->i_state, __I_DIO_WAKEUP);
 }
`;
  const told = async (text: string) =>
    (await report(text, { kernel: '6.9' })).findings.map(({ line, function: name, rule }) => [
      line,
      name,
      rule,
    ]);

  it('is told of where it orders nothing, and not where it completes the count', async () => {
    const barriers = ['\tsmp_mb__after_atomic();', '\tsmp_mb__before_atomic();'];
    expect(await told(counting(...barriers))).toEqual([[12, 'inode_dio_end', 'barrier-misuse']]);
  });

  it('is none of ours in a function that has nothing to do with direct I/O', async () => {
    const text = counting('\tdemo(inode);', '\tsmp_mb__before_atomic();')
      .replaceAll('i_dio_count', 'i_readcount')
      .replaceAll('inode_dio_', 'demo_');
    expect(await told(text)).toEqual([]);
  });

  it('is looked at only where the hunk shows the whole function', async () => {
    const text = counting('\tdemo(inode);', '\tsmp_mb__before_atomic();').replace(
      /^ static .*dio_end.*\n \{\n/m,
      '',
    );
    expect(await told(text)).toEqual([]);
  });
});
