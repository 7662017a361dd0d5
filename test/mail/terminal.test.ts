/** Texts copied out of a terminal: colours and the graph of `git log` go, and no line moves. */

import { describe, expect, it } from 'vitest';
import { readMessages } from '../../server/src/mail/read.js';
import { readPatches } from '../../server/src/diff/read.js';
import { changesOf, fixture, read, readOne, said } from '../diff/fixtures.js';

const SHOW = fixture('mail/show.txt').toString();
const LOG = fixture('mail/log-p.txt').toString();
const COLOURS = 'colours of a terminal: taken off';
const GRAPH = 'graph of git log: taken off';

/** As git colours a commit: heads bold, signs and words each for themselves. */
const coloured = (text: string, escape: string): string =>
  text
    .split('\n')
    .map((line) => {
      const paint = (code: string, part: string): string => `${escape}[${code}m${part}${escape}[m`;
      if (/^(?:commit |diff |index |--- a|\+\+\+ b)/.test(line)) return paint('1', line);
      if (line.startsWith('@@')) return line.replace(/^@@.*@@/, (numbers) => paint('36', numbers));
      if (line.startsWith('-')) return paint('31', line);
      if (/^\+\s*\S/.test(line)) {
        return line.replace(/^\+(\s*)(.*)$/, (_, blank: string, rest: string) => {
          return `${paint('32', '+')}${blank}${paint('32', rest)}`;
        });
      }
      return line;
    })
    .join('\n');

/** `last` stands before the lines of the last commit. */
const withGraph = (text: string, last: string): string => {
  const heads = text.split('\n').filter((line) => line.startsWith('commit ')).length;
  let seen = 0;
  return text
    .split('\n')
    .map((line) => {
      if (!line.startsWith('commit ')) return `${seen === heads ? last : '| '}${line}`.trimEnd();
      seen++;
      return `* ${line}`;
    })
    .join('\n');
};

const patchesOf = async (text: string) =>
  (await read(text)).patches.map((patch) => ({
    facts: [patch.subject, patch.date, patch.standing.kind],
    changes: changesOf(patch),
    intact: patch.files.flatMap(({ hunks }) => hunks.map(({ intact }) => intact)),
  }));

describe.each([
  ['ESC', '\x1b'],
  ['ESC shown as ^[', '^['],
])('colours, %s', (_, escape) => {
  it.each([
    ['git show', SHOW],
    ['git log -p', LOG],
  ])('%s is read as without them, each line in its place', async (_name, text) => {
    expect(await patchesOf(coloured(text, escape))).toEqual(await patchesOf(text));
  });

  it('are told once', async () => {
    const { patches } = await read(coloured(LOG, escape));
    expect(patches.map(said)).toEqual([`1: ${COLOURS}`, ...patches.slice(1).map(() => '')]);
  });

  it('stay in what shows no diff with them', async () => {
    const { messages, takenOff } = await readMessages(Buffer.from(`see ${escape}[1mthis${escape}[m\n`));
    expect(messages[0]!.bodies[0]!.lines[0]!.text).toContain(`${escape}[1m`);
    expect(takenOff).toEqual([]);
  });
});

describe('the graph of git log', () => {
  it.each([
    ['of more commits', '| '],
    ['that ends', '  '],
  ])('%s goes, each line in its place', async (_, last) => {
    const graph = withGraph(LOG, last);
    expect(await patchesOf(graph)).toEqual(await patchesOf(LOG));
    expect(said((await read(graph)).patches[0]!)).toContain(`1: ${GRAPH}`);
  });

  it('may be as wide as several branches', async () => {
    const [head, ...rest] = SHOW.split('\n');
    const wide = [`| * ${head}`, ...rest.map((line) => `| | ${line}`), '|/  '].join('\n');
    expect(changesOf(await readOne(wide))).toEqual(changesOf(await readOne(SHOW)));
  });

  it('may have colours as well', async () => {
    const both = coloured(LOG, '\x1b')
      .split('\n')
      .map((line) => `${line.startsWith('\x1b[1mcommit') ? '* ' : '| '}${line}`);
    const { patches } = await read(both.join('\n'));
    expect(said(patches[0]!)).toBe(`1: ${COLOURS}\n1: ${GRAPH}`);
    expect(patches.flatMap(changesOf)).toEqual((await read(LOG)).patches.flatMap(changesOf));
  });

  it('is none where a list has stars', async () => {
    const text = `* 1234567 of these\n\n${SHOW.slice(SHOW.indexOf('diff --git'))}`;
    const read = await readPatches(Buffer.from(text));
    expect(read.ok && read.input.patches[0]!.damage).toEqual([]);
  });
});
