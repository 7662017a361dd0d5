/**
 * Flags that tell fs/iomap/direct-io.c and fs/direct-io.c how to do direct I/O, where a patch sets one that nothing asks
 * for: neither the patch nor the code around it. What it does stands in code that is not here, and no verdict has it.
 */

import type { InputLine } from '../diff/patch.js';
import type { CodeBase } from '../source/code-base.js';
import type { Changes } from '../source/merged.js';

const FLAG = /\b(?:IOMAP_DIO|DIO)_[A-Z_]+\b/g;

/** Those that order nothing here: the caller's pages, errors of user memory, alignment, and what survives a power loss. */
const QUIET =
  /^(?:IOMAP_DIO_(?:DIRTY|PARTIAL|FSBLOCK_ALIGNED|WRITE_FUA|WRITE_THROUGH)|DIO_(?:PAGES|MAX_BLOCKS|INLINE_BIO_VECS))$/;

export interface ChangedFlag {
  readonly line: InputLine;
  /** For people. */
  readonly reason: string;
}

/** Where the patch sets such a flag, or sets it no more. */
export function changedFlags({ changed, edits, before, after }: Changes): readonly ChangedFlag[] {
  const lines = changed.flatMap((text) => text.lines);
  const had = lines.flatMap((line) => flagsOf(line.before?.text));
  const has = lines.flatMap((line) => flagsOf(line.after?.text));
  const times = (all: readonly string[], flag: string): number => all.filter((one) => one === flag).length;
  return edits.flatMap((edit) =>
    edit.lines.flatMap(({ line, kind, text }): ChangedFlag[] => {
      const flag = flagsOf(text).find(
        (one) => times(had, one) !== times(has, one) && !asksFor(kind === 'added' ? after : before, one),
      );
      if (flag === undefined) return [];
      const set = kind === 'added' ? 'sets' : 'no longer sets';
      return [{ line, reason: `${edit.function}() ${set} ${flag}, which nothing modelled asks for` }];
    }),
  );
}

const flagsOf = (text: string | undefined): readonly string[] =>
  (text?.match(FLAG) ?? []).filter((flag) => !QUIET.test(flag));

function asksFor({ universe }: CodeBase, flag: string): boolean {
  const asked = new RegExp(`&\\s*\\(?[^;|=]*\\b${flag}\\b`);
  return [...universe.values()].some(({ lines }) => lines.some(({ text }) => asked.test(text)));
}
