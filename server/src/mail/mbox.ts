/** mbox (RFC 4155 and its kin): mails one after another, each after a `From ` line. */

import { headerBlockLength } from './headers.js';
import { rawSlice, type RawBlock } from './raw-lines.js';

/** `From ADDRESS DATE`, as mailers and `git format-patch` write it. */
const fromLine = /^From \S.{0,200}\d{1,2}:\d{2}(?::\d{2})?.{0,40}\d{4}/;

/** The fixed date by which `git format-patch` marks its output. */
const gitFromLine = /^From [0-9a-f]{40,64} Mon Sep 17 00:00:00 2001/;

export function isFromLine(line: string): boolean {
  return line.startsWith('From ') && fromLine.test(line);
}

export function isGitFromLine(line: string): boolean {
  return gitFromLine.test(line);
}

/**
 * Splits at `From ` lines that open a mail: at the start or after a blank line, headers following. Bodies may
 * hold such lines unescaped (mboxo); those without headers after them stay text.
 */
export function splitMbox(file: RawBlock): readonly RawBlock[] {
  const starts = file.lines.flatMap((line, i) => (opensMail(file.lines, line, i) ? [i] : []));
  return starts.map((start, k) => unescape(rawSlice(file, start + 1, starts[k + 1])));
}

function opensMail(lines: readonly string[], line: string, i: number): boolean {
  if (!isFromLine(line) || (i > 0 && lines[i - 1]!.trim() !== '')) return false;
  return headerBlockLength(lines, i + 1) > 0;
}

/** mboxrd: one `>` was put before `From ` and before any `>From `. A quote has a blank after its `>`. */
function unescape(mail: RawBlock): RawBlock {
  return {
    first: mail.first,
    lines: mail.lines.map((line) => (/^>+From /.test(line) ? line.slice(1) : line)),
  };
}
