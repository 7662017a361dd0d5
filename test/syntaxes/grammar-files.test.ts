/** What holds for the grammar files themselves, and for what package.json says of them. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { INJECTIONS, OURS, root } from './grammars.js';

interface GrammarFile {
  readonly scopeName: string;
  readonly injectionSelector?: string;
  readonly repository: Readonly<Record<string, unknown>>;
}

interface Contribution {
  readonly scopeName: string;
  readonly path: string;
  readonly injectTo?: readonly string[];
}

interface Manifest {
  readonly contributes: {
    readonly grammars: readonly Contribution[];
  };
}

const readJson = (path: string): unknown => JSON.parse(readFileSync(join(root, path), 'utf8'));
const manifest = readJson('package.json') as Manifest;

/** The values of every `include` in a grammar, wherever it stands. */
function includesIn(node: unknown): string[] {
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([key, value]) =>
    key === 'include' && typeof value === 'string' ? [value] : includesIn(value),
  );
}

describe.each(Object.entries(OURS))('%s', (scope, path) => {
  const grammar = readJson(path) as GrammarFile;
  const includes = includesIn(grammar);

  it('has the scope name that it is loaded by', () => {
    expect(grammar.scopeName).toBe(scope);
  });

  it('includes only rules that it has, and has no rule that nothing includes', () => {
    const own = includes.filter((name) => name.startsWith('#')).map((name) => name.slice(1));
    const fromOthers = Object.values(OURS)
      .flatMap((other) => includesIn(readJson(other)))
      .filter((name) => name.startsWith(`${scope}#`))
      .map((name) => name.slice(scope.length + 1));
    const rules = Object.keys(grammar.repository);
    expect(own.filter((name) => !rules.includes(name))).toEqual([]);
    expect(fromOthers.filter((name) => !rules.includes(name))).toEqual([]);
    expect(rules.filter((name) => !own.includes(name) && !fromOthers.includes(name))).toEqual([]);
  });

  it('is contributed as it is tested', () => {
    const contributed = manifest.contributes.grammars.find((each) => each.scopeName === scope);
    expect(contributed?.path).toBe(`./${path}`);
    const into = Object.keys(INJECTIONS).filter((other) => INJECTIONS[other]?.includes(scope));
    expect(contributed?.injectTo ?? []).toEqual(into);
    expect(grammar.injectionSelector !== undefined).toBe(into.length > 0);
  });
});

describe('the configuration of the language kernel-mail', () => {
  const configuration = readJson('client/language-configuration/kernel-mail.json') as Record<string, unknown>;

  it('colours no pairs of brackets: a patch seldom closes what it opens', () => {
    expect(configuration['brackets']).toHaveLength(3);
    expect(configuration['colorizedBracketPairs']).toEqual([]);
  });

  it('has no comments, closes nothing while one types, and leaves folding to the server', () => {
    expect(configuration['comments']).toBeUndefined();
    expect(configuration['autoClosingPairs']).toEqual([]);
    expect(configuration['folding']).toBeUndefined();
  });
});
