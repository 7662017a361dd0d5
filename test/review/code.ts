/** Scenarios on bundled paths, as they are and changed by a test. */

import { expect } from 'vitest';
import { scenariosOf, type Scenario } from '../../server/src/kernel/scenarios.js';
import { Code } from '../../server/src/lower/code.js';
import { cParser } from '../../server/src/lower/parser.js';
import type { PropertyId } from '../../server/src/review/report.js';
import { verdictOf } from '../../server/src/review/judge.js';
import { Runs, type Run } from '../../server/src/review/runs.js';
import { loadEra } from '../../server/src/source/bundled.js';
import { overlay, type CodeBase } from '../../server/src/source/code-base.js';
import type { EraId } from '../../server/src/source/eras.js';
import type { SourceLine } from '../../server/src/source/text.js';

const parser = await cParser();

/** Runs under the kernel's memory model; equal programs are explored once for all tests of a file. */
export const runs = new Runs('lkmm');

const eras = new Map<EraId, Code>();

export function eraCode(era: EraId): Code {
  const known = eras.get(era) ?? new Code(parser, loadEra(era));
  eras.set(era, known);
  return known;
}

/** A scenario by its id. */
export function scenario(id: string): Scenario {
  const found = [...scenariosOf('ext4'), ...scenariosOf('xfs')].find((one) => one.id === id);
  if (!found) throw new Error(`no scenario ${id}`);
  return found;
}

/** `race`, `none`, or why there is no verdict. */
export function said(run: Run, property: PropertyId): string {
  return run.kind === 'explored' ? verdictOf(run, property) : `not modelled: ${run.reason}`;
}

/** A change of one function: the first text that `find` finds, replaced. */
export interface Mutation {
  readonly era: EraId;
  readonly path: string;
  readonly function: string;
  readonly find: string | RegExp;
  readonly replace: string;
}

interface Changed {
  readonly base: CodeBase;
  /** The file before and after. */
  readonly lines: readonly SourceLine[];
  readonly after: readonly SourceLine[];
}

function change(mutation: Mutation): Changed {
  const base = loadEra(mutation.era);
  const lines = base.files.get(mutation.path)!;
  const own = new Set(base.universe.get(mutation.function)!.lines);
  const first = lines.findIndex((line) => own.has(line));
  const text = lines
    .slice(first, first + own.size)
    .map((line) => line.text)
    .join('\n');
  const changed = text.replace(mutation.find, mutation.replace);
  expect(changed, `${mutation.function}() has ${String(mutation.find)}`).not.toBe(text);
  const origin = lines[first]!.origin;
  const after = [
    ...lines.slice(0, first),
    ...changed.split('\n').map((line) => ({ text: line, origin })),
    ...lines.slice(first + own.size),
  ];
  return { base, lines, after };
}

/** The era with one place of one function changed; line ends may be added and taken away. */
export function mutated(mutation: Mutation): Code {
  const { base, after } = change(mutation);
  return new Code(parser, overlay(base, base.release, new Map([[mutation.path, after]])));
}

/** The file's text before and after. */
export function mutatedText(mutation: Mutation): readonly [before: string, after: string] {
  const { lines, after } = change(mutation);
  return [lines, after].map((all) => all.map(({ text }) => text).join('\n')) as [string, string];
}
