/** Where the lines of a checked text stand now: what was found stays on its lines while the user types. */

import type { Range } from 'vscode-languageserver';

/** One edit: lines `first` to `last` became `first` to `last + added`. Lines count from 0. */
export interface LineEdit {
  readonly first: number;
  readonly last: number;
  readonly moved: number;
  /** The edit begins at the start of `first`: what is left of its line moves to the end of the new text. */
  readonly fromStart: boolean;
}

const newlines = (text: string): number => text.match(/\r\n|\n|\r/g)?.length ?? 0;

export function editOf({ start, end }: Range, text: string): LineEdit {
  const [first, last] = [start.line, Math.max(start.line, end.line)];
  return { first, last, moved: newlines(text) - (last - first), fromStart: start.character === 0 };
}

interface Lines {
  readonly lineCount: number;
  line(line: number): string;
}

/** The edit that a client means which sends the whole text: equal lines at both ends are kept. */
export function wholeEdit(before: Lines, after: Lines): LineEdit {
  const most = Math.min(before.lineCount, after.lineCount);
  let head = 0;
  while (head < most && before.line(head) === after.line(head)) head++;
  let tail = 0;
  const same = (at: number): boolean =>
    before.line(before.lineCount - 1 - at) === after.line(after.lineCount - 1 - at);
  while (tail < most - head && same(tail)) tail++;
  const moved = after.lineCount - before.lineCount;
  return { first: head, last: before.lineCount - tail, moved, fromStart: true };
}

function afterEdit(line: number, { first, last, moved, fromStart }: LineEdit): number | null {
  if (line < first) return line;
  if (line > last) return line + moved;
  if (fromStart) return line === last ? line + moved : null;
  return line === first ? line : null;
}

/** Maps lines of the text that was checked to lines of the text as it is. */
export class LineMap {
  static readonly same = new LineMap([]);

  private constructor(readonly edits: readonly LineEdit[]) {}

  after(edits: readonly LineEdit[]): LineMap {
    const moving = edits.filter((edit) => edit.moved !== 0 || edit.first !== edit.last);
    return moving.length === 0 ? this : new LineMap([...this.edits, ...moving]);
  }

  /** A 1-based line of the report as a line of the document, which count from 0; null where it was deleted. */
  now(line: number): number | null {
    let at: number | null = line - 1;
    for (const edit of this.edits) if (at !== null) at = afterEdit(at, edit);
    return at;
  }
}
