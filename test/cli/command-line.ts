/** Runs the command line in this process, on files written for the test. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readPatches } from '../../server/src/diff/read.js';
import type { Io } from '../../server/src/cli/io.js';
import { run } from '../../server/src/cli/run.js';
import type { check } from '../../server/src/review/check.js';
import { fakeCheck, type Asked } from './fake-check.js';

export const DIFF = `diff --git a/fs/iomap/direct-io.c b/fs/iomap/direct-io.c
--- a/fs/iomap/direct-io.c
+++ b/fs/iomap/direct-io.c
@@ -10,5 +10,5 @@ iomap_dio_rw(struct kiocb *iocb)
 \tret = 0;
 
-\tinode_dio_begin(inode);
+\tsmp_mb__after_atomic();
 \tblk_start_plug(&plug);
 
`;

/** One mail of a series, with another line each. */
export function mail(index: number, total: number): string {
  return [
    'From 0123456789012345678901234567890123456789 Mon Sep 17 00:00:00 2001',
    'From: A Developer <dev@example.org>',
    'Date: Thu, 16 Jan 2020 10:00:00 +0000',
    `Subject: [PATCH ${index}/${total}] iomap: step ${index}`,
    '',
    'Text.',
    '---',
    DIFF.trimEnd(),
    '-- ',
    '2.20.1',
    '',
  ].join('\n');
}

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly asked: Asked;
}

export interface Around {
  /** In the place of one that finds what the test says. */
  readonly check?: typeof check;
  readonly env?: Record<string, string>;
  readonly stdin?: string;
  /** Both streams are a terminal of this many columns. */
  readonly terminal?: number;
}

export async function dioOrdering(args: readonly string[], around: Around = {}): Promise<Ran> {
  const asked: Asked = { files: [], options: null };
  const written = { out: '', err: '' };
  const tty = around.terminal !== undefined;
  const io: Io = {
    env: around.env ?? {},
    stdin: Object.assign(bytes(around.stdin ?? ''), { isTTY: tty && around.stdin === undefined }),
    stdout: {
      write: (text) => (written.out += text),
      isTTY: tty,
      ...(tty ? { columns: around.terminal } : {}),
    },
    stderr: { write: (text) => (written.err += text) },
  };
  const code = await run(args, io, { readPatches, check: around.check ?? fakeCheck(asked) });
  return { code, ...written, asked };
}

async function* bytes(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

/** A directory of its own with these files; `remove` takes it away again. */
export function directoryWith(files: Readonly<Record<string, string | Uint8Array>>): {
  path: string;
  remove(): void;
} {
  const path = mkdtempSync(join(tmpdir(), 'dio-ordering-'));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), content);
  }
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
