/** format=flowed (RFC 3676): soft line breaks undone and space-stuffing taken off. */

import type { TextLine } from './message.js';

/**
 * The text as its sender had it before flowing. `lines` are those of one quote depth, marks already off. A joined
 * line stands where its first piece stood. The signature mark "-- " is never a soft break (RFC 3676, 4.3).
 */
export function unflow(lines: readonly TextLine[], delSp: boolean): readonly TextLine[] {
  const out: TextLine[] = [];
  let open: { pieces: string[]; line: number } | null = null;
  for (const { text, line } of lines) {
    const piece = text.startsWith(' ') ? text.slice(1) : text;
    const soft = piece.endsWith(' ') && piece !== '-- ';
    open ??= { pieces: [], line };
    open.pieces.push(soft && delSp ? piece.slice(0, -1) : piece);
    if (soft) continue;
    out.push({ text: open.pieces.join(''), line: open.line });
    open = null;
  }
  if (open) out.push({ text: open.pieces.join(''), line: open.line });
  return out;
}
