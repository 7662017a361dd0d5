import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PatchLine } from '../../server/src/diff/patch.js';
import { codeBaseOf, type CodeBase } from '../../server/src/source/code-base.js';
import { splitFile } from '../../server/src/source/functions.js';
import { withoutEdits } from '../../server/src/source/merged.js';
import { placePatch } from '../../server/src/source/place.js';
import {
  code,
  damaged,
  lostBlankLines,
  lostIndentation,
  lostLoneBraces,
  matters,
  patchOf,
  sourceLines,
  unifiedDiff,
} from './helpers.js';
import { TREES, treeNames } from './trees.js';

/** Ways to change the line at an index; the indentation of the line is handed in. */
const EDITS: readonly ((line: string, indent: string) => readonly string[])[] = [
  (line, indent) => [`${indent}inode_dio_wait(inode);`, line],
  () => [],
  (line) => [line.replace(/\b(inode|ret|pos|folio|map)\b/, '$1_new')],
  (line, indent) => [
    `${indent}if (demo(inode)) {`,
    `${indent}\tinode_dio_wait(inode);`,
    `\t${line}`,
    `${indent}}`,
  ],
];

const DAMAGE: readonly ((lines: readonly PatchLine[]) => readonly PatchLine[])[] = [
  (lines) => lines,
  lostIndentation,
  lostBlankLines,
  lostLoneBraces,
  (lines) => lostBlankLines(lostIndentation(lines)),
  (lines) => lostLoneBraces(lostIndentation(lines)),
];

/** Indices of whole one-line statements inside functions. */
function editable(lines: readonly string[]): readonly number[] {
  const inFunction = lines.findIndex((line) => line === '{');
  return lines.flatMap((line, at) =>
    at > inFunction && /^\t+[a-z_>-]+.*;$/.test(line) && /^\t+.*[;{}]$|^$/.test(lines[at - 1] ?? '')
      ? [at]
      : [],
  );
}

function squeezed(base: CodeBase['universe'], name: string): string {
  return code(base.get(name)).join(' ').replace(/\s+/g, ' ');
}

const edit = fc.record({ at: fc.nat(), how: fc.nat({ max: EDITS.length - 1 }) });

describe.skipIf(treeNames.length === 0)(`aligning with real functions (skipped: no tree in ${TREES})`, () => {
  it.each(['fs/iomap/direct-io.c', 'fs/xfs/xfs_file.c'])(
    '%s: a damaged patch is placed right or not at all',
    (file) => {
      const text = readFileSync(join(TREES, treeNames.at(-1)!, file), 'utf8');
      const base = codeBaseOf('9.9', new Map([[file, sourceLines(file, text)]]));
      const places = editable(text.split('\n'));
      let placed = 0;
      let tried = 0;
      fc.assert(
        fc.property(
          fc.uniqueArray(edit, { minLength: 1, maxLength: 3, selector: (one) => one.at % places.length }),
          (edits) => {
            const lines: (string | readonly string[])[] = text.split('\n');
            for (const { at, how } of edits) {
              const line = lines[places[at % places.length]!] as string;
              lines[places[at % places.length]!] = EDITS[how]!(line, /^\t*/.exec(line)![0]);
            }
            const after = lines.flat().join('\n');
            const patch = patchOf(unifiedDiff(file, text, after));
            const wanted = codeBaseOf('9.9', new Map([[file, sourceLines(file, after)]])).universe;
            for (const damage of DAMAGE) {
              const placement = placePatch(damaged(patch, damage), base, matters);
              tried += 1;
              if (placement.unplaced.length > 0) continue;
              placed += 1;
              const back = withoutEdits(placement, new Set(placement.edits.map((one) => one.id)));
              for (const { name } of splitFile(file, sourceLines(file, after)).functions) {
                expect(squeezed(placement.after.universe, name)).toBe(squeezed(wanted, name));
                expect(squeezed(back, name)).toBe(squeezed(placement.before.universe, name));
              }
            }
          },
        ),
        { numRuns: 25, seed: 7 },
      );
      expect(placed / tried).toBeGreaterThan(0.6);
    },
  );
});
