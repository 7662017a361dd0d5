/** What of a patch's words is tracked: what the model knows, and what the patch itself brings or newly asks for. */

import type { Patch } from '../diff/patch.js';
import type { CodeBase } from './code-base.js';
import type { HunkStatement } from './hunk-statements.js';
import { macrosAfter } from './macros.js';
import { cutFile } from './pieces.js';
import { isInScope } from './scope.js';
import { callsIn, tokens } from './statements.js';

/** True for C text that calls or reads something which the model tracks; the kernel room's table decides. */
export type Matters = (text: string) => boolean;

/** What of a statement's words is tracked. */
export interface Relevance {
  /** It calls or names something that the model knows. */
  matters(words: readonly string[]): boolean;
  /** Names that the patch newly decides by, in whatever function. */
  readonly asked: ReadonlySet<string>;
  /** Functions and macros that the patch itself adds, or the patches before it. */
  readonly added: ReadonlySet<string>;
  /** The patch is placed by its new side: what is removed here is what it brings. */
  readonly turned: boolean;
}

export const CONTROL = /^(?:if|else|for|while|do|switch|case|default|return|goto|break|continue)$/;

/**
 * The caller's table, the modelled functions, and those of the patch itself that name one of either. What the patch does in
 * file systems that the base does not have says nothing of names here.
 */
export function relevanceOf(
  patch: Patch,
  base: Pick<CodeBase, 'universe' | 'macros'>,
  matters: Matters,
): Relevance {
  const files = patch.files.filter(({ path, newPath }) =>
    [path, newPath].some((one) => isInScope(one, base)),
  );
  const added = files.flatMap((file) => cutFile(file).added);
  const modelled = (name: string): boolean => base.universe.has(name);
  const table = knownOf(matters);
  const own = (words: readonly string[]): boolean =>
    remembered(table, words, () => matters(words.join(' '))) || namesAny(words, modelled);
  const macros = [...macrosAfter(patch, base)];
  const brought = new Set([
    ...added.filter((one) => one.statements.some((s) => own(s.words))).map((one) => one.name),
    ...macros.filter(([, { body }]) => own(tokens(body))).map(([name]) => name),
  ]);
  const asked = files.flatMap((file) =>
    cutFile(file).pieces.flatMap(({ statements }) => statements.flatMap(namesAskedFor)),
  );
  const answers: Answers = new WeakMap();
  return {
    matters: (words) =>
      remembered(answers, words, () => own(words) || namesAny(words, (name) => brought.has(name))),
    asked: new Set(asked),
    added: new Set([...added.map(({ name }) => name), ...macros.map(([name]) => name)]),
    turned: false,
  };
}

/** By the array of a statement's words: every function that a hunk may stand in asks for it again. */
type Answers = WeakMap<readonly string[], boolean>;

function remembered(answers: Answers, words: readonly string[], find: () => boolean): boolean {
  const known = answers.get(words) ?? find();
  answers.set(words, known);
  return known;
}

const tables = new WeakMap<Matters, Answers>();

/** What the table says is the same for all patches and releases. */
function knownOf(matters: Matters): Answers {
  const answers = tables.get(matters) ?? new WeakMap<readonly string[], boolean>();
  tables.set(matters, answers);
  return answers;
}

/** The names of what a statement calls and the model knows. */
export const trackedCalls = (words: readonly string[], { matters }: Relevance): readonly string[] =>
  callsIn(words).filter((name) => matters([name, '(']));

/** The names in an added condition. */
const namesAskedFor = ({ kind, words }: HunkStatement): readonly string[] =>
  kind === 'added' && CONTROL.test(words.find((word) => word !== '}') ?? '')
    ? words.filter((word) => /^[a-z_]\w*$/i.test(word) && !CONTROL.test(word))
    : [];

/** Words of a statement that name something of `known`: a call, or a function handed on by name. */
function namesAny(words: readonly string[], known: (name: string) => boolean): boolean {
  return (
    callsIn(words).some(known) ||
    words.some((word, at) => word !== words[at - 1] && /^[a-z_]\w{6,}$/.test(word) && known(word))
  );
}
