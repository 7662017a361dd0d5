/** C in the editor's diff language takes nothing away: each character keeps the scopes that it has without it. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { grammarOf, root, STUBS, tokenise, type GrammarFiles, type Token } from './grammars.js';

const EDITOR = 'build/editor/node_modules/code-server/lib/vscode/extensions';
const REAL: GrammarFiles = {
  'source.c': `${EDITOR}/cpp/syntaxes/c.tmLanguage.json`,
  'source.diff': `${EDITOR}/diff/syntaxes/diff.tmLanguage.json`,
  'text.html.markdown': `${EDITOR}/markdown-basics/syntaxes/markdown.tmLanguage.json`,
};
const haveEditor = Object.values(REAL).every((path) => existsSync(join(root, path)));

const examples = readdirSync(join(root, 'examples')).map((name) => join(root, 'examples', name));

const at = (tokens: readonly Token[], column: number): readonly string[] =>
  tokens.find((token) => token.from <= column && column < token.to)?.scopes ?? [];

/** Lines on which a character has lost a scope, with the scopes. */
function losses(lines: readonly string[], without: readonly Token[][], with_: readonly Token[][]): string[] {
  return lines.flatMap((line, index) =>
    [...line].flatMap((_, column) => {
      const kept = at(with_[index] ?? [], column);
      const lost = at(without[index] ?? [], column).filter((scope) => !kept.includes(scope));
      return lost.length === 0 ? [] : [`${line} (column ${column}): ${lost.join(' ')}`];
    }),
  );
}

async function expectNothingLost(editors: GrammarFiles): Promise<void> {
  const plain = await grammarOf('source.diff', editors, {});
  const injected = await grammarOf('source.diff', editors);
  for (const file of examples) {
    const lines = readFileSync(file, 'utf8').split('\n');
    const tokens = tokenise(injected, lines);
    expect(losses(lines, tokenise(plain, lines), tokens)).toEqual([]);
    expect(tokens.flat().some((token) => token.scopes.some((scope) => scope.endsWith('.c')))).toBe(true);
  }
}

describe('C in the diff language', () => {
  it('keeps the scopes of a diff grammar', async () => {
    await expectNothingLost(STUBS);
  });

  it.skipIf(!haveEditor)(
    "keeps the scopes of the editor's own diff grammar (needs the real editor)",
    async () => {
      await expectNothingLost(REAL);
    },
  );
});

describe.skipIf(!haveEditor)("the editor's own C grammar (needs the real editor)", () => {
  it('colours the code of every hunk and runs on from no line', async () => {
    const grammar = await grammarOf('text.kernel-mail', REAL);
    const lines = ['@@ -1,3 +1,3 @@', '-\tfoo("open', '+\tif (a /* open', ' \treturn 1;', '+#if 0', '-'];
    const tokens = tokenise(grammar, lines);
    expect(at(tokens[2] ?? [], 2).at(-1)).toBe('keyword.control.c');
    expect(at(tokens[3] ?? [], 2)).toEqual([
      'text.kernel-mail',
      'meta.diff.hunk.kernel-mail',
      'meta.diff.context.kernel-mail',
      'meta.embedded.line.c',
      'keyword.control.c',
    ]);
    expect(at(tokens[4] ?? [], 2).at(-1)).toBe('keyword.control.directive.c');
  });

  it('stands behind a fenced timeline without disturbing Markdown', async () => {
    const grammar = await grammarOf('text.html.markdown', REAL);
    const tokens = tokenise(grammar, [
      '# race',
      '```dio-timeline',
      '     3    lock_page(page)',
      '```',
      '*x*',
    ]);
    expect(at(tokens[0] ?? [], 3)).toContain('entity.name.section.markdown');
    expect(at(tokens[2] ?? [], 11)).toContain('support.function.call.dio-timeline');
    expect(at(tokens[4] ?? [], 1)).toContain('markup.italic.markdown');
  });
});
