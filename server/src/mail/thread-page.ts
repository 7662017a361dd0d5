/** Pages of archives that show a thread: where each message begins, and what its head says of it. */

import { findDate, findSubject } from './headers.js';

export interface PageMessage {
  /** Index of the first line of its head. */
  readonly start: number;
  /** Of a head that has it in a form of its own; else the lines from `start` on are labelled as on any page. */
  readonly told: { readonly subject: string | null; readonly date: string | null } | null;
}

/** public-inbox, below each message. */
const permalink = /^\^ (?:permalink|raw)\b/;

/** The messages of a page, in its order; none or one where nothing divides it. */
export function messagesOnPage(lines: readonly string[]): readonly PageMessage[] {
  const heads: PageMessage[] = [];
  lines.forEach((_, at) => {
    const head = publicInboxHead(lines, at) ?? labelledHead(lines, at);
    if (head && head.start > (heads.at(-1)?.start ?? -1)) heads.push(head);
  });
  const [first] = heads;
  const headless = first && lines.slice(0, first.start).some((line) => permalink.test(line));
  return headless ? [{ start: 0, told: null }, ...heads] : heads;
}

/** `From: NAME @ 2020-03-04  4:45 UTC (permalink / raw)`. */
const sender = /^From: .{1,200}? @ (\d{4}-\d{2}-\d{2} +\d{1,2}:\d{2}(?::\d{2})?) UTC\b/;

/**
 * What stands between a message's subject and its sender: the messages around it in the thread, and how many there are.
 * An archive page that was pasted may have lost its indentation.
 */
const around = /^(?:\s|$|@ |\d{4}-\d{2}-\d{2} +\d{1,2}:\d{2} |\d+ siblings?,|\[(?:parent )?not found)/;

/** Lines of `around` that a head may have; lore leaves out the rest of a longer thread. */
const maxAround = 200;

const bullet = /^[*#] /;

/** `* SUBJECT`, the thread around, and the sender, who is at `at`. */
function publicInboxHead(lines: readonly string[], at: number): PageMessage | null {
  const date = sender.exec(lines[at]!)?.[1];
  if (date === undefined) return null;
  let top = at - 1;
  while (top >= 0 && at - top <= maxAround && around.test(lines[top]!)) top--;
  const text = lines[top];
  if (text === undefined || !opensMessage(lines, top)) return null;
  const subject = permalink.test(text) ? null : findSubject(text.slice(0, 500).replace(bullet, ''));
  return { start: top, told: { subject, date: findDate(date) } };
}

/** Not so a line of prose, below which a reply shows whom it speaks of. */
function opensMessage(lines: readonly string[], at: number): boolean {
  if (bullet.test(lines[at]!) || permalink.test(lines[at]!)) return true;
  let above = at - 1;
  while (above >= 0 && lines[above]!.trim() === '') above--;
  return above < 0 || permalink.test(lines[above]!);
}

/** marc.info: `List:`, `Subject:`, `From:` and `Date:`; lkml.org: `Date`, `From` and `Subject` as rows of a table. */
const labelledHeads = [
  [/^List: +\S/, /^Subject: /, /^From: /, /^Date: /],
  [/^Date\t/, /^From\t/, /^Subject\t/],
];

function labelledHead(lines: readonly string[], at: number): PageMessage | null {
  const found = labelledHeads.some((labels) => labels.every((label, i) => label.test(lines[at + i] ?? '')));
  return found ? { start: at, told: null } : null;
}
