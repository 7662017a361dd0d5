/**
 * Function-like macros that a patch defines, written out where it calls them: nobody else knows their text. Those that it
 * removes are written out where it removes the call.
 */

import type { Patch } from '../diff/patch.js';
import type { CodeBase, Macro, Macros } from './code-base.js';
import type { MergedLine, MergedText } from './merged.js';

const DEFINITION = /^#\s*define\s+([A-Za-z_]\w*)\(([\w\s,.]*)\)\s+(.*)$/;

/** What only the preprocessor can do stays a call. */
const EXPRESSION = /^[^;{}#"\\]+$/;
/** `({ ... })` of GNU C stands where an expression does, `do { ... } while (0)` where one ends in a semicolon. */
const STATEMENTS = /^\(\s*\{[^#]*\}\s*\)$/;
const ONE_STATEMENT = /^do\s*\{[^#]*\}\s*while\s*\(\s*0\s*\)$/;

/** Whether it is written out; of any other it is known what its text names. */
const isWritten = ({ parameters, body }: Macro): boolean =>
  isWhole(body) && !parameters.some((one) => one.includes('...'));

const isWhole = (body: string): boolean =>
  [EXPRESSION, STATEMENTS, ONE_STATEMENT].some((form) => form.test(body));

type Side = 'before' | 'after';

/** Every release asks for them again. */
const found: Readonly<Record<Side, WeakMap<Patch, Macros>>> = { before: new WeakMap(), after: new WeakMap() };

function macrosOf(patch: Patch, side: Side): Macros {
  const macros = found[side].get(patch) ?? readMacros(patch, side);
  found[side].set(patch, macros);
  return macros;
}

/** The macros that only this side has. */
function readMacros(patch: Patch, side: Side): Macros {
  const macros = new Map<string, Macro>();
  const kind = side === 'after' ? 'added' : 'removed';
  for (const text of patch.files.flatMap((file) => definitions(file, kind))) {
    const [, name, parameters, body] = DEFINITION.exec(text) ?? [];
    if (name === undefined || body === undefined) continue;
    const names = (parameters ?? '').split(',').map((one) => one.trim());
    macros.set(name, { parameters: names.filter((one) => one !== ''), body: body.trim() });
  }
  return macros;
}

/** The macros that code may call after the patch: its own, and those of the patches before it. */
export const macrosAfter = (patch: Patch, base: Pick<CodeBase, 'macros'>): Macros =>
  new Map([...(base.macros ?? []), ...macrosOf(patch, 'after')]);

/** The words of such a definition. */
export function isKnownMacro(words: readonly string[]): boolean {
  const [, body] =
    /^# define \w+ \( [\w ,]*\) (.+)$/.exec(words.filter((word) => word !== '\\').join(' ')) ?? [];
  return body !== undefined && isWhole(body);
}

/** Lines that define, with those that a backslash joins to them. */
function definitions(file: Patch['files'][number], kind: 'added' | 'removed'): readonly string[] {
  const own = file.hunks.map((hunk) =>
    hunk.lines.flatMap((line) => (line.kind === kind ? [line.text.trim()] : [])),
  );
  return own.flatMap((lines) =>
    lines
      .join('\n')
      .replace(/\s*\\\n\s*/g, ' ')
      .split('\n')
      .filter((line) => line.startsWith('#')),
  );
}

/** The texts with the macros written out that the patch may call, and those that it removes. */
export function withMacrosExpanded(
  merged: readonly MergedText[],
  patch: Patch,
  macros: Macros,
): readonly MergedText[] {
  const before = expandedTexts(merged, 'before', macrosOf(patch, 'before'));
  return expandedTexts(before, 'after', macros);
}

function expandedTexts(merged: readonly MergedText[], side: Side, macros: Macros): readonly MergedText[] {
  if (macros.size === 0) return merged;
  return merged.map((text) => ({ ...text, lines: expandedLines(text.lines, side, macros) }));
}

/** A call that goes over several lines is written out on its first; the others stay, and are empty. */
function expandedLines(lines: readonly MergedLine[], side: Side, macros: Macros): readonly MergedLine[] {
  const expanded = [...lines];
  for (let at = 0; at < lines.length; at++) {
    const call = callFrom(lines, at, side, macros);
    const text = expand(call.text, macros, { left: LONGEST_EXPANSION });
    if (text === call.text) continue;
    call.lines.forEach((line, nth) => {
      expanded[line] = withText(lines[line]!, side, nth === 0 ? text : '');
    });
    at = call.lines.at(-1)!;
  }
  return expanded;
}

/** The text of a line that only this side has. */
const ownText = (line: MergedLine | undefined, side: Side): string | null =>
  line?.[side === 'after' ? 'before' : 'after'] === null ? (line[side]?.text ?? null) : null;

const withText = (line: MergedLine, side: Side, text: string): MergedLine => ({
  ...line,
  [side]: line[side] && { ...line[side], text },
});

interface Call {
  readonly text: string;
  /** Where its lines stand in the merged text; those of the other side are between them. */
  readonly lines: readonly number[];
}

const LONGEST_CALL = 50;

/** A line, with those behind it that a call of a macro needs to be whole. */
function callFrom(lines: readonly MergedLine[], at: number, side: Side, macros: Macros): Call {
  const first = ownText(lines[at], side) ?? '';
  const taken = [at];
  let text = first;
  for (let next = at + 1; isCutCall(text, macros); next++) {
    const more = ownText(lines[next], side);
    const ends = next > at + LONGEST_CALL || (more === null && lines[next]?.[side] !== null);
    if (ends) return { text: first, lines: [at] };
    if (more === null) continue;
    text += ` ${more.trim()}`;
    taken.push(next);
  }
  return { text, lines: taken };
}

/** Whether the arguments of a macro do not end in the text. */
function isCutCall(text: string, macros: Macros): boolean {
  return [...macros.keys()].some((name) =>
    [...text.matchAll(callOf(name))].some(
      ({ index, 0: head }) => argumentsFrom(text.slice(index + head.length)) === null,
    ),
  );
}

const callOf = (name: string): RegExp => new RegExp(`\\b${name}\\(`, 'g');

/** Characters of macros' texts that a line may take: one that calls the next twice doubles it. The rest stay calls. */
const LONGEST_EXPANSION = 100_000;

interface Budget {
  left: number;
}

function expand(line: string, macros: Macros, budget: Budget): string {
  return [...macros.keys()].reduce((text, name) => expandOne(text, name, macros, budget), line);
}

/** As the preprocessor does it: arguments first, then the text that they stand in, where the macro itself is none. */
function expandOne(line: string, name: string, macros: Macros, budget: Budget): string {
  const call = callOf(name).exec(line);
  const macro = macros.get(name);
  if (!call || !macro || !isWritten(macro) || budget.left <= 0) return line;
  const from = call.index + call[0].length;
  const args = argumentsFrom(line.slice(from));
  const { parameters, body } = macro;
  if (args?.texts.length !== Math.max(parameters.length, 1)) return line;
  budget.left -= body.length;
  const texts = args.texts.map((text) => expand(text, macros, budget));
  const inner = new Map([...macros].filter(([other]) => other !== name));
  const text = expand(
    body.replace(/[A-Za-z_]\w*/g, (word) => texts[parameters.indexOf(word)] ?? word),
    inner,
    budget,
  );
  const behind = line.slice(from + args.length);
  if (ONE_STATEMENT.test(body) && !/^\s*;/.test(behind)) return line;
  const rest = expandOne(behind, name, macros, budget);
  return `${line.slice(0, call.index)}${EXPRESSION.test(body) ? `(${text})` : text}${rest}`;
}

/** Arguments up to the closing parenthesis, and how far that is; null when the text ends before. */
function argumentsFrom(text: string): { readonly texts: readonly string[]; readonly length: number } | null {
  const texts = [''];
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const one = text[at]!;
    if (one === ')' && depth === 0) return { texts: texts.map((arg) => arg.trim()), length: at + 1 };
    if (one === ',' && depth === 0) texts.push('');
    else texts[texts.length - 1] += one;
    depth += one === '(' ? 1 : one === ')' ? -1 : 0;
  }
  return null;
}
