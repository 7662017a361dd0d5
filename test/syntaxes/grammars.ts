/** The project's grammars in the engine that VS Code runs them in. */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import oniguruma from 'vscode-oniguruma';
import textmate from 'vscode-textmate';
import type { IGrammar, IRawGrammar, StateStack } from 'vscode-textmate';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** Path from the root by scope name. */
export type GrammarFiles = Readonly<Record<string, string>>;

export const OURS: GrammarFiles = {
  'text.kernel-mail': 'syntaxes/kernel-mail.tmLanguage.json',
  'source.dio-timeline': 'syntaxes/timeline.tmLanguage.json',
  'markdown.timeline.codeblock': 'syntaxes/timeline-codeblock.tmLanguage.json',
  'diff.c.injection': 'syntaxes/diff-c.tmLanguage.json',
};

/** The editor's own grammars are in no package: small ones of ours stand for them. */
export const STUBS: GrammarFiles = {
  'source.c': 'test/syntaxes/stubs/c.tmLanguage.json',
  'source.diff': 'test/syntaxes/stubs/diff.tmLanguage.json',
  'text.html.markdown': 'test/syntaxes/stubs/markdown.tmLanguage.json',
};

/** Which grammar goes into which, as package.json says with `injectTo`. */
export const INJECTIONS: Readonly<Record<string, readonly string[]>> = {
  'text.html.markdown': ['markdown.timeline.codeblock'],
  'source.diff': ['diff.c.injection'],
};

export interface Token {
  readonly from: number;
  readonly to: number;
  readonly scopes: readonly string[];
}

const engine = loadEngine();

/** The grammar of a scope name, with injections unless `injections` says otherwise. */
export async function grammarOf(
  scope: string,
  editors: GrammarFiles = STUBS,
  injections = INJECTIONS,
): Promise<IGrammar> {
  const files: GrammarFiles = { ...editors, ...OURS };
  const registry = new textmate.Registry({
    onigLib: engine,
    loadGrammar: (name) => Promise.resolve(files[name] === undefined ? null : rawGrammar(files[name])),
    getInjections: (name) => [...(injections[name] ?? [])],
  });
  const grammar = await registry.loadGrammar(scope);
  if (grammar === null) throw new Error(`no grammar has the scope name ${scope}`);
  return grammar;
}

/** `time` in milliseconds stops a line, as the editor would; 0 lets it take as long as it likes. */
export function tokenise(grammar: IGrammar, lines: readonly string[], time = 0): Token[][] {
  let state: StateStack = textmate.INITIAL;
  return lines.map((line) => {
    const result = grammar.tokenizeLine(line, state, time);
    state = result.ruleStack;
    return result.tokens.map(({ startIndex, endIndex, scopes }) => ({
      from: startIndex,
      to: Math.min(endIndex, line.length),
      scopes,
    }));
  });
}

function rawGrammar(path: string): IRawGrammar {
  const file = join(root, path);
  return textmate.parseRawGrammar(readFileSync(file, 'utf8'), file);
}

async function loadEngine(): Promise<Awaited<textmate.RegistryOptions['onigLib']>> {
  const wasm = createRequire(import.meta.url).resolve('vscode-oniguruma/release/onig.wasm');
  await oniguruma.loadWASM(readFileSync(wasm));
  return {
    createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
    createOnigString: (text) => new oniguruma.OnigString(text),
  };
}
