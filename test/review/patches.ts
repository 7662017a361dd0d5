/** Patches against bundled paths, made from the text that they change, and what a check says of them. */

import { expect } from 'vitest';
import { readPatches } from '../../server/src/diff/read.js';
import { check, type CheckOptions } from '../../server/src/review/check.js';
import type { Report } from '../../server/src/review/report.js';
import { loadEra } from '../../server/src/source/bundled.js';
import type { EraId } from '../../server/src/source/eras.js';
import { unifiedDiff } from '../source/helpers.js';

export type Replacement = readonly [find: string | RegExp, replace: string];

/** A diff that makes these replacements, in order, in a file of an era. */
export function diffOf(era: EraId, path: string, ...replacements: readonly Replacement[]): string {
  const { before, after } = textsOf(era, path, replacements);
  return `${unifiedDiff(path, before, after)}\n`;
}

/** A diff that takes such replacements back. */
export function undoOf(era: EraId, path: string, ...replacements: readonly Replacement[]): string {
  const { before, after } = textsOf(era, path, replacements);
  return `${unifiedDiff(path, after, before)}\n`;
}

function textsOf(
  era: EraId,
  path: string,
  replacements: readonly Replacement[],
): { readonly before: string; readonly after: string } {
  const before = loadEra(era)
    .files.get(path)!
    .map((line) => line.text)
    .join('\n');
  const after = replacements.reduce((text, [find, replace]) => {
    const next = text.replace(find, replace);
    expect(next, `${path} has ${String(find)}`).not.toBe(text);
    return next;
  }, before);
  return { before, after };
}

export async function report(text: string, more: Partial<CheckOptions> = {}): Promise<Report> {
  const read = await readPatches(Buffer.from(text, 'utf8'));
  if (!read.ok) throw new Error(read.what);
  const options: CheckOptions = { kernel: null, tree: null, memory: 'lkmm', jobs: 1, ...more };
  const result = await check([{ file: 'test.patch', input: read.input }], options);
  if (!result.ok) throw new Error(result.what);
  return result.report;
}

/** `P2 xfs/... : none -> race introduced`, without those that stay as they are, sorted. */
export function changes({ verdicts }: Report): readonly string[] {
  return verdicts
    .filter(({ change }) => change !== 'absent' && change !== 'untouched')
    .map(
      ({ property, scenario, before, after, change }) =>
        `${property} ${scenario.id}: ${before} -> ${after} ${change}`,
    )
    .sort();
}

/** The line numbers of a text on which a string stands. */
export const linesWith = (text: string, part: string): readonly number[] =>
  text.split('\n').flatMap((line, i) => (line.includes(part) ? [i + 1] : []));
