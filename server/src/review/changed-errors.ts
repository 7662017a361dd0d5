/**
 * What is done with an error of the I/O itself: no bio fails in the model, so that a patch to what a completion decides by
 * one is said, and not judged.
 */

import type { InputLine } from '../diff/patch.js';
import type { Changes } from '../source/merged.js';

/** Where a bio's error goes: iomap, fs/direct-io.c, ioends of ext4 and XFS, the bio. */
const FIELDS = /\b(?:dio->error|ioend->io_error|io_end->\w*error|bio->bi_(?:status|error))\b/;
/** Completions are handed it as a parameter. */
const COMPLETIONS = /end_io|endio|dio_complete/;
const PARAMETER = /\b(?:error|err)\b/;

const CONDITION = /^(?:\} ?)?(?:else )?if \((.*)$/;

export interface ChangedError {
  readonly line: InputLine;
  /** For people. */
  readonly reason: string;
}

/** Conditions on such an error that only one side of the patch has, in the functions that it changes. */
export function changedErrors({ changed, edits }: Changes): readonly ChangedError[] {
  return changed.flatMap(({ afterName, lines }) => {
    const name = afterName ?? '';
    const asked = (side: 'before' | 'after'): ReadonlySet<string> =>
      new Set(lines.flatMap((line) => conditionOn(line[side]?.text ?? '', name)));
    const [before, after] = [asked('before'), asked('after')];
    const own = edits.filter((edit) => edit.function === name).flatMap((edit) => edit.lines);
    return own.flatMap(({ line, text }): ChangedError[] => {
      const [condition] = conditionOn(text, name);
      if (condition === undefined || (before.has(condition) && after.has(condition))) return [];
      return [{ line, reason: `${name}() decides by ${condition}, and no I/O fails in the model` }];
    });
  });
}

/** The condition of an `if` that looks at an error, as it stands there. */
function conditionOn(text: string, name: string): readonly string[] {
  const trimmed = text.trim().replace(/\s+/g, ' ');
  const condition = CONDITION.exec(trimmed)?.[1] ?? '';
  const looks = FIELDS.test(condition) || (COMPLETIONS.test(name) && PARAMETER.test(condition));
  return looks ? [`\`${trimmed}\``] : [];
}
