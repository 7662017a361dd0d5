/** Patches written as edits of bundled files, sent as they would come by mail: without the bundled files' own comments. */

import { expect } from 'vitest';
import { loadEra } from '../../server/src/source/bundled.js';
import type { EraId } from '../../server/src/source/eras.js';
import { unifiedDiff } from '../source/helpers.js';
import type { Replacement } from './patches.js';

export type FileEdit = readonly [path: string, ...edits: readonly Replacement[]];

/** A release, the files that the patch changes there, and what is said of it. */
export type Written = readonly [what: string, era: EraId, ...files: readonly FileEdit[]];

/** The comment above each function is ours, and no real context holds it. */
export const withoutOwnComments = (text: string): string => text.replace(/^\/\*[\s\S]*?\*\/\n/gm, '');

export const textOf = (era: EraId, path: string): string =>
  withoutOwnComments(
    loadEra(era)
      .files.get(path)!
      .map((line) => line.text)
      .join('\n'),
  );

function edited(text: string, path: string, edits: readonly Replacement[]): string {
  return edits.reduce((old, [find, replace]) => {
    const next = typeof find === 'string' ? old.replace(find, () => replace) : old.replace(find, replace);
    expect(next, `${path} has ${String(find)}`).not.toBe(old);
    return next;
  }, text);
}

function diffs(written: Written, back: boolean): string {
  const [, era, ...files] = written;
  return files
    .map(([path, ...edits]) => {
      const before = textOf(era, path);
      const after = edited(before, path, edits);
      return `${back ? unifiedDiff(path, after, before) : unifiedDiff(path, before, after)}\n`;
    })
    .join('');
}

export const diffOfWritten = (written: Written): string => diffs(written, false);

/** Leads from the edited release back to the release. */
export const revertOfWritten = (written: Written): string => diffs(written, true);

/** A mail with this subject that brings the patch, as git send-email writes it into an mbox. */
export const mailOf = (subject: string, diff: string): string =>
  [
    'From 4b7e19d0c85a2f36e1d8a97b05c34f6e2b10d8a7 Mon Sep 17 00:00:00 2001',
    'From: A Developer <developer@example.org>',
    'Date: Tue, 19 May 2020 11:30:08 +0200',
    `Subject: ${subject}`,
    '',
    'Signed-off-by: A Developer <developer@example.org>',
    '---',
    '',
    `${diff}-- `,
    '2.26.2',
    '',
    '',
  ].join('\n');
