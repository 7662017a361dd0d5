/** Pages that became text with the escapes of what they were written in. */

import { describe, expect, it } from 'vitest';
import { readPatches } from '../../server/src/diff/read.js';

const PATCH = `
demo: flush before the count

--- a/fs/demo/file.c
+++ b/fs/demo/file.c
@@ -10,5 +10,5 @@ static int demo_write(struct kiocb *iocb)
 	struct inode *inode = file_inode(iocb->ki_filp);
 
-	if (iocb->ki_pos < 0 && !demo_wait(inode, "a\\"b"))
+	if (iocb->ki_pos > 0 & demo_flags[0] && !demo_wait(inode, "a\\"b"))
 		return -EIO;
 	return 0;
`;

async function changedLines(text: string): Promise<readonly unknown[]> {
  const read = await readPatches(Buffer.from(text));
  if (!read.ok) return [read.what];
  const [patch] = read.input.patches;
  const lines = patch!.files.flatMap(({ hunks }) => hunks.flatMap((hunk) => hunk.lines));
  return [lines.map(({ kind, text: own, line }) => [kind, own, line]), patch!.damage.map(({ what }) => what)];
}

const html = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
const markdown = (text: string): string => text.replace(/[_*[\]<>&]/g, '\\$&');
const invisible = (text: string): string =>
  text.replaceAll('_', '_\u200b').replaceAll('struct', '\u2060struct');

describe('escaped characters', () => {
  it.each([
    ['of HTML', html, 'HTML entities: read as the characters'],
    ['of Markdown', markdown, 'backslashes of Markdown: taken off'],
    ['of no width', invisible, 'characters without width: taken out'],
  ])('%s are read as what they stand for', async (_, escape, what) => {
    const [lines, damage] = await changedLines(PATCH);
    expect(damage).toEqual([]);
    expect(await changedLines(escape(PATCH))).toEqual([lines, [what]]);
  });

  it('that a patch brings itself stay as they are', async () => {
    const brings = PATCH.replace('+\tif (', '+\tdemo_print("&lt;\\_");\n+\tif (').replace(
      '10,5 @@',
      '10,6 @@',
    );
    const [lines, damage] = await changedLines(brings);
    expect(damage).toEqual([]);
    expect(JSON.stringify(lines)).toContain('&lt;\\\\_');
  });
});

it('a text without a diff is left alone', async () => {
  expect(await changedLines('a\\_b &lt; c\n')).toEqual([expect.stringContaining('no diff in it')]);
});
