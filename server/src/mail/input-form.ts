/** Which form a file has. Told from its first lines alone; nothing here looks for a diff. */

import { headerBlockLength } from './headers.js';
import { isFromLine, isGitFromLine } from './mbox.js';
import type { InputForm } from './message.js';
import { isCommitLine } from './page.js';

/**
 * - `mbox`/`format-patch`: begins with a `From ` line and headers; the latter with git's fixed date.
 * - `mail`: begins with a header block.
 * - `diff`: begins as diff, `git show` or `git log -p` print.
 * - `archive-page`: any other text; the headers are lost or not of RFC 5322 form.
 */
export function inputForm(lines: readonly string[]): InputForm {
  const start = lines.findIndex((line) => line.trim() !== '');
  if (start < 0) return 'archive-page';
  const first = lines[start]!;
  if (isFromLine(first) && headerBlockLength(lines, start + 1) > 0) {
    return isGitFromLine(first) ? 'format-patch' : 'mbox';
  }
  if (headerBlockLength(lines, start) > 0) return 'mail';
  return isCommitLine(first) || /^(?:diff |--- \S|Index: |@@ -\d)/.test(first) ? 'diff' : 'archive-page';
}
