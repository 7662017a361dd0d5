/**
 * Whether blocks are converted of which the write failed: no bio fails in the model, so that a patch to what decides that
 * by an error is said, and not judged.
 */

import type { InputLine } from '../diff/patch.js';
import type { Changes } from '../source/merged.js';

/** Where a bio's error goes: iomap, fs/direct-io.c, ioends of ext4 and XFS, the bio. */
const FIELDS = /\b(?:dio->error|ioend->io_error|io_end->\w*error|bio->bi_(?:status|error))\b/;
/** Completions are handed it as a parameter. */
const COMPLETIONS = /end_io|endio/;
const PARAMETER = /\b(?:error|err)\b/;

/** Calls by which what was written is seen. */
const CONVERTS = /\b\w*(?:convert_unwritten|write_unwritten|reflink_end_cow)\w*\s*\(/;

const CONDITION = /^(?:\} ?)?(?:else )?if \((.*)$/;

export interface ChangedError {
  readonly line: InputLine;
  /** For people. */
  readonly reason: string;
}

/** Where the patch asks otherwise for such an error, in functions that convert. */
export function changedErrors({ changed, edits }: Changes): readonly ChangedError[] {
  const converting = changed.filter(({ lines }) =>
    lines.some(({ before, after }) => CONVERTS.test(`${before?.text ?? ''} ${after?.text ?? ''}`)),
  );
  const asked = (side: 'before' | 'after'): ReadonlySet<string> =>
    new Set(
      converting.flatMap(({ afterName, beforeName, lines }) =>
        lines.flatMap((line) => termsOf(line[side]?.text ?? '', afterName ?? beforeName ?? '')),
      ),
    );
  const [before, after] = [asked('before'), asked('after')];
  const names = new Set(converting.map(({ afterName }) => afterName));
  return edits
    .filter((edit) => names.has(edit.function))
    .flatMap((edit) =>
      edit.lines.flatMap(({ line, text }): ChangedError[] => {
        const isChanged = termsOf(text, edit.function).some((one) => before.has(one) !== after.has(one));
        if (!isChanged) return [];
        const condition = `\`${text.trim().replace(/\s+/g, ' ')}\``;
        return [
          { line, reason: `${edit.function}() decides by ${condition}, and no I/O fails in the model` },
        ];
      }),
    );
}

/** The parts of an `if` that look at an error: `!dio->error`. */
function termsOf(text: string, name: string): readonly string[] {
  const condition = CONDITION.exec(text.trim())?.[1] ?? '';
  return condition
    .split(/&&|\|\|/)
    .filter((term) => FIELDS.test(term) || (COMPLETIONS.test(name) && PARAMETER.test(term)))
    .map((term) => term.replace(/[^!\w>-]/g, ''));
}
