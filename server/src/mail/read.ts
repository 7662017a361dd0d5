/** The door of the mail room: bytes to messages. */

import { inputForm } from './input-form.js';
import { isGitFromLine, splitMbox } from './mbox.js';
import type { Message, Messages } from './message.js';
import { readMail } from './mime.js';
import { isCommitLine, readCommits, readPage } from './page.js';
import { rawLines, rawSlice, type RawBlock } from './raw-lines.js';
import { withoutTerminal } from './terminal.js';

const byteOrderMark = '\xef\xbb\xbf';

/** Reads a file in any of the forms of `InputForm`. Never throws; a text that is no mail is one message. */
export async function readMessages(bytes: Uint8Array): Promise<Messages> {
  const { file, takenOff } = withoutTerminal(withoutMark(rawLines(bytes)));
  return { ...(await readFile(file)), takenOff };
}

async function readFile(file: RawBlock): Promise<Omit<Messages, 'takenOff'>> {
  const form = inputForm(file.lines);
  switch (form) {
    case 'mbox':
    case 'format-patch':
      return readMbox(file);
    case 'mail':
      return { form, messages: [await readMail(fromFirstText(file))] };
    case 'diff':
    case 'archive-page':
      return { form, messages: readText(file) };
  }
}

async function readMbox(file: RawBlock): Promise<Omit<Messages, 'takenOff'>> {
  const mails = splitMbox(fromFirstText(file));
  const messages: Message[] = [];
  for (const mail of mails) messages.push(await readMail(mail));
  const git = isGitFromLine(fromFirstText(file).lines[0] ?? '');
  return { form: git && mails.length === 1 ? 'format-patch' : 'mbox', messages };
}

function readText(file: RawBlock): readonly Message[] {
  const first = file.lines.find((line) => line.trim() !== '') ?? '';
  return isCommitLine(first) ? readCommits(file) : readPage(file);
}

function fromFirstText(file: RawBlock): RawBlock {
  const start = file.lines.findIndex((line) => line.trim() !== '');
  return start > 0 ? rawSlice(file, start) : file;
}

function withoutMark(file: RawBlock): RawBlock {
  const [first, ...rest] = file.lines;
  return first?.startsWith(byteOrderMark) ? { lines: [first.slice(3), ...rest], first: 1 } : file;
}
