/** The functions that a patch changes, whole, as they read before and after it; each line knows where it came from. */

import type { Patch } from '../diff/patch.js';
import { textAfter, textBefore } from '../source/merged.js';
import type { FunctionText } from '../source/text.js';
import type { Placed } from './placement.js';
import type { Place } from './report.js';

export interface TextLine {
  readonly text: string;
  readonly at: Place;
}

export interface ChangedFunction {
  readonly name: string;
  /** Which patch of the input, from 1. */
  readonly patch: number;
  readonly release: string;
  /** Null for one that the patch brings. */
  readonly before: readonly TextLine[] | null;
  /** Null for one that the patch takes away. */
  readonly after: readonly TextLine[] | null;
}

/** A patch of an input, placed on a release. */
export interface PlacedOfInput {
  readonly file: string;
  readonly patch: Patch;
  readonly placed: Placed;
}

/** In the order of the input; a function once for each patch and release. */
export function changedFunctionsOf(all: readonly PlacedOfInput[]): readonly ChangedFunction[] {
  const patches = [...new Set(all.map(({ patch }) => patch))];
  return all.flatMap(({ file, patch, placed: { placement, release } }) =>
    placement.changed.flatMap((text): ChangedFunction[] => {
      const name = text.afterName ?? text.beforeName;
      if (name === null || text.kind === 'table') return [];
      return [
        {
          name,
          patch: patches.indexOf(patch) + 1,
          release,
          before: linesOf(file, textBefore(text)),
          after: text.afterName === null ? null : linesOf(file, textAfter(text)),
        },
      ];
    }),
  );
}

function linesOf(file: string, text: FunctionText | null): readonly TextLine[] | null {
  if (text === null) return null;
  return text.lines.map(({ text: line, origin }) => ({
    text: line,
    at: origin.kind === 'patch' ? { kind: 'patch', file, line: origin.line } : origin,
  }));
}
