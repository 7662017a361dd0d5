import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { DIFF, dioOrdering, directoryWith, mail } from './command-line.js';

const dir = directoryWith({
  'introduced.patch': DIFF,
  'left.patch': DIFF,
  'fixed.patch': DIFF,
  'plain.patch': DIFF,
  'crash.patch': DIFF,
  'traversal.patch': DIFF.replaceAll('fs/iomap/direct-io.c', '../../etc/passwd'),
  'prose.txt': 'Looks good to me.\n',
  'empty.patch': '',
  'binary.patch': Uint8Array.from([0x7f, 0x45, 0x4c, 0x46, 0, 0, 1, 2]),
  'invalid-utf8.patch': Buffer.concat([Buffer.from(DIFF), Uint8Array.from([0xff, 0xfe, 0xc3, 0x28, 0x0a])]),
  'none/notes.md': 'nothing here\n',
  'series/0000-cover-letter.patch': 'From: A <a@example.org>\nSubject: [PATCH 0/2] cover\n\nText.\n',
  'series/0001-first.patch': mail(1, 2),
  'series/0002-second.patch': mail(2, 2),
  'series/.hidden.patch': DIFF,
  'mixed/b-is-first.eml': mail(1, 3),
  'mixed/a-is-last': mail(3, 3),
  'mixed/c-is-second.mbox': mail(2, 3),
  'mixed/picture.png': Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0, 0]),
  'only-prose/a.txt': 'no patch\n',
});
symlinkSync('/etc/hostname', join(dir.path, 'series', '0003-outside.patch'));
afterAll(() => dir.remove());

const at = (name: string) => join(dir.path, name);
const lines = (text: string) => text.trimEnd().split('\n');

describe('exit code of check', () => {
  it.each([
    ['introduced.patch', 'introduced', 1],
    ['introduced.patch', 'left', 1],
    ['introduced.patch', 'any', 1],
    ['left.patch', 'introduced', 0],
    ['left.patch', 'left', 1],
    ['left.patch', 'any', 1],
    ['fixed.patch', 'left', 0],
    ['fixed.patch', 'any', 1],
    ['plain.patch', 'any', 0],
  ] as const)('%s with --fail-on %s is %i', async (name, failOn, code) => {
    const ran = await dioOrdering(['check', at(name), '--fail-on', failOn]);
    expect([ran.code, ran.err]).toEqual([code, '']);
  });

  it('is 3 with one line for an internal error, and the stack only when debugging', async () => {
    const ran = await dioOrdering(['check', at('crash.patch')]);
    expect([ran.code, ran.out, lines(ran.err).length]).toEqual([3, '', 1]);
    expect(ran.err).toContain('internal error: state table full');
    const debugged = await dioOrdering(['check', at('crash.patch')], { env: { DIO_ORDERING_DEBUG: '1' } });
    expect(debugged.err).toMatch(/\n\s+at /);
  });

  it('is 2 with the reason when the analysis cannot be done as asked', async () => {
    const ran = await dioOrdering(['check', at('plain.patch'), '--kernel', '1.0']);
    expect(ran).toMatchObject({
      code: 2,
      out: '',
      err: 'dio-ordering: kernel 1.0 is not known: give 4.10 to 6.12\n',
    });
  });
});

describe('input that cannot be checked is one line and exit 2', () => {
  it.each([
    ['missing.patch', /no such file or directory/],
    ['empty.patch', /empty/],
    ['binary.patch', /binary/],
    ['prose.txt', /no diff/],
    ['none', /no patch in this directory/],
  ])('%s', async (name, what) => {
    const ran = await dioOrdering(['check', at(name)]);
    expect([ran.code, ran.out, lines(ran.err).length]).toEqual([2, '', 1]);
    expect(ran.err).toMatch(what);
    expect(ran.err).toContain(`dio-ordering: ${at(name)}: `);
  });

  it('a directory in which no file holds a diff', async () => {
    expect(await dioOrdering(['check', at('only-prose')])).toMatchObject({ code: 2, out: '' });
  });

  it('a path through a file', async () => {
    expect((await dioOrdering(['check', at('plain.patch/x')])).err).toContain('not a directory');
  });

  it('and does not keep the others from being checked', async () => {
    const ran = await dioOrdering(['check', at('missing.patch'), at('introduced.patch')]);
    expect(ran.code).toBe(2);
    expect(ran.err).toContain('missing.patch');
    expect(ran.out).toContain('INTRODUCED');
  });
});

describe('what check reads', () => {
  it('judges files that are named each on its own', async () => {
    const { asked } = await dioOrdering([
      'check',
      at('left.patch'),
      at('introduced.patch'),
      at('left.patch'),
    ]);
    expect(asked.files.map(({ file, series }) => [file, series])).toEqual([
      [at('left.patch'), undefined],
      [at('introduced.patch'), undefined],
    ]);
  });

  it('takes the patches of a directory as one series, without hidden files and links', async () => {
    const ran = await dioOrdering(['check', at('series')]);
    expect(ran.asked.files.map(({ file, series }) => [file, series])).toEqual([
      [at('series/0001-first.patch'), at('series')],
      [at('series/0002-second.patch'), at('series')],
    ]);
    expect(ran.code).toBe(0);
    expect(ran.err).toMatch(/^dio-ordering: .*0000-cover-letter.patch: no diff.*\n$/);
  });

  it('orders a directory by the index in the series, and knows a mail without an extension', async () => {
    const { asked } = await dioOrdering(['check', at('mixed')]);
    expect(asked.files.map(({ file }) => file)).toEqual(
      ['b-is-first.eml', 'c-is-second.mbox', 'a-is-last'].map((name) => at(`mixed/${name}`)),
    );
  });

  it.each([[['check', '-']], [['check']]])('%j reads stdin', async (args) => {
    const { asked, code } = await dioOrdering(args, { stdin: DIFF });
    expect([asked.files.map(({ file }) => file), code]).toEqual([['<stdin>'], 0]);
  });

  it('opens no path that stands in a patch', async () => {
    const ran = await dioOrdering(['check', at('traversal.patch')]);
    expect(ran.out + ran.err).not.toContain('root:');
    expect(ran.asked.files.map(({ file }) => file)).toEqual(
      [at('traversal.patch')].slice(0, ran.code === 0 ? 1 : 0),
    );
  });

  it('bytes that are no UTF-8', async () => {
    expect((await dioOrdering(['check', at('invalid-utf8.patch')])).code).toBe(0);
  });

  it('50 MB of text without a diff', async () => {
    const ran = await dioOrdering(['check', '-'], { stdin: 'All work and no play.\n'.repeat(2_400_000) });
    expect([ran.code, lines(ran.err).length]).toEqual([2, 1]);
  });

  it('a stream that never ends, up to the limit', async () => {
    expect(await dioOrdering(['check', '/dev/zero'])).toMatchObject({ code: 2, out: '' });
  });
});

describe('what check prints', () => {
  it('passes on what is silenced, and refuses a rule that there is not', async () => {
    const silenced = ['--silence', 'deadlock', '--silence', 'P2:a.patch'];
    const { asked } = await dioOrdering(['check', at('plain.patch'), '--all', '--stats', ...silenced]);
    expect(asked.options).toMatchObject({
      all: true,
      stats: true,
      silence: [
        { rule: 'deadlock', file: null },
        { rule: 'stale-page-cache', file: 'a.patch' },
      ],
    });
    const wrong = await dioOrdering(['check', at('plain.patch'), '--silence', 'deadlok']);
    expect([wrong.code, wrong.out, lines(wrong.err).length]).toEqual([2, '', 1]);
    expect(wrong.err).toMatch(/deadlok: no such rule: give one of stale-data-exposure, /);
  });

  it('passes the options on', async () => {
    const args = ['--kernel', '5.5', '--tree', dir.path, '--memory', 'tso', '--jobs', '3'];
    const { asked } = await dioOrdering(['check', at('plain.patch'), ...args]);
    expect(asked.options).toMatchObject({ kernel: '5.5', tree: dir.path, memory: 'tso', jobs: 3 });
  });

  it('asks for the kernel model of the patch itself by default', async () => {
    const { asked } = await dioOrdering(['check', at('plain.patch')]);
    expect(asked.options).toMatchObject({ kernel: null, tree: null, memory: 'lkmm' });
  });

  it.each([
    ['json', (out: string) => JSON.parse(out) as unknown],
    ['sarif', (out: string) => JSON.parse(out) as unknown],
    ['markdown', (out: string) => expect(out).toContain('## INTRODUCED: ')],
    ['text', (out: string) => expect(out).toContain('INTRODUCED: ')],
  ] as const)('%s alone to stdout', async (format, read) => {
    const ran = await dioOrdering(['check', at('introduced.patch'), '--format', format]);
    expect(ran.err).toBe('');
    read(ran.out);
  });

  it('the explanation in JSON only with --explain', async () => {
    const keys = async (...more: string[]) =>
      Object.keys(
        JSON.parse(
          (await dioOrdering(['check', at('left.patch'), '--format', 'json', ...more])).out,
        ) as object,
      );
    expect(await keys()).not.toContain('explanation');
    expect(await keys('--explain')).toContain('explanation');
  });

  it('fits the width of the terminal, of COLUMNS, else 100', async () => {
    const widest = async (around: Parameters<typeof dioOrdering>[1]) => {
      const { out } = await dioOrdering(['check', '--color', 'never', at('introduced.patch')], around);
      const drawn = lines(out).filter((line) => !line.includes(at('')));
      return Math.max(...drawn.map((line) => line.length));
    };
    expect(await widest({ terminal: 60 })).toBeLessThanOrEqual(60);
    expect(await widest({ terminal: 200, env: { COLUMNS: '72' } })).toBeLessThanOrEqual(72);
    const free = await widest({});
    expect(free).toBeGreaterThan(90);
    expect(free).toBeLessThanOrEqual(100);
  });

  it.each([
    ['a terminal', { terminal: 80 }, [], true],
    ['no terminal', {}, [], false],
    ['NO_COLOR', { terminal: 80, env: { NO_COLOR: '1' } }, [], false],
    ['an empty NO_COLOR', { terminal: 80, env: { NO_COLOR: '' } }, [], true],
    ['TERM=dumb', { terminal: 80, env: { TERM: 'dumb' } }, [], false],
    ['FORCE_COLOR', { env: { FORCE_COLOR: '1' } }, [], true],
    ['FORCE_COLOR=0', { terminal: 80, env: { FORCE_COLOR: '0' } }, [], false],
    ['NO_COLOR over FORCE_COLOR', { env: { NO_COLOR: '1', FORCE_COLOR: '1' } }, [], false],
    ['--color always over NO_COLOR', { env: { NO_COLOR: '1' } }, ['--color', 'always'], true],
    ['--color never', { terminal: 80 }, ['--color', 'never'], false],
  ] as const)('colours with %s: as asked', async (_, around, more, coloured) => {
    const { out } = await dioOrdering(['check', at('introduced.patch'), ...more], around);
    expect(out.includes('\u001b[')).toBe(coloured);
  });
});

describe('usage', () => {
  it('helps on stderr and exits 2 when nothing is named and stdin is a terminal', async () => {
    const ran = await dioOrdering(['check'], { terminal: 80 });
    expect([ran.code, ran.out]).toEqual([2, '']);
    expect(ran.err).toContain('Usage: dio-ordering check');
  });

  it('helps on stderr and exits 2 without a command', async () => {
    const ran = await dioOrdering([], { terminal: 80 });
    expect([ran.code, ran.out]).toEqual([2, '']);
    expect(ran.err).toContain('Usage: dio-ordering');
  });

  it('--help and --version go to stdout', async () => {
    expect(await dioOrdering(['--help'])).toMatchObject({ code: 0, err: '' });
    const { out, code } = await dioOrdering(['--version']);
    expect([out, code]).toEqual([expect.stringMatching(/^\d+\.\d+\.\d+\n$/), 0]);
  });

  it.each([
    [['check', '--fromat', 'json'], /unknown option '--fromat'/],
    [['check', '--format', 'xml'], /'xml' is invalid/],
    [['check', '--memory', 'c11'], /'c11' is invalid/],
    [['check', '--jobs', '0'], /'0' is invalid/],
    [['check', '--tree', '/nowhere/at/all'], /not a directory/],
    [['chekc', 'x'], /unknown command 'chekc'/],
    [['timeline', '--finding', 'x'], /missing required argument 'input'/],
    [['timeline', 'x'], /'--finding <id>' not specified/],
  ])('%j is one line and exit 2', async (args, what) => {
    const ran = await dioOrdering(args);
    expect([ran.code, ran.out, lines(ran.err).length]).toEqual([2, '', 1]);
    expect(ran.err).toMatch(what);
  });
});

describe('timeline', () => {
  it.each([
    ['text', /^LEFT: /],
    ['markdown', /^## LEFT: /],
    ['mail', /LEFT: /],
  ])('prints the one finding as %s', async (format, what) => {
    const ran = await dioOrdering([
      'timeline',
      at('left.patch'),
      '--finding',
      '77b0e913',
      '--format',
      format,
    ]);
    expect([ran.code, ran.err]).toEqual([0, '']);
    expect(ran.out).toMatch(what);
  });

  it('names the findings that there are when the id is none of them', async () => {
    const ran = await dioOrdering(['timeline', at('left.patch'), '--finding', 'ffff']);
    expect([ran.code, ran.out]).toEqual([2, '']);
    expect(ran.err).toContain('no finding ffff in it: give one of 77b0e913');
  });
});
