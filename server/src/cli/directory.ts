/** The patches below a directory. */

import { open, readdir } from 'node:fs/promises';
import { extname, join } from 'node:path';

const EXTENSIONS: ReadonlySet<string> = new Set(['.patch', '.diff', '.eml', '.mbox', '.txt', '.mail']);

/** First lines of mails and diffs: a header that mails start with, the mbox separator, git, diff and quilt. */
const FIRST_LINE =
  /^(From |(From|To|Cc|Subject|Date|Received|Return-Path|Delivered-To|Message-ID|MIME-Version|X-[\w-]+): |commit [0-9a-f]{7,40}\b|diff -|--- \S|Index: )/i;
const FIRST_BYTES = 512;

/**
 * Paths of the files below `directory` that look like patches, in the order of their names, folders in their place.
 * Hidden entries are left out, and so are symbolic links, which may lead out of what was named. Throws as `readdir`.
 */
export async function patchesBelow(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  const sorted = entries
    .filter(({ name }) => !name.startsWith('.'))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const found: string[] = [];
  for (const entry of sorted) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) found.push(...(await patchesBelow(path)));
    else if (entry.isFile() && (await looksLikePatch(path))) found.push(path);
  }
  return found;
}

async function looksLikePatch(path: string): Promise<boolean> {
  return EXTENSIONS.has(extname(path).toLowerCase()) || FIRST_LINE.test(await firstLine(path));
}

/** Empty when the file cannot be read: nobody named it. */
async function firstLine(path: string): Promise<string> {
  try {
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(FIRST_BYTES), 0, FIRST_BYTES, 0);
      return buffer.toString('latin1', 0, bytesRead).split('\n', 1)[0] ?? '';
    } finally {
      await file.close();
    }
  } catch {
    return '';
  }
}
