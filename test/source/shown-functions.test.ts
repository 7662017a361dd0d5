/** Functions that a patch shows whole, in the mail as sent and where an archive dropped their braces. */

import { describe, expect, it } from 'vitest';
import { shownFunctions } from '../../server/src/source/shown-functions.js';
import { damaged, lostBlankLines, lostIndentation, lostLoneBraces, patchOf } from './helpers.js';

const HUNK = `
--- a/include/linux/demo.h
+++ b/include/linux/demo.h
@@ -50,12 +50,14 @@ struct demo_count;
 static inline void demo_begin(struct inode *inode)
 {
 	atomic_inc(&inode->i_dio_count);
+	smp_mb__after_atomic();
 }
 
 static inline void demo_end(struct inode *inode)
 {
+	smp_mb__before_atomic();
 	if (atomic_dec_and_test(&inode->i_dio_count))
 		wake_up_var(&inode->i_dio_count);
 }
`;
const BEHIND = `
 extern void demo_set(struct inode *inode);
`;

const archived = (text: string) =>
  damaged(patchOf(text), (lines) => lostIndentation(lostLoneBraces(lostBlankLines(lines))));

const shown = ({ files }: ReturnType<typeof patchOf>): readonly (readonly [string, readonly string[]])[] =>
  files
    .flatMap(shownFunctions)
    .map(({ name, lines }) => [name, lines.flatMap(({ text }) => text.trim() || [])] as const);

describe('functions that hunks show from head to end', () => {
  const whole = shown(patchOf(HUNK + BEHIND.slice(1)));

  it('are as the patch leaves them', () => {
    expect(whole.map(([name]) => name)).toEqual(['demo_begin', 'demo_end']);
    expect(whole[0]![1]).toContain('smp_mb__after_atomic();');
  });

  it('are the same where the lone braces are lost and something stands behind them', () => {
    expect(shown(archived(HUNK + BEHIND.slice(1)))).toEqual(whole);
  });

  it('are none where the hunk may end before the function does', () => {
    expect(shown(archived(HUNK)).map(([name]) => name)).toEqual(['demo_begin']);
  });
});
