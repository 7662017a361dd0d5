/** What git puts around a diff for a terminal, in a text copied out of one: colours, and the graph of `git log`. */

import type { TakenOff } from './message.js';
import type { RawBlock } from './raw-lines.js';

export interface PlainFile {
  readonly file: RawBlock;
  readonly takenOff: readonly TakenOff[];
}

/** Takes both off where a diff shows them, and nothing else: escapes in prose and lists with stars stay. */
export function withoutTerminal(file: RawBlock): PlainFile {
  const plain = withoutColours(file);
  const flat = withoutGraph(plain.file);
  return { file: flat.file, takenOff: [...plain.takenOff, ...flat.takenOff] };
}

/** ECMA-48, 8.3.117 (SGR) and 8.3.41 (EL), as the bytes or with the `^[` that viewers show for ESC. */
const colour = /(?:\x1b|\^\[)\[[\d;]*[mK]/g;
const colouredDiff = /(?:\x1b|\^\[)\[[\d;]*m(?:diff --git |@@ -\d)/;

function withoutColours(file: RawBlock): PlainFile {
  if (!file.lines.some((line) => colouredDiff.test(line))) return { file, takenOff: [] };
  const lines = file.lines.map((line) => line.replace(colour, ''));
  const first = file.lines.findIndex((line, i) => line !== lines[i]);
  return { file: { ...file, lines }, takenOff: [{ line: file.first + first, what: 'colours' }] };
}

/** `* commit ID`, `| * commit ID`, `*   commit ID` of a merge; with --oneline the word is not there. */
const graphCommit = /^((?:\| )*\*(?: | {3}))(?:commit )?[0-9a-f]{7,64}\b/;
const graphOnly = /^[|\\/_ *.-]*$/;
const graphDiff = /^[|\\/_ ]* diff --git /;

/** A commit's graph is as wide on all of its lines as it is before its id. */
function withoutGraph(file: RawBlock): PlainFile {
  const first = file.lines.findIndex((line) => line.trim() !== '');
  const isGraph =
    graphCommit.test(file.lines[first] ?? '') && file.lines.some((line) => graphDiff.test(line));
  if (!isGraph) return { file, takenOff: [] };
  let width = 0;
  const lines = file.lines.map((line) => {
    width = graphCommit.exec(line)?.[1]!.length ?? width;
    return graphOnly.test(line.slice(0, width)) ? line.slice(width) : line;
  });
  return { file: { ...file, lines }, takenOff: [{ line: file.first + first, what: 'graph' }] };
}
