/**
 * Lines of C as statements: the units that are aligned, edited and taken back. No parser: a unit is the smallest run of
 * whole lines that ends where a statement, a head such as `if (..)`, a brace or a label ends.
 */

/** A run of whole lines; `first` and `last` are indices into the lines it was made of. */
export interface Statement {
  readonly first: number;
  readonly last: number;
  readonly tokens: readonly string[];
  /** The line index of each token. */
  readonly lineOf: readonly number[];
}

const TOKEN =
  /[A-Za-z_]\w*|\d[\w.]*|"(?:\\.|[^"\\])*"?|'(?:\\.|[^'\\])*'?|->|\+\+|--|<<=?|>>=?|[=!<>]=|&&|\|\||[-+*/%&|^]=|\.\.\.|##|[^\s\w]/g;

/** Words and operators of one line without comments. */
export function tokens(text: string): readonly string[] {
  return text.match(TOKEN) ?? [];
}

const OPERATOR_END = /^(?:->|<<=?|>>=?|[=!<>]=|&&|\|\||[-+*/%&|^]=|[-+*/%&|^=<>?,.(!~[])$/;
const OPERATOR_START = /^(?:->|<<=?|>>=?|[=!<>]=|&&|\|\||[-+*/%&|^]=|[-+*/%&|^=<>?:,.)])$/;

const HEADS = new Set(['if', 'for', 'while', 'switch', 'else', 'do']);

/** True for `if (..)`, `else`, `for (..)` and the kernel's `for_each` macros without an opening brace of their own. */
export function isBareHead(statement: readonly string[]): boolean {
  const words = statement[0] === '}' ? statement.slice(1) : statement;
  const last = words.at(-1);
  if (last === '{' || last === ';' || last === '}') return false;
  const first = words[0] ?? '';
  return HEADS.has(first) || (/for_each/.test(first) && words[1] === '(' && last === ')');
}

/** `name:` or `case X:` alone. */
export function isLabel(statement: readonly string[]): boolean {
  return (
    statement.at(-1) === ':' &&
    (statement.length === 2 || statement[0] === 'case' || statement[0] === 'default')
  );
}

function depthAfter(line: readonly string[], depth: number): number {
  let now = depth;
  for (const token of line) {
    if (token === '(' || token === '[') now += 1;
    if ((token === ')' || token === ']') && now > 0) now -= 1;
  }
  return now;
}

function isComplete(unit: readonly string[], depth: number, next: readonly string[] | null): boolean {
  const last = unit.at(-1) ?? '';
  if (unit[0] === '#') return last !== '\\';
  if (depth > 0) return last === '{' || (last === ';' && unit[0] !== 'for');
  if (last === ';' || last === '{' || last === '}') return true;
  if (last === ':') return !unit.includes('?');
  if (last === ',' && (unit[0] === '.' || unit[0] === '[')) return true;
  if (OPERATOR_END.test(last)) return false;
  if (isBareHead(unit)) return true;
  return next === null || !OPERATOR_START.test(next[0] ?? '');
}

/**
 * Splits lines into statements; `masked` holds the lines without comments (see `mask.ts`). Unbalanced text, as at the
 * edges of a hunk, gives units that begin or end in the middle of a statement.
 */
export function statements(masked: readonly string[]): readonly Statement[] {
  const lines = masked
    .map((text, index) => ({ index, tokens: tokens(text) }))
    .filter((line) => line.tokens.length > 0);
  const found: Statement[] = [];
  let open: { first: number; tokens: string[]; lineOf: number[] } | null = null;
  let depth = 0;
  lines.forEach((line, at) => {
    open ??= { first: line.index, tokens: [], lineOf: [] };
    open.tokens.push(...line.tokens);
    open.lineOf.push(...line.tokens.map(() => line.index));
    depth = depthAfter(line.tokens, depth);
    const next = lines[at + 1]?.tokens ?? null;
    if (next !== null && !isComplete(open.tokens, depth, next)) return;
    found.push({ ...open, last: line.index });
    open = null;
    depth = 0;
  });
  return found;
}

/** Braces opened minus braces closed. */
export const braceDelta = (words: readonly string[]): number => deltaOf(words, '{', '}');

/** Parentheses opened minus parentheses closed. */
export const parenthesisDelta = (words: readonly string[]): number => deltaOf(words, '(', ')');

function deltaOf(words: readonly string[], open: string, close: string): number {
  return words.reduce((sum, word) => sum + (word === open ? 1 : word === close ? -1 : 0), 0);
}

/** True for units that hold nothing but braces, such as `}`, `{` and `};`. */
export function isBraceOnly(words: readonly string[]): boolean {
  return words.every((word) => word === '{' || word === '}' || word === ';');
}

const DECLARES =
  /^(?:(?:const|static|unsigned|signed|struct|enum|union) )*([a-z]\w*)(?: \*)* [a-z]\w* [=,;[]/;
const NO_TYPE = new Set(['return', 'goto', 'else', 'case']);

/** True for the declaration of a local, with a value or without: a type and a name begin it. */
export function isDeclaration(words: readonly string[]): boolean {
  const type = words.at(-1) === ';' ? DECLARES.exec(words.join(' '))?.[1] : undefined;
  return type !== undefined && !NO_TYPE.has(type);
}

const NOT_CALLED = new Set([
  'if',
  'for',
  'while',
  'switch',
  'return',
  'sizeof',
  'do',
  'else',
  'case',
  'typeof',
]);

/** Names that stand before an opening parenthesis: calls, and macros used like calls. */
export function callsIn(words: readonly string[]): readonly string[] {
  return words.filter(
    (word, at) => words[at + 1] === '(' && /^[A-Za-z_]/.test(word) && !NOT_CALLED.has(word),
  );
}

const NOT_A_TYPE = new Set([...NOT_CALLED, 'goto', 'break', 'continue', 'default']);

/** `DEFINE_GUARD(name, struct xfs_inode *, ...)` of include/linux/cleanup.h is whole, and no semicolon ends it. */
const DEFINES_BY_MACRO = /^(?:DEFINE|DECLARE|EXTEND)_[A-Z_]*\d?$/;

/**
 * The name that a function definition's head defines, e.g. `iomap_dio_rw` of `ssize_t iomap_dio_rw(struct kiocb *iocb)`;
 * null for anything else (a call ends in `;`, a macro loop declares no parameters).
 */
export function definedFunction(words: readonly string[]): string | null {
  const body = words.at(-1) === '{' ? words.slice(0, -1) : words;
  const open = body.indexOf('(');
  const name = body[open - 1];
  if (open < 1 || name === undefined || !/^[A-Za-z_]\w*$/.test(name) || body.at(-1) !== ')') return null;
  if (DEFINES_BY_MACRO.test(name)) return null;
  if (body.slice(0, open).some((word) => NOT_A_TYPE.has(word) || !/^(?:[A-Za-z_]\w*|\*)$/.test(word)))
    return null;
  const declares = body
    .slice(open)
    .some((word, at, all) => isWord(word) && (isWord(all[at + 1]) || all[at + 1] === '*'));
  const isVoid = body.length === open + 3 && body[open + 1] === 'void';
  return open >= 2 || declares || isVoid ? name : null;
}

function isWord(word: string | undefined): boolean {
  return word !== undefined && /^[A-Za-z_]\w*$/.test(word);
}

/** The name of a file-level `struct X name = {` or `struct X name[] = {`; null for anything else. */
export function definedTable(words: readonly string[]): string | null {
  const text = words.join(' ');
  return /(?:^|\s)struct \w+ (\w+)(?: \[[^\]]*\])? = \{$/.exec(text)?.[1] ?? null;
}

/** Of `bytes = min(chunk, bytes);` the name that is set. */
export const assignedName = ([name = '', operator]: readonly string[]): string | null =>
  operator === '=' && /^[a-z_]\w*$/.test(name) ? name : null;
