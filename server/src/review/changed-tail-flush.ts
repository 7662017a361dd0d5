/**
 * A flush in front of zeroing to the end of a block, as "xfs: flush new eof page on truncate to avoid post-eof corruption"
 * (5.10) brings: what stays behind EOF in a page of which a truncate keeps a part. Scenarios truncate to where a page
 * begins, so that a change to such a flush is said.
 */

import type { Code } from '../lower/code.js';
import type { Instruction } from '../lower/instruction.js';
import type { Changes } from '../source/merged.js';
import type { ChangedReference } from './changed-references.js';

const FLUSH = /^filemap_(?:write_and_wait|fdatawrite)(?:_range)?$/;
const ZEROES_TAIL = /^(?:iomap|xfs|ext4_block)_truncate_page$/;

export function changedTailFlush({ changed, edits }: Changes, before: Code, after: Code): ChangedReference[] {
  const lines = new Map(
    edits.flatMap((edit) => edit.lines.map(({ line }) => [line, edit.function] as const)),
  );
  const own = changed.flatMap(({ beforeName, afterName }) => [
    ...flushes(before, beforeName),
    ...flushes(after, afterName),
  ]);
  return own.flatMap(({ flush, zeroes }): ChangedReference[] => {
    const { origin } = flush.site;
    const name = lines.get(origin.line);
    if (origin.kind !== 'patch' || origin.role === 'context' || name === undefined) return [];
    const reason = `what ${flush.text} writes of a page before ${zeroes}() zeroes its end is not modelled`;
    return [{ function: name, line: origin.line, reason }];
  });
}

type Call = Instruction & { readonly kind: 'call' };

/** Flushes of which the next call zeroes the end of a block. */
function flushes(
  code: Code,
  name: string | null,
): readonly { readonly flush: Call; readonly zeroes: string }[] {
  const calls = (name === null ? null : code.function(name))?.instructions.filter(
    (one) => one.kind === 'call',
  );
  return (calls ?? []).flatMap((flush, at) => {
    const zeroes = nameOf(calls![at + 1]);
    return FLUSH.test(nameOf(flush)) && ZEROES_TAIL.test(zeroes) ? [{ flush, zeroes }] : [];
  });
}

const nameOf = (call: Call | undefined): string => (call?.callee.kind === 'name' ? call.callee.name : '');
