/** A diff with a margin, as bug trackers, changelogs and letters show code. */

import { describe, expect, it } from 'vitest';
import { readPatches } from '../../server/src/diff/read.js';
import { after, asText, before, blankContextTrimmed, quoted, undamaged, type DamageStep } from './damage.js';
import { changesOf, fixture, patches, read, readOne } from './fixtures.js';

const trimmed: DamageStep = (lines) => lines.map((line) => ({ ...line, text: line.text.trimEnd() }));
const letter: readonly DamageStep[] = [
  before('Hello,', '', 'this is what I would do:', ''),
  after('', 'Thanks,', '- A Writer'),
];

const margins = [
  ['    ', '4 blanks'],
  ['  ', '2 blanks'],
  [' ', 'a blank'],
  ['\t', 'a tab'],
] as const;

describe.each(margins)('a diff indented by %j', (margin, name) => {
  it.each(patches)('%s has the same changes, each on its line', async (_, text) => {
    const steps = [blankContextTrimmed, quoted(margin), trimmed, ...letter];
    const lines = steps.reduce((now, step) => step(now), undamaged(text));
    const found = await readOne(asText(lines));
    expect(changesOf(found)).toEqual(
      changesOf(await readOne(text)).map((change) => ({
        ...change,
        line: lines.findIndex(({ from }) => from === change.line) + 1,
      })),
    );
    const first = lines.findIndex(({ from }) => from !== null) + 1;
    const what = `the diff is indented: ${name} taken off its lines`;
    expect(found.damage).toEqual([{ line: first, what }]);
  });
});

describe('what is indented and no patch', () => {
  const [[, text], [, other]] = patches as [readonly [string, string], readonly [string, string]];
  const set = asText(quoted('    ')(undamaged(other)));

  it('stands in a letter whose own diff does not', async () => {
    const found = await readOne(`Since the last version:\n\n${set}\n${text}`);
    expect(found.damage).toEqual([]);
    expect(found.files.map(({ path }) => path)).toEqual((await readOne(text)).files.map(({ path }) => path));
  });

  it('stands in the message of a commit', async () => {
    const show = fixture('mail/show.txt').toString();
    const head = show.slice(0, show.indexOf('diff --git'));
    expect(await readPatches(Buffer.from(`${head}${set}`))).toMatchObject({ ok: false });
    expect((await read(show)).patches).toHaveLength(1);
  });

  it('is compared by git range-diff', async () => {
    const heads = [' 1:  0123456789ab ! 1:  ba9876543210 fs: wait', '    @@ Commit message', '         text'];
    const compared = asText(quoted('     ')(undamaged(other)));
    expect(await readPatches(Buffer.from(`${heads.join('\n')}\n     \n${compared}`))).toMatchObject({
      ok: false,
      what: expect.stringMatching(/^no diff in it/) as string,
    });
  });

  it('has no hunk whose counts hold', async () => {
    const range = '    --- a/fs/f.c\n    +++ b/fs/f.c\n    @@ -1,9 +1,9 @@\n    -a\n';
    expect(await readPatches(Buffer.from(range))).toEqual({
      ok: false,
      what: expect.stringMatching(/^no diff in it/) as string,
    });
  });
});
