/** Function-like macros that a patch defines, written out where the patch calls them: nobody else knows their text. */

import type { Patch } from '../diff/patch.js';
import type { MergedText } from './merged.js';

interface Macro {
  readonly parameters: readonly string[];
  readonly body: string;
}

type Macros = ReadonlyMap<string, Macro>;

const DEFINITION = /^#\s*define\s+([A-Za-z_]\w*)\(([\w\s,]*)\)\s+(.*)$/;

/** Statements, and what only the preprocessor can do, stay calls. */
const EXPRESSION = /^[^;{}#"\\]+$/;

/** The macros that the patch adds and whose text is one expression. */
export function addedMacros(patch: Patch): Macros {
  const found = new Map<string, Macro>();
  for (const text of patch.files.flatMap(addedDefinitions)) {
    const [, name, parameters, body] = DEFINITION.exec(text) ?? [];
    if (name === undefined || body === undefined || !EXPRESSION.test(body)) continue;
    const names = (parameters ?? '').split(',').map((one) => one.trim());
    found.set(name, { parameters: names.filter((one) => one !== ''), body: body.trim() });
  }
  return found;
}

/** The words of such a definition. */
export const isExpressionMacro = (words: readonly string[]): boolean =>
  /^# define \w+ \( [^;{}#"]+$/.test(words.join(' '));

/** Lines that define, with those that a backslash joins to them. */
function addedDefinitions(file: Patch['files'][number]): readonly string[] {
  const added = file.hunks.map((hunk) =>
    hunk.lines.flatMap((line) => (line.kind === 'added' ? [line.text.trim()] : [])),
  );
  return added.flatMap((lines) =>
    lines
      .join('\n')
      .replace(/\s*\\\n\s*/g, ' ')
      .split('\n')
      .filter((line) => line.startsWith('#')),
  );
}

/** The texts after the patch with its macros written out; a call that does not end on its line stays a call. */
export function withMacrosExpanded(merged: readonly MergedText[], macros: Macros): readonly MergedText[] {
  if (macros.size === 0) return merged;
  return merged.map((text) => ({
    ...text,
    lines: text.lines.map((line) => {
      if (line.after === null || line.before !== null) return line;
      const expanded = expand(line.after.text, macros);
      return expanded === line.after.text ? line : { ...line, after: { ...line.after, text: expanded } };
    }),
  }));
}

function expand(line: string, macros: Macros): string {
  return [...macros].reduce((text, [name, macro]) => expandOne(text, name, macro), line);
}

function expandOne(line: string, name: string, { parameters, body }: Macro): string {
  const call = new RegExp(`\\b${name}\\(`).exec(line);
  if (!call) return line;
  const args = argumentsFrom(line.slice(call.index + call[0].length));
  if (args?.texts.length !== parameters.length) return line;
  const own = new RegExp(`\\b(?:${parameters.join('|')})\\b`, 'g');
  const text = body.replace(own, (parameter) => args.texts[parameters.indexOf(parameter)]!);
  const rest = line.slice(call.index + call[0].length + args.length);
  return `${line.slice(0, call.index)}(${text})${expandOne(rest, name, { parameters, body })}`;
}

/** Arguments up to the closing parenthesis, and how far that is; null when the line ends before. */
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
