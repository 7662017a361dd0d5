/** Patches of one input that belong together, and what is taken for granted where some of them are missing. */

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readPatches } from '../../server/src/diff/read.js';
import { check, type CheckedFile } from '../../server/src/review/check.js';
import type { Report } from '../../server/src/review/report.js';
import { unifiedDiff } from '../source/helpers.js';
import { report } from './patches.js';
import { mailOf, textOf } from './written.js';

/** Completes a write after the second invalidation, so that zeros stay in the page cache. */
const PATCH = readFileSync(
  new URL('../../examples/complete-after-invalidation.patch', import.meta.url),
  'utf8',
);
const FIRST = PATCH.replace('[PATCH]', '[PATCH 1/2]');
/** Takes it back. */
const SECOND = PATCH.replace('[PATCH]', '[PATCH 2/2]')
  .replace(/^[-+]\t/gm, (sign) => (sign[0] === '+' ? '-\t' : '+\t'))
  .replace('-943,6 +943,4', '-943,4 +943,6')
  .replace(/^-$/m, '+');
const EXAMPLE = `${FIRST}\n${SECOND}`;
const diffIn = (mail: string): string => mail.slice(mail.indexOf('diff --git'));

const mail = (subject: string, text: string, more: readonly string[] = []): string =>
  [
    'From a@example.org Tue May 19 11:30:08 2020',
    'From: A Developer <a@example.org>',
    'Date: Tue, 19 May 2020 11:30:08 +0200',
    `Subject: ${subject}`,
    ...more,
    '',
    text,
    '',
    '',
  ].join('\n');

const on411 = (text: string, all = false): Promise<Report> =>
  report(text, { kernel: '4.11', memory: 'sc', all });
const changes = ({ findings }: Report): readonly string[] =>
  findings.map(({ change, message }) => `${change} ${/^\[.*?\]/.exec(message)?.[0] ?? ''}`.trim()).sort();
const conditions = ({ inputs }: Report): readonly string[] =>
  inputs.flatMap(({ conditions: own = [] }) => own.map(({ text }) => text));

describe('a verdict on a member of a series', () => {
  it('has no condition where all members are there', async () => {
    const all = await on411(EXAMPLE);
    expect(conditions(all)).toEqual([]);
    expect([...all.findings, ...all.verdicts].every(({ condition }) => condition === undefined)).toBe(true);
  });

  it.each([
    ['[PATCH 1/2]', 'judged alone: patch 1 of 2; patch 2 was not given'],
    ['[PATCH v2 3/7]', 'judged alone: patch 3 of 7 (v2); patches 1-2 and 4-7 were not given'],
  ])('of %s given alone names the others, on each finding and verdict', async (tag, text) => {
    const alone = await on411(FIRST.replace('[PATCH 1/2]', tag));
    expect(conditions(alone)).toEqual([text]);
    expect(changes(alone)).toEqual(['introduced']);
    expect(alone.findings.map(({ condition }) => condition)).toEqual([text]);
    expect(new Set(alone.verdicts.map(({ condition }) => condition))).toEqual(new Set([text]));
  });

  it('knows the macro that an earlier member brings, though that one alone is placed nowhere', async () => {
    const path = 'fs/iomap/direct-io.c';
    const head = 'ssize_t iomap_dio_complete(struct iomap_dio *dio)\n';
    const second = '\tif (!dio->error && dio->size && (dio->flags & IOMAP_DIO_WRITE))\n';
    const plain = textOf('6.5', path);
    const macro = `#define iomap_dio_wrote(d) \\\n\t(!(d)->error && (d)->size && ((d)->flags & IOMAP_DIO_WRITE))\n\n`;
    const defined = plain.replace(head, () => macro + head);
    const used = defined.replace(second, '\tif (iomap_dio_wrote(dio))\n');
    const { findings, notModelled } = await report(
      mailOf('[PATCH 1/2] iomap: a macro', `${unifiedDiff(path, plain, defined)}\n`) +
        mailOf('[PATCH 2/2] iomap: use it', `${unifiedDiff(path, defined, used)}\n`),
      { kernel: '6.5' },
    );
    expect({ findings, notModelled }).toEqual({ findings: [], notModelled: [] });
  });

  it('names the members that are missing among others', async () => {
    const two = await on411(EXAMPLE.replace('1/2]', '1/4]').replace('2/2]', '3/4]'));
    expect(new Set(conditions(two))).toEqual(
      new Set(['judged without patches 2 and 4 of 4, which were not given']),
    );
    expect(changes(two)).toEqual(
      changes(await on411(EXAMPLE)).map((one) => one.replace('1/2', '1/4').replace('2/2', '3/4')),
    );
  });

  it('names what it does not know and earlier members may add', async () => {
    const uses = FIRST.replace(
      '+\treturn iomap_dio_complete(dio);\n',
      '+\tiomap_dio_note(dio, IOMAP_DIO_COUNTED);\n+\treturn iomap_dio_complete(dio);\n',
    ).replace('+955,10', '+955,11');
    const known = await on411(uses);
    expect(conditions(known)[0]).not.toMatch(/assumes/);
    expect(conditions(await on411(uses.replace('1/2]', '2/2]')))).toEqual([
      'judged alone: patch 2 of 2; patch 1 was not given; assumes that iomap_dio_note() and IOMAP_DIO_COUNTED, ' +
        'which patch 1 may add, order nothing',
    ]);
  });

  it('is asked for of a series that was sent for a stable release, and not of its queue', async () => {
    const queued = await on411(FIRST.replace('[PATCH 1/2]', '[PATCH 4.11 001/203]'));
    expect(conditions(queued)).toEqual([]);
    const sent = await on411(FIRST.replace('[PATCH 1/2]', '[PATCH 4.11.y 1/2]'));
    expect(conditions(sent)).toContain('judged alone: patch 1 of 2; patch 2 was not given');
  });

  it('names no flag of which the model knows what it does', async () => {
    const PATH = 'fs/ext4/inode.c';
    const before = textOf('6.14', PATH);
    const after = before.replace(
      'get_blocks_flags |= EXT4_GET_BLOCKS_IO_CREATE_EXT;',
      'get_blocks_flags |= EXT4_GET_BLOCKS_UNWRIT_EXT;',
    );
    expect(after).not.toBe(before);
    const one = await report(mailOf('[PATCH 2/2] ext4: split later', unifiedDiff(PATH, before, after)), {
      kernel: '6.14',
    });
    expect({ conditions: conditions(one), findings: one.findings }).toEqual({
      conditions: ['judged alone: patch 2 of 2; patch 1 was not given'],
      findings: [],
    });
  });

  it('is not asked for where the patch is about something else', async () => {
    const elsewhere = FIRST.replaceAll('fs/iomap.c', 'drivers/net/iomap.c');
    expect(conditions(await on411(elsewhere))).toEqual([]);
  });
});

describe('a member in a file of its own', () => {
  const MEMBERS = readFileSync(new URL('../../examples/dio-count-taken-late.mbox', import.meta.url), 'utf8')
    .split(/^(?=From [0-9a-f]{40} )/m)
    .filter((text) => text !== '');

  async function judged(others: readonly CheckedFile['other'][]) {
    const read = await Promise.all(MEMBERS.map((text) => readPatches(Buffer.from(text))));
    const files = read.flatMap((one, at): CheckedFile[] => {
      if (!one.ok) throw new Error(one.what);
      const other = others[at];
      return [{ file: `${at + 1}`, input: one.input, series: 'folder', ...(other ? { other } : {}) }];
    });
    const result = await check(files, { kernel: null, tree: null, memory: 'lkmm', jobs: 1 });
    if (!result.ok) throw new Error(result.what);
    const { report: said } = result;
    const changed = said.findings.map(({ property, change }) => `${change} ${property}`);
    return {
      files: said.inputs.map(({ file }) => file),
      changed: new Set(changed),
      conditions: conditions(said),
    };
  }

  it('is judged on top of those before it, which are not judged', async () => {
    const { files, changed, conditions: assumed } = await judged(['earlier', undefined]);
    expect(files).toEqual(['2']);
    expect(assumed).toEqual([]);
    expect(changed).toContain('introduced P1');
  });

  it('is judged without those after it, of which it is known that they are there', async () => {
    const { files, changed, conditions: assumed } = await judged([undefined, 'later']);
    expect(files).toEqual(['1']);
    expect(assumed).toEqual([]);
    expect(changed).not.toContain('introduced P1');
  });
});

describe('two versions of a series in one mbox', () => {
  it('are each judged on the code before all of them', async () => {
    const again = EXAMPLE.replaceAll('[PATCH ', '[PATCH v2 ');
    const once = changes(await on411(EXAMPLE));
    const v2 = once.map((one) => one.replace('[', '[v2 '));
    expect(changes(await on411(EXAMPLE + again))).toEqual([...once, ...v2].sort());
  });
});

describe('a diff in a reply', () => {
  it('is judged alone, under that condition', async () => {
    const reply = await on411(mail('Re: [PATCH 2/2] iomap: count', `So?\n\n${diffIn(FIRST)}`));
    expect(changes(reply)).toEqual(['introduced']);
    expect(conditions(reply)).toEqual(['a diff in a reply: judged alone, without the patch that it answers']);
  });

  it('is not applied on top of the series that it answers', async () => {
    const thread = await on411(`${EXAMPLE}${mail('Re: [PATCH 2/2] iomap: count', diffIn(FIRST))}`);
    expect(changes(thread)).toEqual([...changes(await on411(EXAMPLE)), 'introduced [3/3]'].sort());
  });

  const stat = ' 1 file changed, 1 insertion(+), 3 deletions(-)\n';
  const review = mail('Re: [PATCH] iomap: count', `${stat}\n${diffIn(FIRST)}`.replace(/^/gm, '> '));

  it('that quotes the whole patch is what there is to judge, where nothing else is', async () => {
    const alone = await on411(review);
    expect(changes(alone)).toEqual(['introduced']);
    expect(conditions(alone)).toEqual(['a quoted diff: judged alone']);
  });

  it('that quotes the whole patch says nothing beside a proposal', async () => {
    const thread = await on411(`${EXAMPLE}${review}`);
    expect(changes(thread)).toEqual(changes(await on411(EXAMPLE)));
    expect(thread.inputs[0]!.passedOver).toMatchObject([{ kind: 'quoted' }]);
  });

  const debug = mail(
    'Re: hang',
    `Can you try this?\n\n${diffIn(FIRST).replace('+\treturn iomap', '+\tWARN_ON_ONCE(ret);\n+\treturn iomap')}`,
  );
  const quoted = mail('Re: [PATCH 2/2] iomap: count', diffIn(FIRST).replace(/^/gm, '> '));

  it.each([
    [
      'debugging',
      debug,
      /^a debugging diff, no proposal: it is not signed off, adds WARN_ON_ONCE\(\) and asks to try it$/,
    ],
    ['quoted', quoted, /^a quoted diff/],
  ])('that is no proposal (%s) is passed over, said so, and judged when all are', async (kind, text, why) => {
    const passed = await on411(text);
    expect([passed.verdicts, passed.findings, conditions(passed)]).toEqual([[], [], []]);
    expect(passed.inputs[0]!.passedOver).toMatchObject([
      { kind, text: expect.stringMatching(why) as string },
    ]);
    const judged = await on411(text, true);
    expect(judged.verdicts).not.toEqual([]);
    expect(judged.inputs[0]!.passedOver).toBeUndefined();
    expect(conditions(judged)).toEqual([expect.stringMatching(/judged alone/)]);
  });
});
