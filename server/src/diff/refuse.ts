/** Input that holds nothing to check: one line that says what is wrong and what to do. */

import type { Message } from '../mail/message.js';
import { otherFormIn } from './other-forms.js';
import type { Damage, Patch } from './patch.js';

const mebibyte = 1024 * 1024;
const largest = 64 * mebibyte;

/** The form of a file that is no text at all, or is too large; null when it can be read. */
export function refuseBytes(bytes: Uint8Array): string | null {
  if (bytes.length === 0) return 'the file is empty: give a patch, a mail or an mbox';
  if (bytes.length > largest) {
    const size = Math.ceil(bytes.length / mebibyte);
    return `the file has ${size} MiB, more than the ${largest / mebibyte} MiB that are read: split it into single mails`;
  }
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    return 'the file is UTF-16: save it as UTF-8';
  }
  const nul = bytes.subarray(0, 64 * 1024).indexOf(0);
  if (nul >= 0) return `the file is binary (NUL byte at offset ${nul}): give a patch or a mail as text`;
  return null;
}

/** Why no message holds a patch that can be checked. */
export function refuseEmpty(
  messages: readonly Message[],
  patches: readonly Patch[],
  damage: readonly Damage[],
): string {
  const [file] = patches.flatMap(({ files }) => files);
  const [defect] = damage;
  if (defect) return `line ${defect.line}: ${defect.what}; no other patch in it`;
  const other = otherFormIn(messages.flatMap(({ bodies }) => bodies).flatMap(({ lines }) => lines));
  if (other !== null) return other;
  if (file) return `line ${file.line}: the diff of ${file.path} has no hunks: give the patch with its text`;
  if (messages.length > 1) return `no diff in any of the ${messages.length} messages`;
  if (messages.some(({ skipped }) => skipped.includes('text/html'))) {
    return 'the mail is HTML and has no text part: save it as plain text';
  }
  const lines = messages.flatMap(({ bodies }) => bodies).flatMap(({ lines }) => lines.slice(0, 20));
  if (lines.some(({ text }) => /^\s*<(?:!doctype html|html)\b/i.test(text))) {
    return 'the file is HTML: save the page as text, or fetch the raw mail';
  }
  return 'no diff in it: give a patch, a mail that holds one, or an mbox';
}
