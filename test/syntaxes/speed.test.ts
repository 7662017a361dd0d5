/** Colouring never holds the editor up: whole files are quick, and no line makes a rule run away. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { grammarOf, root, tokenise } from './grammars.js';

const seeds = join(root, '../shared/seeds');
/** Milliseconds a file may take once the engine has seen the grammar, whose rules it translates at first use. */
const FILE_BUDGET = 50;

const SHORT = 4_000;
const LONG = 20_000;
/** Milliseconds that a long line may take without more questions; most take some five. */
const UNSUSPICIOUS = 200;
/**
 * How much longer a line of 20,000 characters may take than one of 4,000. A rule that looks at each character a few
 * times takes 5 times as long, one that starts again at each character 25 times; a machine's speed does not matter.
 */
const GROWTH = 12;

function filesIn(folder: string): string[] {
  return existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => !name.startsWith('.') && !name.endsWith('.md'))
        .map((name) => join(folder, name))
    : [];
}

/** The least of a few runs, in milliseconds of this process's own work: the machine may be busy with something else. */
function quickest(runs: number, run: () => void): number {
  const times = Array.from({ length: runs }, () => {
    const start = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1_000;
  });
  return Math.min(...times);
}

describe('whole files', () => {
  async function expectQuick(scope: string, files: readonly string[]): Promise<void> {
    const grammar = await grammarOf(scope);
    for (const file of files) {
      const lines = readFileSync(file, 'utf8').split('\n');
      const time = quickest(4, () => tokenise(grammar, lines));
      expect(time, file).toBeLessThan(FILE_BUDGET);
    }
  }

  it.each(['text.kernel-mail', 'source.diff'])('%s: each example within the budget', async (scope) => {
    const files = filesIn(join(root, 'examples'));
    expect(files).not.toHaveLength(0);
    await expectQuick(scope, files);
  });

  it.skipIf(!existsSync(seeds))('text.kernel-mail: real mails (needs ../shared/seeds)', async () => {
    await expectQuick('text.kernel-mail', filesIn(seeds));
  });
});

/** Begins that lead into each rule of a grammar; what is repeated behind them mostly fails to match at the very end. */
const MAIL_BEGINS = [
  '',
  'Subject: ',
  'Subject: [PATCH ',
  'From: ',
  'To: <',
  'References: <',
  'From x Mon Jan  1 00:00:00 ',
  'Fixes: deadbeef ("',
  'Cc: stable@',
  'Link: http',
  'Signed-off-by: ',
  '[a: ',
  'On Mon, ',
  ' fs/iomap.c ',
  ' fs/iomap.c | 3 ',
  ' 1 file changed, ',
  'Changes ',
  'v2 -> ',
  '8<',
  '---',
  '-- ',
  'diff --git a/',
  '--- a/',
  '+++ b/',
  'index ',
  '@@ -1,2 +3,4 @@ ',
  '@@ -1,2 ',
  '+',
  '+ *',
  '+#include <',
  '- ',
  ' \t',
  'Don a b ',
  '> ',
  '> +',
  '> > ',
];
const DIFF_BEGINS = [
  '',
  '+',
  '+ *',
  '+#include <',
  '- ',
  ' \t',
  '@@ -1,2 +3,4 @@ ',
  '@@ -1,2 ',
  '--- a/',
  '+++ b/',
];
const TIMELINE_BEGINS = [
  '',
  '  12  ',
  '  95 | +',
  '  [',
  '=> ',
  'CPU0: ',
  'LEFT (',
  '  exists in  ',
  '  a.c:',
];
const REPEATED = [
  'a',
  ' ',
  '\t',
  '-',
  '+',
  '>',
  '> ',
  '@',
  '@ ',
  '[',
  ']',
  '(',
  '("',
  '"',
  '\\"',
  '<',
  '<a@',
  ';',
  '; ',
  ':',
  'a ',
  'a, ',
  'a: ',
  'a-',
  'a-by',
  'a@a',
  'a.',
  '1',
  '1,2 ',
  'f',
  'f (',
  'commit f',
  'wrote:',
  'wrote: x',
  'January 1, ',
  '8<',
  'http://',
  'x(',
  'x()',
  '-> ',
  '→',
  'a 0→',
  'a  b 0→',
  '----  ',
  '=?',
  'Aa a ',
  '/*',
  '* ',
  '#',
  'v1',
  '|',
  ' | ',
];

/** Each begin with each repetition is a line; they are put in one region of the grammar after another. */
const REGIONS: readonly { scope: string; begins: readonly string[]; behind: readonly string[] }[] = [
  { scope: 'text.kernel-mail', begins: MAIL_BEGINS, behind: [] },
  { scope: 'text.kernel-mail', begins: MAIL_BEGINS, behind: ['From: a@example.org'] },
  { scope: 'text.kernel-mail', begins: MAIL_BEGINS, behind: ['---'] },
  { scope: 'text.kernel-mail', begins: MAIL_BEGINS, behind: ['-- '] },
  { scope: 'text.kernel-mail', begins: DIFF_BEGINS, behind: ['diff --git a/a.c b/a.c', '@@ -1,1 +1,1 @@'] },
  {
    scope: 'text.kernel-mail',
    begins: DIFF_BEGINS,
    behind: ['diff --git a/a.rst b/a.rst', '@@ -1,1 +1,1 @@'],
  },
  { scope: 'source.diff', begins: DIFF_BEGINS, behind: ['--- a/a.c', '+++ b/a.c', '@@ -1,1 +1,1 @@'] },
  { scope: 'source.dio-timeline', begins: TIMELINE_BEGINS, behind: [] },
];

function hostileLines(begins: readonly string[]): string[] {
  return begins.flatMap((begin) =>
    REPEATED.map((repeated) => (begin + repeated.repeat(LONG)).slice(0, LONG)),
  );
}

describe('lines of 20,000 characters', () => {
  it.each(REGIONS)('$scope behind $behind', { timeout: 300_000 }, async ({ scope, begins, behind }) => {
    const grammar = await grammarOf(scope);
    const time = (line: string, runs: number): number =>
      quickest(runs, () => tokenise(grammar, [...behind, line]));
    const runAway = hostileLines(begins)
      .filter((line) => time(line.slice(0, SHORT), 1) > UNSUSPICIOUS / GROWTH / 2)
      .filter((line) => time(line, 3) > Math.max(UNSUSPICIOUS, GROWTH * time(line.slice(0, SHORT), 3)));
    expect(runAway.map((line) => line.slice(0, 40))).toEqual([]);
  });
});
