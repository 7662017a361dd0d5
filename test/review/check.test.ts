/** From a patch to the report: own patches against bundled paths. */

import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../server/src/review/report.js';
import { renderJson } from '../../server/src/render/json.js';
import { changes, diffOf, linesWith, report, undoOf } from './patches.js';
import { mailOf } from './written.js';

const IOMAP = 'fs/iomap.c';
const BEGIN = '\tinode_dio_begin(inode);\n';

const schema = JSON.parse(
  readFileSync(new URL('../../schema/dio-ordering-1.schema.json', import.meta.url), 'utf8'),
) as object;
const validate = new Ajv2020({ strict: true, allErrors: true }).compile(schema);

/** An edit further up, of a path that some actors take too, which changes no ordering. */
const HARMLESS = [
  '\t\tpos += ret;\n\t\twritten += ret;\n',
  '\t\twritten += ret;\n\t\tpos += ret;\n',
] as const;

const json = (one: Report): string => renderJson(one, true);

describe('a patch that moves a call', () => {
  it('is named by the steps elsewhere which the call leads to, and by no other', async () => {
    const text = readFileSync(
      new URL('../../examples/complete-after-invalidation.patch', import.meta.url),
      'utf8',
    );
    const steps = (await report(text)).findings.flatMap(({ timeline }) => timeline.steps);
    const led = steps.flatMap(({ function: name, calledAt }) => (calledAt ? [[name, calledAt.line]] : []));
    const [call] = linesWith(text, '+\treturn iomap_dio_complete(dio);');
    expect(led).toEqual([
      ['xfs_dio_write_end_io', call],
      ['iomap_dio_complete', call],
    ]);
  });
});

describe('a patch that takes the second invalidation away', () => {
  const text = diffOf('4.14', IOMAP, HARMLESS, [/\t\terr = invalidate[^;]*;/, '\t\terr = 0;']);
  const removed = linesWith(text, '-\t\terr = invalidate_inode_pages2_range');

  it('introduces a stale page cache in every scenario with a direct write and a buffered read', async () => {
    const all = changes(await report(text));
    const count = (form: RegExp): number => all.filter((one) => form.test(one)).length;
    expect(count(/^P2 xfs\/(?:aio-)?dio-write\+buffered-read.*none -> race introduced$/)).toBe(6);
    expect(count(/^P8 xfs\/extending-(?:aio-)?dio-write\+buffered-read.*none -> race introduced$/)).toBe(6);
    expect(all).toHaveLength(12);
  });

  it('is blamed on its line, as an error, with the interleaving and where it comes from', async () => {
    const { findings } = await report(text);
    expect(findings.map(({ property, change, severity }) => [property, change, severity])).toEqual([
      ['P2', 'introduced', 'error'],
      ['P2', 'introduced', 'error'],
    ]);
    for (const { line, endLine, function: name, timeline, loadBearing } of findings) {
      expect([line, name]).toEqual([removed[0], 'iomap_dio_complete']);
      expect(endLine).toBeGreaterThanOrEqual(line);
      expect(timeline.steps.length).toBeGreaterThan(5);
      expect(timeline.steps.every(({ at }) => at.line > 0 && at.file !== '')).toBe(true);
      expect(loadBearing).toEqual([]);
    }
  });

  it('says the same twice, to the byte, and in the published form', async () => {
    const [one, two] = [json(await report(text)), json(await report(text))];
    expect(one).toBe(two);
    expect(validate(JSON.parse(one)), JSON.stringify(validate.errors)).toBe(true);
  });
});

describe('a patch that invalidates for asynchronous writes too', () => {
  const added = [
    '\tif (dio->flags & IOMAP_DIO_WRITE)',
    '\t\tinvalidate_inode_pages2_range(file_inode(iocb->ki_filp)->i_mapping, 0, -1);',
    '',
  ];
  const end = '\tinode_dio_end(file_inode(iocb->ki_filp));\n';
  const text = diffOf('4.11', IOMAP, HARMLESS, [end, added.join('\n') + end]);

  it('closes the race of 4.11, and its lines keep it closed', async () => {
    const { findings, ...rest } = await report(text, { kernel: '4.12' });
    // What the page keeps inside EOF, and what it keeps where the write is extending: one race, one finding.
    expect(changes({ findings, ...rest }).map((one) => one.replace(/ .*:/, ''))).toEqual([
      'P2 race -> none fixed',
      'P2 race -> none fixed',
      'P2 race -> none fixed',
      'P8 race -> none fixed',
      'P8 race -> none fixed',
      'P8 race -> none fixed',
    ]);
    expect(findings).toHaveLength(1);
    const [{ severity, loadBearing }] = findings as [Report['findings'][number]];
    expect(severity).toBe('information');
    const lines = loadBearing.flatMap(({ line, endLine }) => [line, endLine]);
    expect(lines).toContain(linesWith(text, '+\t\tinvalidate_inode_pages2_range(file_inode')[0]);
    expect(Math.min(...lines)).toBe(linesWith(text, '+\tif (dio->flags & IOMAP_DIO_WRITE)')[0]);
  });

  it('placed before the conversion closes it for mapped blocks alone', async () => {
    const early = diffOf('4.11', IOMAP, [
      /\tif \(dio->end_io\) \{\n/,
      `${added.join('\n')}\tif (dio->end_io) {\n`,
    ]);
    const fixed = changes(await report(early, { kernel: '4.12' })).filter((one) => one.endsWith('fixed'));
    expect(fixed.map((one) => /block[^/]*\/\w+/.exec(one)![0])).toEqual(['block=page/mapped']);
  });
});

describe('a patch from before the first modelled release', () => {
  it('is judged by a later one, and that is a condition of what is said', async () => {
    const diff = diffOf('4.10', IOMAP, ['\tinode_dio_begin(inode);\n', '']);
    const mail = mailOf('[PATCH] iomap: count no direct I/O', diff).replace(
      /^Date: .*$/m,
      'Date: Wed, 10 Feb 2016 09:00:00 +0100',
    );
    const { findings } = await report(mail);
    expect(findings.length).toBeGreaterThan(0);
    expect(findings.map(({ condition }) => condition)).toEqual(
      findings.map(
        () => 'judged by a later release: its date 2016-02-10 is before the first modelled release, 4.8',
      ),
    );
  });

  it('of which that release has a part is not judged by it: the part would stand there twice', async () => {
    const has = undoOf('4.10', IOMAP, [BEGIN, '']);
    const lacks = diffOf('4.10', 'fs/direct-io.c', ['\tinode_dio_begin(inode);\n', '']);
    const of = (tag: string) => report(mailOf(`[PATCH ${tag} 014/245] iomap: count direct I/O`, has + lacks));
    expect((await of('4.9')).findings.length).toBeGreaterThan(0);
    const { findings, verdicts, notModelled } = await of('3.16');
    expect([findings, verdicts]).toEqual([[], []]);
    const because =
      'its subject names 3.16, which is before the first modelled release, 4.8; that has part of this change already';
    expect(notModelled.map(({ reason }) => reason)).toEqual([
      `the added line \`inode_dio_begin(inode);\` was not placed: ${because}`,
      `the removed line \`inode_dio_begin(inode);\` was not placed: ${because}`,
    ]);
  });
});

describe('a patch that changes no ordering', () => {
  it('has no finding and no verdict, and every scenario says why', async () => {
    const { verdicts, findings, explanation } = await report(
      diffOf('4.14', IOMAP, [BEGIN, `\t/* New I/O. */\n${BEGIN}`]),
    );
    expect([verdicts, findings]).toEqual([[], []]);
    expect(explanation.skipped.every(({ reason }) => /changes no step|not bundled/.test(reason))).toBe(true);
  });

  it('or is no patch of these paths at all is judged on no release', async () => {
    const elsewhere = `diff --git a/net/core/dev.c b/net/core/dev.c
--- a/net/core/dev.c
+++ b/net/core/dev.c
@@ -1,3 +1,3 @@ int netif_rx(struct sk_buff *skb)
 	int ret;
-	ret = netif_rx_internal(skb);
+	ret = netif_rx_internal(skb, 1);
 	return ret;
`;
    const { verdicts, findings, explanation } = await report(elsewhere);
    expect([verdicts, findings]).toEqual([[], []]);
    expect(explanation.releases.map(({ release }) => release)).toEqual(['none']);
  });
});

describe('what cannot be judged is said', () => {
  it('a scenario in which nobody comes to the end proves nothing but that', async () => {
    const forEver = `${BEGIN}\tinode_dio_wait(inode);\n`;
    const { verdicts, findings } = await report(diffOf('4.14', IOMAP, [BEGIN, forEver]));
    const ofWrites = verdicts.filter(({ scenario }) => scenario.id.includes('/dio-write+buffered-read'));
    expect([...new Set(ofWrites.map(({ property, after }) => `${property} ${after}`))].sort()).toEqual([
      'P1 not-modelled',
      'P2 not-modelled',
      'P6 not-modelled',
      'P7 race',
    ]);
    expect([...new Set(findings.map(({ property }) => property))]).toEqual(['P7']);
  });

  it('a folder that is no tree is an error, not a report', async () => {
    await expect(report(diffOf('4.14', IOMAP, [BEGIN, '']), { tree: '/nowhere' })).rejects.toThrow(/nowhere/);
  });

  it('a second inode_dio_begin(): the count is left, and who waits for it waits for ever', async () => {
    const { findings } = await report(diffOf('4.14', IOMAP, [BEGIN, BEGIN + BEGIN]));
    const introduced = findings.filter(({ change }) => change === 'introduced');
    expect([...new Set(introduced.map(({ rule }) => rule))].sort()).toEqual([
      'deadlock',
      'dio-count-imbalance',
    ]);
  });

  it('a call of a function that only another release has', async () => {
    const { notModelled, findings } = await report(
      diffOf('5.15', 'fs/iomap/direct-io.c', [BEGIN, `${BEGIN}\tkiocb_invalidate_pages(iocb, count);\n`]),
      { kernel: '6.1' },
    );
    expect(findings).toEqual([]);
    expect(notModelled.map(({ reason }) => reason).join()).toMatch(
      /__iomap_dio_rw\(\) calls kiocb_invalidate_pages\(\), which the code of 5\.15-6\.4 here does not have/,
    );
  });

  it('a function that is taken away while a table of another file still names it', async () => {
    const { notModelled, findings } = await report(
      diffOf('5.9', 'fs/ext4/inode.c', [/vm_fault_t ext4_filemap_fault[^]*?\n}\n/, '']),
    );
    expect(findings).toEqual([]);
    expect(notModelled.map(({ reason }) => reason).join()).toMatch(
      /the patch removes ext4_filemap_fault\(\), which is still called/,
    );
  });

  it('a function of whose change a part could not be placed: neither a race nor none', async () => {
    const whole = diffOf('4.14', IOMAP, [/\t\terr = invalidate[^;]*;/, '\t\terr = 0;']);
    expect(changes(await report(whole)).join()).toContain('P2');
    const half = whole
      .replace(
        /^@@ -(\d+),(\d+)/m,
        (_, at: string, count: string) => `@@ -${at},${String(Number(count) + 1)}`,
      )
      .replace(/^-\t\terr/m, '-\t\tinode_dio_wait(inode);\n-\t\terr');
    const { notModelled, verdicts, explanation } = await report(half, { kernel: '4.14' });
    expect(verdicts).toEqual([]);
    expect(notModelled.map(({ reason }) => reason)).toEqual([
      expect.stringContaining(
        'the removed line `inode_dio_wait(inode);` is not in the bundled iomap_dio_complete',
      ),
    ]);
    expect(explanation.skipped.map(({ reason }) => reason)).toContain(
      'not modelled: not all that the patch changes in iomap_dio_complete() was placed',
    );
  });

  it('a function that ends without the value that its callers look at: its head is changed elsewhere', async () => {
    const body = /(static int __block_commit_write\([^]*?)\treturn 0;\n\}/;
    const { notModelled, findings } = await report(diffOf('5.15', 'fs/buffer.c', [body, '$1}']), {
      kernel: '5.15',
    });
    expect(findings).toEqual([]);
    expect(notModelled.map(({ reason }) => reason).join()).toMatch(
      /__block_commit_write\(\) ends without the value that it gave before the patch/,
    );
  });

  it('a function that gets a value, where its callers have looked at one all along', async () => {
    const { notModelled, findings } = await report(
      diffOf('5.15', 'fs/buffer.c', [
        /static int (__block_commit_write\([^]*?)\treturn 0;\n\}/,
        'static void $1}',
      ]),
      { kernel: '5.15' },
    );
    expect(findings).toEqual([]);
    expect(notModelled.map(({ reason }) => reason).join()).toMatch(
      /the patch gives __block_commit_write\(\) another type/,
    );
  });

  it('an order changed in a function that actors could reach and never run', async () => {
    const { notModelled, findings } = await report(
      diffOf('5.9', 'fs/ext4/inode.c', [/(static void ext4_readahead[^]*?\{\n)/, '$1\tsmp_mb();\n']),
    );
    expect(findings).toEqual([]);
    expect(notModelled.map(({ reason }) => reason).join()).toMatch(
      /no scenario runs the changed ext4_readahead\(\)/,
    );
  });

  it('a call through a pointer that nothing resolves', async () => {
    const call = '\tdio->order_hook(inode);\n';
    const { notModelled } = await report(diffOf('4.14', IOMAP, [BEGIN, call + BEGIN]));
    expect(notModelled.map(({ reason }) => reason).join()).toMatch(
      /the function that dio->order_hook\(inode\) calls in iomap_dio_rw\(\) is not known/,
    );
  });

  it('a lock that is dropped twice', async () => {
    const unlock = '\txfs_iunlock(ip, XFS_IOLOCK_SHARED);\n';
    await report(diffOf('4.14', 'fs/xfs/xfs_file.c', [unlock, unlock + unlock]));
  });
});

describe('a check that is watched', () => {
  const text = diffOf('4.14', IOMAP, HARMLESS, [/\t\terr = invalidate[^;]*;/, '\t\terr = 0;']);

  it('counts the scenarios', async () => {
    const counted: (readonly [number, number])[] = [];
    await report(text, { step: (done, total) => counted.push([done, total]) });
    expect(counted[0]![0]).toBe(0);
    expect(counted.at(-1)![0]).toBe(counted.at(-1)![1]);
    expect(counted.every(([done], i) => done >= (counted[i - 1]?.[0] ?? 0))).toBe(true);
  });

  it('knows how many there are before it judges the first, in a series too', async () => {
    const counted: (readonly [number, number])[] = [];
    const series = [text, text].map(
      (one, i) => `From ${'a'.repeat(40)} Mon Sep 17 00:00:00 2001\nSubject: [PATCH ${i + 1}/2] x\n\n${one}`,
    );
    await report(series.join('\n'), { step: (done, total) => counted.push([done, total]) });
    const judging = counted.filter(([done]) => done > 0).map(([, total]) => total);
    expect(new Set(judging).size).toBe(1);
  });

  it('ends when the one who watches it throws', async () => {
    const abandon = new Error('abandoned');
    const step = (): void => {
      throw abandon;
    };
    await expect(report(text, { step })).rejects.toBe(abandon);
  });
});
