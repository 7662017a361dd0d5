/**
 * Fixtures in the manner of vscode-tmgrammar-test: lines of text, and below a line what scopes its columns have.
 *
 *     # SYNTAX TEST "text.kernel-mail" "what this file shows"
 *     +	return 0;
 *     #	^^^^^^ keyword.control.c
 *     # <- markup.inserted.diff
 *     #	       ^ - keyword.control.c
 *
 * Carets stand below the columns they speak of (a tab below a tab); `<-` is the first column, `<--` the first two. Scopes
 * are named from the outside in; `- scope` says that there is none such. A scope stands for those that begin with it,
 * as in a theme.
 */

import type { Token } from './grammars.js';

export interface Fixture {
  readonly scope: string;
  readonly title: string;
  readonly lines: readonly string[];
  readonly expectations: readonly Expectation[];
}

export interface Expectation {
  /** 1-based line of the fixture file in which it is written. */
  readonly writtenAt: number;
  /** Index into `lines`. */
  readonly line: number;
  readonly from: number;
  readonly to: number;
  readonly present: readonly string[];
  readonly absent: readonly string[];
}

const HEADER = /^# SYNTAX TEST "([^"]+)" "([^"]+)"$/;
const ANNOTATION = /^#(?:(\s*\^+)| ?<(-+))\s+(\S.*)$/;

export function parseFixture(text: string): Fixture {
  const [header = '', ...rest] = text.replace(/\n$/, '').split('\n');
  const [, scope, title] = HEADER.exec(header) ?? [];
  if (scope === undefined || title === undefined) throw new Error('the first line is no # SYNTAX TEST');
  const lines: string[] = [];
  const expectations: Expectation[] = [];
  rest.forEach((line, at) => {
    const found = ANNOTATION.exec(line);
    if (found === null) lines.push(line);
    else expectations.push(expectationOf(found, at + 2, lines.length - 1));
  });
  return { scope, title, lines, expectations };
}

function expectationOf(found: RegExpExecArray, writtenAt: number, line: number): Expectation {
  const [, carets, dashes, names = ''] = found;
  const [present = '', absent = ''] = ` ${names}`.split(/ - ?/);
  return {
    writtenAt,
    line,
    from: carets === undefined ? 0 : carets.indexOf('^') + 1,
    to: carets === undefined ? dashes!.length : carets.length + 1,
    present: words(present),
    absent: words(absent),
  };
}

const words = (text: string): string[] => text.split(/\s+/).filter((word) => word !== '');

/** What an expectation finds wrong, in words; null when it holds. */
export function failureOf(
  expected: Expectation,
  fixture: Fixture,
  tokens: readonly Token[][],
): string | null {
  const inLine = tokens[expected.line] ?? [];
  const concerned = inLine.filter((token) => token.from < expected.to && token.to > expected.from);
  const wrong = concerned.find((token) => !fits(token.scopes, expected));
  const covered = expected.to <= (fixture.lines[expected.line] ?? '').length;
  if (covered && wrong === undefined) return null;
  const where = `line ${expected.writtenAt}: ${JSON.stringify(fixture.lines[expected.line])}`;
  const wanted = [...expected.present, ...expected.absent.map((scope) => `- ${scope}`)].join(' ');
  return covered
    ? `${where} columns ${wrong!.from}-${wrong!.to}\n  wanted ${wanted}\n  has    ${wrong!.scopes.join(' ')}`
    : `${where}: the carets reach over its end`;
}

function fits(scopes: readonly string[], expected: Expectation): boolean {
  let at = 0;
  for (const wanted of expected.present) {
    while (at < scopes.length && !covers(wanted, scopes[at]!)) at++;
    if (at++ >= scopes.length) return false;
  }
  return !expected.absent.some((unwanted) => scopes.some((scope) => covers(unwanted, scope)));
}

const covers = (selector: string, scope: string): boolean =>
  scope === selector || scope.startsWith(`${selector}.`);
