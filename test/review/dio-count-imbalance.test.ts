/** P6: one direct I/O alone, with each call that can fail failing in its turn. */

import { describe, expect, it } from 'vitest';
import type { ExploredRun } from '../../server/src/review/judge.js';
import { readTrace } from '../../server/src/review/timeline.js';
import { bundledEras } from '../../server/src/source/bundled.js';
import { eraCode, mutated, runs, said, scenario, type Mutation } from './code.js';
import { diffOf, report } from './patches.js';

const idOf = (fs: string, io: string): string => {
  const mount = fs === 'ext4' ? 'delalloc/failing-calls' : 'failing-calls';
  return `${fs}/${io}/${mount}/${io.endsWith('read') ? 'mapped' : 'unwritten'}`;
};

const DIRECT = ['dio-read', 'aio-dio-read', 'dio-write', 'aio-dio-write'];
const ALL = ['ext4', 'xfs'].flatMap((fs) => DIRECT.map((io) => idOf(fs, io)));
const [ASYNC, SYNC] = [true, false].map((aio) => ALL.filter((id) => id.includes('aio-') === aio)) as [
  string[],
  string[],
];
const unpatched = bundledEras().flatMap(({ id }) => ALL.map((one) => [id, one] as const));

/** No release from 4.8 on is known to lose count. */
describe('the releases', () => {
  it.each(unpatched)('%s %s: none', (era, id) => {
    expect(said(runs.run(eraCode(era), scenario(id)), 'P6')).toBe('none');
  });
});

const rw = { era: '5.15', path: 'fs/iomap/direct-io.c', function: '__iomap_dio_rw' } as const;
const complete = { ...rw, function: 'iomap_dio_complete' } as const;
const legacy = { era: '4.14', path: 'fs/direct-io.c', function: 'dio_complete' } as const;
const ext4Write = { era: '4.14', path: 'fs/ext4/inode.c', function: 'ext4_direct_IO_write' } as const;

const END = '\tinode_dio_end(file_inode(iocb->ki_filp));\n';
const WITHOUT_END: Mutation = { ...complete, find: END, replace: '' };
const BEGIN_BEFORE_FLUSH: Mutation = {
  ...rw,
  find: '\tret = filemap_write_and_wait_range(',
  replace: '\tinode_dio_begin(inode);\n\tret = filemap_write_and_wait_range(',
};

const dropped = (...then: string[]): Pick<Mutation, 'find' | 'replace'> => ({
  find: /\tinode_dio_begin\(inode\);\n([\s\S]*?)\tif \(!atomic_dec_and_test\(&dio->ref\)\) \{/,
  replace: `$1\t${then.join('\n\t')}\n\tif (!last) {`,
});
const LAST = 'bool last = atomic_dec_and_test(&dio->ref);';
const COUNT = 'inode_dio_begin(inode);';

type Row = readonly [what: string, mutation: Mutation, races: readonly string[], safe: readonly string[]];

const CHANGES: readonly Row[] = [
  ['no inode_dio_end()', WITHOUT_END, ALL, []],
  ['no inode_dio_begin()', { ...rw, find: '\tinode_dio_begin(inode);\n', replace: '' }, ALL, []],
  ['inode_dio_end() twice', { ...complete, find: END, replace: END + END }, ALL, []],
  [
    'inode_dio_begin() before the flush, which can fail',
    {
      ...BEGIN_BEFORE_FLUSH,
      find: /\tret = filemap_write_and_wait_range([\s\S]*?)\tinode_dio_begin\(inode\);\n/,
      replace: '\tinode_dio_begin(inode);\n\tret = filemap_write_and_wait_range$1',
    },
    ALL,
    [],
  ],
  // Nothing completes before the submitter's reference is dropped: AIO completes as soon as it is.
  ['inode_dio_begin() when the reference is dropped', { ...rw, ...dropped(LAST, COUNT) }, ASYNC, SYNC],
  ['inode_dio_begin() before the reference is dropped', { ...rw, ...dropped(COUNT, LAST) }, [], ALL],
  [
    'a completion that returns early where end_io failed',
    { ...complete, find: /(ret = dops->end_io\([^;]*;)/, replace: '$1\n\tif (ret)\n\t\treturn ret;' },
    // The second statement is not in the if: where the lookup failed, a read comes to it too.
    [
      ...['dio-write', 'dio-read'].flatMap((io) => [idOf('ext4', io), idOf('xfs', io)]),
      idOf('xfs', 'aio-dio-write'),
    ],
    [],
  ],
  [
    'an early return of fs/direct-io.c where the mapping failed',
    { ...legacy, find: /\tif \(dio->end_io\)/, replace: '\tif (ret < 0)\n\t\treturn ret;\n$&' },
    [idOf('ext4', 'dio-read'), idOf('ext4', 'dio-write')],
    [idOf('xfs', 'dio-write')],
  ],
  [
    'a completion that returns early where the bio failed',
    { ...complete, find: /\tssize_t ret = dio->error;\n/, replace: '$&\n\tif (ret)\n\t\treturn ret;\n' },
    [idOf('ext4', 'aio-dio-read'), idOf('xfs', 'aio-dio-write')],
    [],
  ],
  [
    'no inode_dio_end() in ext4_direct_IO_write()',
    { ...ext4Write, era: '4.10', find: '\tinode_dio_end(inode);\n', replace: '' },
    [idOf('ext4', 'dio-write'), idOf('ext4', 'aio-dio-write')],
    [idOf('ext4', 'dio-read')],
  ],
];

describe('a change for the worse', () => {
  it.each(CHANGES)('%s', (_, mutation, races, safe) => {
    const code = mutated(mutation);
    const verdicts = (ids: readonly string[]) =>
      ids.map((id) => `${id} ${said(runs.run(code, scenario(id)), 'P6')}`);
    expect(verdicts(races)).toEqual(races.map((id) => `${id} race`));
    expect(verdicts(safe)).toEqual(safe.map((id) => `${id} none`));
  });

  it('names the call that has to fail for it', () => {
    const code = mutated({
      ...complete,
      find: /(ret = dops->end_io\([^;]*;)/,
      replace: '$1\n\tif (ret)\n\t\treturn ret;',
    });
    const run = runs.run(code, scenario(idOf('ext4', 'dio-write'))) as ExploredRun;
    const { assumptions } = readTrace(run, 'P6', 'lkmm', 'f')!;
    expect(assumptions.join()).toMatch(/^\S.*\(.*\) fails in \w+\(\)$/);
  });
});

describe('a patch', () => {
  it('that drops inode_dio_end() has findings, and nothing else is said of its writers', async () => {
    const { findings, notModelled } = await report(diffOf('5.15', rw.path, [END, '']), { kernel: '6.1' });
    expect([...new Set(findings.map(({ rule }) => rule))]).toContain('dio-count-imbalance');
    expect(findings.map(({ message }) => message)).toContain(
      'a DIO read can now end without inode_dio_end(): i_dio_count stays at 1, and inode_dio_wait() waits for ever (ext4, delalloc, failing calls, mapped extent, 5.15-6.4)',
    );
    expect(notModelled).toEqual([]);
  });

  it.each(['inode->i_flags & S_QUIET', 'inode_is_quiet(inode)', '!inode_is_quiet(inode)', 'inode->i_quiet'])(
    'that counts on one condition and ends on the same has none: %s',
    async (condition) => {
      const when = `\tif (${condition})\n\t`;
      const text = diffOf('5.15', rw.path, [/\tinode_dio_begin\(inode\);/, `${when}$&`], [END, when + END]);
      const { findings } = await report(text, { kernel: '6.1' });
      expect(findings.filter(({ property }) => property === 'P6')).toEqual([]);
    },
  );

  it('that makes opposite mistakes on one line has a finding for each', async () => {
    const twice =
      'if (iov_iter_rw(iter) == WRITE) {\n\t\tinode_dio_begin(inode);\n\t\tinode_dio_begin(inode);\n\t}';
    const { findings } = await report(
      diffOf('5.15', 'fs/iomap/direct-io.c', ['inode_dio_begin(inode);', twice]),
      { kernel: '6.1' },
    );
    const said = findings.filter(({ property }) => property === 'P6').map(({ message }) => message);
    expect(said).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^a DIO read can now end with inode_dio_end\(\) called once more/),
        expect.stringMatching(/^a DIO write can now end without inode_dio_end\(\)/),
      ]),
    );
  });

  it('that moves inode_dio_end() to the end of the completion has none', async () => {
    const { findings } = await report(
      diffOf('5.15', rw.path, [END, ''], [/(ret \+= dio->done_before;\n)(\treturn ret;\n)/, `$1${END}$2`]),
      { kernel: '6.1' },
    );
    expect(findings).toEqual([]);
  });
});
