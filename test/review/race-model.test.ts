/** Races taken out for other tools: litmus tests that our own front end judges, and models that Spin confirms. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readPatches } from '../../server/src/diff/read.js';
import { judge } from '../../server/src/litmus/judge.js';
import { readLitmus } from '../../server/src/litmus/read.js';
import { renderLitmus } from '../../server/src/render/litmus.js';
import { renderPromela } from '../../server/src/render/promela.js';
import { check, type CheckResult } from '../../server/src/review/check.js';
import type { Finding, Side } from '../../server/src/review/report.js';
import { whyNoSpin } from '../sim/spin-batch.js';
import { diffOf } from './patches.js';

type Checked = CheckResult & { readonly ok: true };

const example = (name: string): string =>
  readFileSync(new URL(`../../examples/${name}`, import.meta.url), 'utf8');

const WITHOUT = example('dio-count-without-barrier.mbox');
const DROPPED = /^-(\s+)smp_mb__after_atomic\(\);$/m;

/** The second patch puts another barrier in the place of the one that it drops. */
const replacedBy = (barrier: string): string =>
  WITHOUT.replace(DROPPED, `$&\n+$1${barrier}();`).replace('@@ -463,7 +463,6 @@', '@@ -463,7 +463,7 @@');

/** A third patch that takes the second back. */
function takenBack(): string {
  const second = WITHOUT.slice(WITHOUT.indexOf('\nFrom ', 10) + 1);
  const third = second
    .replace(DROPPED, '+$1smp_mb__after_atomic();')
    .replace('@@ -463,7 +463,6 @@', '@@ -463,6 +463,7 @@');
  return (WITHOUT + third.replace('[PATCH 2/2]', '[PATCH 3/2]')).replaceAll('/2]', '/3]');
}

const known = new Map<string, Promise<Checked>>();

function checked(text: string): Promise<Checked> {
  const result = known.get(text) ?? anew(text);
  known.set(text, result);
  return result;
}

async function anew(text: string): Promise<Checked> {
  const read = await readPatches(Buffer.from(text));
  if (!read.ok) throw new Error(read.what);
  const result = await check([{ file: 'test.mbox', input: read.input }], {
    kernel: null,
    tree: null,
    memory: 'lkmm',
    jobs: 1,
  });
  if (!result.ok) throw new Error(result.what);
  return result;
}

const reordered = ({ report }: Checked): Finding =>
  report.findings.findLast(({ memory }) => !memory.includes('sc'))!;

function litmusOf(result: Checked, { id }: Finding, side?: Side): string {
  const rendered = renderLitmus(result.race(id)!, side);
  if (!rendered.ok) throw new Error(rendered.what);
  return rendered.text;
}

function answerOf(text: string): string {
  const read = readLitmus(text);
  if (read.kind !== 'test') throw new Error(JSON.stringify(read));
  const judged = judge(read.test, 'lkmm');
  return judged.kind === 'observation' ? judged.answer : judged.kind;
}

const bodyOf = (text: string): string => text.slice(text.indexOf(' *)\n') + 4);

describe('a race that lkmm alone has', () => {
  it.each([
    ['a barrier dropped', WITHOUT, 'introduced', 'after'],
    ['smp_wmb() in its place', replacedBy('smp_wmb'), 'introduced', 'after'],
    ['a barrier added', takenBack(), 'fixed', 'before'],
  ] as const)(
    '%s: is a litmus test of six accesses on that side, and none on the other',
    async (_, text, change, side) => {
      const result = await checked(text);
      const finding = reordered(result);
      expect(finding.change).toBe(change);
      const open = litmusOf(result, finding);
      expect(open).toBe(litmusOf(result, finding, side));
      const closed = litmusOf(result, finding, side === 'before' ? 'after' : 'before');
      expect([answerOf(open), answerOf(closed)]).toEqual(['Sometimes', 'Never']);
      expect(
        bodyOf(open).match(/READ_ONCE|WRITE_ONCE|atomic_\w+|smp_store_release|smp_load_acquire|xchg\w*/g),
      ).toHaveLength(6 + (open.match(/_t \*/g)?.length ?? 0));
      expect(closed).toContain('smp_mb__after_atomic();');
      expect(open).toContain('in iomap_dio_rw(), test.mbox:');
    },
  );

  it('is the same test each time', async () => {
    const [once, again] = [await checked(WITHOUT), await anew(WITHOUT)];
    expect(litmusOf(once, reordered(once))).toBe(litmusOf(again, reordered(again)));
  });
});

describe('a race that sc has', () => {
  it('is no litmus test, and says what to do', async () => {
    const result = await checked(WITHOUT);
    const { id } = result.report.findings.find(({ memory }) => memory.includes('sc'))!;
    expect(renderLitmus(result.race(id)!)).toEqual({
      ok: false,
      what: `${id} exists under sc already: it needs no reordering and is no litmus test; take it out as a Promela model (format promela)`,
    });
  });
});

const reason = whyNoSpin();

/** What Spin says of a model: the first error, or none. */
function spin(model: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'dio-ordering-race-'));
  const run = (command: string, args: readonly string[]) =>
    execFileSync(command, args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  try {
    writeFileSync(join(folder, 'race.pml'), model);
    run('spin', ['-a', 'race.pml']);
    run('gcc', ['-O0', '-w', '-DSAFETY', '-o', 'pan', 'pan.c']);
    return (
      /pan:1: (.*?) {2}|pan:1: (invalid end state)/
        .exec(run('./pan', ['-m1000000']))
        ?.slice(1)
        .find(Boolean) ?? 'none'
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe.skipIf(reason !== null)(`the same races in Spin ${reason ?? ''}`, { timeout: 120_000 }, () => {
  let all: readonly { readonly finding: Finding; readonly result: Checked }[] = [];

  beforeAll(async () => {
    const names = [
      'dio-count-without-barrier.mbox',
      'invalidate-before-end-io.patch',
      'invalidate-in-completion.patch',
    ];
    const results = await Promise.all(names.map((name) => checked(example(name))));
    all = results.flatMap((result) => result.report.findings.map((finding) => ({ finding, result })));
  }, 120_000);

  it('violate their assertion, reordered ones too', () => {
    expect(all.some(({ finding }) => !finding.memory.includes('sc'))).toBe(true);
    for (const { finding, result } of all) {
      expect([finding.message, spin(renderPromela(result.race(finding.id)!))]).toEqual([
        finding.message,
        expect.stringContaining('assertion violated'),
      ]);
    }
  });

  it.each([
    [
      'a lock that is left held',
      '\t\tif (atomic_read(&inode->i_dio_count))\n\t\t\treturn -EAGAIN;',
      'assertion violated',
    ],
    ['a wait for oneself', '\t\tinode_dio_begin(inode);\n$&', 'invalid end state'],
  ])('end with %s', async (_, replacement, error) => {
    const text = diffOf('5.9', 'fs/xfs/xfs_file.c', [
      /(?<=if \(unaligned_io\) \{\n)\t\tinode_dio_wait\(inode\);/,
      replacement,
    ]);
    const result = await checked(text);
    const { id } = result.report.findings.find(({ property }) => property === 'P7')!;
    expect(spin(renderPromela(result.race(id)!))).toContain(error);
  });

  it('name the functions and the steps', () => {
    const { finding, result } = all.find((one) => one.finding.memory.includes('lkmm'))!;
    const text = renderPromela(result.race(finding.id)!);
    expect(text).toContain('The interleaving that was found:');
    expect(text).toMatch(/^S\d+: \/\* iomap_dio_rw\(\): inode_dio_begin\(inode\) \*\/ if$/m);
    expect(text).toMatch(/^byte i_dio_count = 0;$/m);
  });
});
