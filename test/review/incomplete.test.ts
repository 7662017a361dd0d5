/** A diff whose changes are not all there: what is said of it is said of the rest, and it is never passed over. */

import { describe, expect, it } from 'vitest';
import { renderText } from '../../server/src/render/text.js';
import type { Report } from '../../server/src/review/report.js';
import { report } from './patches.js';

const LOST = /conditional: the diff is incomplete: changed lines are lost or left out at line 4/;
const QUIET = 'touches no modelled ordering';

/** A change that the model has nothing of. */
const diff = (path: string, ...changed: readonly string[]): string =>
  [
    `diff --git a/${path} b/${path}`,
    `--- a/${path}`,
    `+++ b/${path}`,
    '@@ -10,4 +10,3 @@ static void demo_show(struct demo *demo)',
    ' \tdemo_print(demo);',
    ...changed,
    ' \tdemo_flush(demo);',
    ' }',
    '',
  ].join('\n');

const text = (of: Report): string =>
  renderText(of, { width: 300, colour: false, explain: false, patchText: () => null });
const said = async (patch: string): Promise<string> => text(await report(patch, { memory: 'sc' }));

describe('a diff that touches nothing modelled', () => {
  it('is quiet where it is whole', async () => {
    const whole = await said(diff('fs/ext4/demo.c', '-\tdemo_wait(demo);'));
    expect(whole).toContain(QUIET);
    expect(whole).not.toContain('incomplete');
  });

  it.each([
    ['became another character', ['\u2212\tdemo_wait(demo);']],
    ['became an item of a list', ['* \tdemo_wait(demo);']],
    ['is not there', []],
  ])('is told as incomplete where the removed line %s', async (_, changed) => {
    const lost = await said(diff('fs/ext4/demo.c', ...changed));
    expect(lost).not.toContain(QUIET);
    expect(lost).toMatch(LOST);
    expect(lost).toContain('repaired: hunk counts do not match: 1 removed line lost');
    expect(lost).toMatch(/^no verdict$/m);
  });

  it('is told as repaired, and quiet, where a blank line may have gone with all others', async () => {
    const lost = await said(diff('fs/ext4/demo.c', '-\tdemo_wait(demo);').replace('-10,4', '-10,5'));
    expect(lost).toContain('repaired: hunk counts do not match: 1 removed line lost');
    expect(lost).toContain(QUIET);
    expect(lost).not.toContain('incomplete');
  });

  it('is quiet where many lines are there and the header counts one more', async () => {
    const added = ['a', 'b', 'c', 'd'].map((name) => `+\tdemo_note(demo->${name});`);
    const more = diff('fs/ext4/demo.c', ...added).replace('-10,4 +10,3', '-10,3 +10,8');
    expect(await said(more)).toContain(QUIET);
    expect(await said(more.replace('+10,8', '+10,10'))).toMatch(LOST);
  });

  it('is quiet where a removed line was made one that stays, by hand', async () => {
    const two = (sign: string): string =>
      diff('fs/ext4/demo.c', `${sign}\tdemo_wait(demo);`, '-').replace('-10,4', '-10,5');
    expect(await said(two(' '))).toContain(QUIET);
    expect(await said(two(''))).toMatch(LOST);
  });

  it('is quiet where a line was added by hand that the header does not count', async () => {
    const more = await said(diff('fs/ext4/demo.c', '-\tdemo_wait(demo);', '+\tdemo_note(demo);'));
    expect(more).toContain(QUIET);
    expect(more).not.toContain('incomplete');
  });

  it('is quiet in a file of something else, whatever is lost', async () => {
    expect(await said(diff('fs/nfs/demo.c'))).toContain(QUIET);
  });

  it('is quiet where a name was left out as a signature', async () => {
    const glued = `${diff('fs/ext4/demo.c', '-\tdemo_wait(demo);')}-writer\n`;
    expect(await said(glued)).toContain(QUIET);
  });
});
