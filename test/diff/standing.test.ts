/** Which diffs in mails are proposals. */

import { describe, expect, it } from 'vitest';
import { read } from './fixtures.js';

const BEGIN = ['+\tinode_dio_begin(inode);'];
const PRINT = ['+\tif (ret) {', '+\t\tprintk(KERN_ERR "flush: %d\\n",', '+\t\t       ret);', '+\t}'];

function diff(added: readonly string[]): string {
  return [
    'diff --git a/fs/iomap/direct-io.c b/fs/iomap/direct-io.c',
    '--- a/fs/iomap/direct-io.c',
    '+++ b/fs/iomap/direct-io.c',
    `@@ -10,3 +10,${3 + added.length} @@ iomap_dio_rw(struct kiocb *iocb)`,
    ' \tret = flush();',
    ...added,
    ' \tblk_start_plug(&plug);',
    ' ',
  ].join('\n');
}

interface Mail {
  readonly subject?: string;
  readonly says?: string;
  readonly adds?: readonly string[];
}

const mail = ({ subject = 'Re: data corruption', says = '', adds = BEGIN }: Mail): string =>
  [
    'From: A Maintainer <m@example.org>',
    'Date: Wed, 4 Mar 2020 10:15:00 +0530',
    `Subject: ${subject}`,
    'Message-ID: <1@example.org>',
    '',
    says,
    '',
    diff(adds),
    '',
  ].join('\n');

const standing = async (one: Mail): Promise<unknown> => (await read(mail(one))).patches[0]!.standing;

describe('a diff is a proposal', () => {
  it.each<[string, Mail]>([
    ['when the mail is sent as a patch', { subject: '[PATCH] iomap: print', adds: PRINT }],
    [
      'when it is sent as an RFC',
      { subject: '[RFC v2] iomap: print', adds: PRINT, says: 'Can you try this?' },
    ],
    ['when a reply signs it off', { says: 'Signed-off-by: A Maintainer <m@example.org>', adds: PRINT }],
    ['behind scissors', { says: '-- >8 --\nSubject: iomap: print', adds: PRINT }],
    [
      'with the diffstat of git format-patch',
      { says: 'iomap: print\n\nText.\n---\n fs/iomap/direct-io.c | 4 ++++', adds: PRINT },
    ],
    ['in a mail that is no reply', { subject: 'iomap question', says: 'What about this?' }],
  ])('%s', async (_, one) => {
    expect(await standing(one)).toEqual({ kind: 'proposal' });
  });

  it('without a mail around it, whatever it adds', async () => {
    expect((await read(`${diff(PRINT)}\n`)).patches[0]!.standing).toEqual({ kind: 'proposal' });
  });
});

describe('a diff in a reply that nobody signed off is a sketch, and judged', () => {
  it.each<[string, Mail]>([
    ['as a rule', {}],
    ['when the reply asks to try a change that prints nothing', { says: 'Can you try this?' }],
    ['when it prints beside its change', { adds: [...BEGIN, '+\tWARN_ON_ONCE(ret);'] }],
    [
      'when it only guards a print with what changes something',
      { adds: ['+\tif (flush(inode))', PRINT[1]!, PRINT[2]!] },
    ],
    ['in another language', { subject: 'AW: data corruption' }],
  ])('%s', async (_, one) => {
    expect(await standing(one)).toEqual({ kind: 'sketch' });
  });
});

describe('a diff in a reply is for debugging', () => {
  it.each<[string, string, Mail]>([
    ['when all it does is print', 'prints-only', { adds: PRINT }],
    [
      'with declarations and counters beside',
      'prints-only',
      { adds: ['+\tstatic int seen;', '+\tseen++;', ...PRINT] },
    ],
    [
      'when it prints and the mail asks to try it',
      'asks-to-try',
      { adds: [...BEGIN, ...PRINT], says: 'Could you please try this?' },
    ],
    [
      'when it prints and the mail calls it that',
      'says-so',
      { adds: [...BEGIN, ...PRINT], says: 'A debugging patch below.' },
    ],
    ['in a bug report', 'prints-only', { subject: '[BUG] ext4: hang', adds: PRINT }],
  ])('%s', async (_, sign, one) => {
    expect(await standing(one)).toEqual({ kind: 'debugging', adds: 'printk', sign });
  });
});

it('a diff in a cover letter is none of the patches', async () => {
  expect(await standing({ subject: '[PATCH v2 0/3] iomap: order' })).toEqual({ kind: 'cover' });
});

describe('a quoted diff', () => {
  const one = ' 1 file changed, 1 insertion(+)';
  const two = ' 2 files changed, 1 insertion(+), 1 deletion(-)';

  it.each<[string, boolean, readonly string[]]>([
    ['is the whole patch where its diffstat counts what is there', true, [one]],
    ['may be a part of it where the diffstat counts more', false, [two]],
    ['may be a part of it where there is no diffstat', false, []],
    ['may be a part of one of two patches that are quoted together', false, [one, two]],
  ])('%s', async (_, whole, stats) => {
    const quote = ['Fix it.', '---', ...stats, '', diff(BEGIN)].join('\n').replace(/^/gm, '> ');
    const { patches } = await read(
      `Subject: Re: [PATCH] iomap: count\n\nOn Monday, A wrote:\n${quote}\n\nFine.\n`,
    );
    expect(patches.map(({ standing: told }) => told)).toEqual([{ kind: 'quoted', whole }]);
  });
});
