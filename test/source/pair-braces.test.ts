/** Blocks whose head or end the base has otherwise: braces still pair up, and nothing comes out from under its head. */

import { describe, expect, it } from 'vitest';
import { placePatch } from '../../server/src/source/place.js';
import { bundled, matters, patchOf } from './helpers.js';

const PATH = 'fs/f.c';
const base = (body: string): string => `\nint end_write(struct inode *inode)\n{\n${body}\n}\n`;
const placed = (body: string, hunk: string) => {
  const text = `--- a/fs/f.c\n+++ b/fs/f.c\n@@ -10,9 +10,9 @@ int end_write(struct inode *inode)\n${hunk}`;
  const { after, unplaced } = placePatch(patchOf(text), bundled(PATH, base(body)), matters);
  const lines = after.universe.get('end_write')!.lines.map(({ text: line }) => line.trim());
  return { text: lines.slice(2, -1).join(' '), said: unplaced.map(({ reason }) => reason) };
};

describe('braces that a patch gives to a head', () => {
  it('are there once where the base has them already', () => {
    const { text, said } = placed(
      '\tunlock_page(page);\n\tif (old < pos) {\n\t\tinode_dio_end(inode);\n\t}\n\treturn 0;',
      ` 	unlock_page(page);
-	if (old < pos && !verity)
+	if (old < pos && !verity) {
 		inode_dio_end(inode);
+		inode_dio_wait(inode);
+	}
 	return 0;
`,
    );
    expect(text).toBe(
      'unlock_page(page); if (old < pos && !verity) { inode_dio_end(inode); inode_dio_wait(inode); } return 0;',
    );
    expect(said).toEqual([]);
  });
});

describe('a block that the patch takes away', () => {
  it('is not taken from another one whose head is alike, where the base does not have it', () => {
    const { text, said } = placed(
      '\tlock_page(page);\n\tret = check(inode);\n\tif (ret) {\n\t\tunlock_page(page);\n\t\treturn ret;\n\t}\n\tinode_dio_wait(inode);\n\treturn 0;',
      ` 	trace_end(inode);
-	if (journalled(inode)) {
-		ret = commit(inode->i_sb);
-		if (ret)
-			return ret;
-	}
 	unlock_page(page);
`,
    );
    expect(text).toContain('if (ret) { unlock_page(page); return ret; } inode_dio_wait(inode);');
    expect(said).toEqual([]);
  });

  it('leaves nothing bare that the base has in it and the patch does not show', () => {
    const { said } = placed(
      '\tif (iocb->ki_flags & IOCB_NOWAIT) {\n\t\tinode_dio_end(inode);\n' +
        '\t\tif (!trylock_page(page))\n\t\t\treturn -EAGAIN;\n\t} else\n\t\tlock_page(page);\n' +
        '\tinode_dio_wait(inode);\n\treturn 0;',
      `-	if (iocb->ki_flags & IOCB_NOWAIT) {
-		if (!trylock_page(page))
-			return -EAGAIN;
-	} else
-		lock_page(page);
+	ret = lock_page_iocb(iocb, page);
+	if (ret)
+		return ret;
 	inode_dio_wait(inode);
`,
    );
    expect(said).toContainEqual(
      expect.stringMatching(/^the removed line `if \(iocb->ki_flags & IOCB_NOWAIT\) \{` is not in .* there$/),
    );
  });

  it('leaves no statement to what comes in the place of its head', () => {
    const { said } = placed(
      '\tlock_page(page);\n\tif (!page)\n\t\treturn -ENOMEM;\n\tinode_dio_wait(inode);\n\treturn 0;',
      `-	lock_page(page);
-	if (!page) {
-		ret = -ENOMEM;
-		goto out;
-	}
+	lock_page_of(inode, page);
 	inode_dio_wait(inode);
`,
    );
    expect(said).toEqual([expect.stringMatching(/^the statement under `if \(!page\) \{` is another in/)]);
  });
});

describe('a statement of which the mail lost the line that opens it', () => {
  it('is refused: what it governs would stand under another head', () => {
    const { text, said } = placed(
      '\tret = inode_dio_begin(inode);\n\tif (write && !done) {\n\t\tret = set_up(inode);\n\t}\n\treturn ret;',
      ` 	if (write && !done) {
-				end >> PAGE_SHIFT))
-			warn(inode);
+				end >> PAGE_SHIFT)) {
+			ret = -ENOTBLK;
+			inode_dio_end(inode);
+		}
 		ret = set_up(inode);
`,
    );
    expect(text).not.toContain('PAGE_SHIFT');
    expect(said).toEqual([expect.stringMatching(/with them its parentheses do not pair up$/)]);
  });
});

describe('an else whose if goes, and that the base has in other words', () => {
  it('does not close the function', () => {
    const { text, said } = placed(
      '\tinode_dio_wait(inode);\n\tif (size > old) {\n\t\tret = zero(inode);\n\t} else {\n\t\tret = cut(inode);\n\t}\n\treturn ret;',
      ` 	inode_dio_wait(inode);
-	if (size > old) {
-		ret = zero(inode);
-	} else if (size != old) {
-		ret = cut(inode);
-	}
+	if (size < old) {
+		filemap_flush(inode);
+		ret = cut(inode);
+	}
 	return ret;
`,
    );
    expect(text).not.toContain('inode_dio_wait(inode); } else {');
    expect(said).not.toEqual([]);
  });
});
