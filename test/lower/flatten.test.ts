import { argumentTexts, pureText } from '../../server/src/lower/evaluate.js';
import { takesUnknownLock } from '../../server/src/lower/guards.js';
import { describe, expect, it } from 'vitest';
import { flattened } from './c.js';
import { trace, type Answers } from './machine.js';

/** What the body of `f` calls, in order, with these answers. */
const calls = (body: string, answers: Answers = {}): string =>
  trace(flattened(`int f(struct inode *inode)\n{\n${body}\n}\n`), answers).join(' ');

describe('if, else and else if', () => {
  const chain = 'if (a()) x(); else if (b()) y(); else z();';
  it.each<[string, Answers, string]>([
    [chain, { 'a()': 1 }, 'a() x()'],
    [chain, { 'a()': 0, 'b()': 1 }, 'a() b() y()'],
    [chain, { 'a()': 0, 'b()': 0 }, 'a() b() z()'],
    ['if (!a()) x(); y();', { 'a()': 0 }, 'a() x() y()'],
    ['if (likely(a())) x();', { 'a()': 1 }, 'a() x()'],
    ['if (unlikely(!a())) x(); y();', { 'a()': 1 }, 'a() y()'],
  ])('%s with %o', (body, answers, expected) => {
    expect(calls(body, answers)).toBe(expected);
  });
});

describe('&& and || call only what C calls', () => {
  it.each<[string, Answers, string]>([
    ['if (a() && b()) x(); else y();', { 'a()': 0 }, 'a() y()'],
    ['if (a() && b()) x(); else y();', { 'a()': 1, 'b()': 0 }, 'a() b() y()'],
    ['if (a() || b()) x(); else y();', { 'a()': 1 }, 'a() x()'],
    ['if (a() && (b() || c())) x();', { 'a()': 1, 'b()': 0, 'c()': 1 }, 'a() b() c() x()'],
    ['if (!(a() && b())) x();', { 'a()': 0 }, 'a() x()'],
    ['bool ok = a() && b(); return ok;', { 'a()': 0 }, 'a() return 0'],
    ['bool ok = a() && b(); return ok;', { 'a()': 1, 'b()': 7 }, 'a() b() return 1'],
    ['return a() || b();', { 'a()': 0, 'b()': 0 }, 'a() b() return 0'],
    ['g(a() && b());', { 'a()': 0 }, 'a() g(a() && b())'],
  ])('%s with %o', (body, answers, expected) => {
    expect(calls(body, answers)).toBe(expected);
  });
});

describe('the conditional operator', () => {
  it.each<[string, Answers, string]>([
    ['int r = a() ? b() : c(); return r;', { 'a()': 1, 'b()': 5 }, 'a() b() return 5'],
    ['int r = a() ? b() : c(); return r;', { 'a()': 0, 'c()': 6 }, 'a() c() return 6'],
    ['return n ? 1 : 2;', { n: 0 }, 'return 2'],
    ['g(a() ? b() : c());', { 'a()': 0 }, 'a() c() g(a() ? b() : c())'],
  ])('%s with %o', (body, answers, expected) => {
    expect(calls(body, answers)).toBe(expected);
  });
});

describe('calls within calls', () => {
  it('run before the call that they are arguments of, from left to right', () => {
    expect(calls('f(g(a(), b()), c());')).toBe('a() b() g(a(), b()) c() f(g(a(), b()), c())');
  });

  it('keep the white space of the source out of what is shown', () => {
    expect(calls('f(a,\n\t\t/* the end */ b);')).toBe('f(a, /* the end */ b)');
  });
});

describe('loops', () => {
  it.each<[string, Answers, string]>([
    ['while (a()) x(); y();', { 'a()': [1, 1, 0] }, 'a() x() a() x() a() y()'],
    ['do { x(); } while (a()); y();', { 'a()': [1, 0] }, 'x() a() x() a() y()'],
    ['do { x(); } while (0); y();', {}, 'x() y()'],
    ['for (i = 0; i < 2; i++) x(); y();', {}, 'x() x() y()'],
    ['for (int i = 0; i < 2; ++i) x();', {}, 'x() x()'],
    ['for (a(); b(); c()) x();', { 'b()': [1, 0] }, 'a() b() x() c() b()'],
    ['for (;;) { if (a()) break; x(); } y();', { 'a()': [0, 1] }, 'a() x() a() y()'],
    ['for (;; c()) { if (a()) continue; break; }', { 'a()': [1, 0] }, 'a() c() a()'],
    [
      'while (a()) { if (b()) continue; x(); }',
      { 'a()': [1, 1, 0], 'b()': [1, 0] },
      'a() b() a() b() x() a()',
    ],
    ['do { if (b()) continue; x(); } while (a());', { 'a()': [1, 0], 'b()': [1, 0] }, 'b() a() b() x() a()'],
    ['while (a()) { while (b()) break; x(); }', { 'a()': [1, 0], 'b()': 1 }, 'a() b() x() a()'],
    ['list_for_each_entry(p, head, list) x(); y();', { list: [1, 0] }, 'x() y()'],
  ])('%s with %o', (body, answers, expected) => {
    expect(calls(body, { p: 0, head: 0, ...answers })).toBe(expected);
  });
});

describe('switch', () => {
  const body = 'switch (n) { case 1: x(); case 2: y(); break; default: z(); } end();';
  it.each<[string, number, string]>([
    [body, 1, 'x() y() end()'],
    [body, 2, 'y() end()'],
    [body, 3, 'z() end()'],
    ['switch (n) { default: z(); case 1: x(); } end();', 5, 'z() x() end()'],
    ['switch (n) { default: z(); case 1: x(); } end();', 1, 'x() end()'],
    ['switch (n) { case 1: case 2: x(); } end();', 1, 'x() end()'],
    ['switch (n) { case 1: x(); } end();', 9, 'end()'],
    ['while (n) { switch (n) { case 1: n = 0; continue; } x(); } end();', 1, 'end()'],
    ['switch (n) { case 1: { x(); break; } case 2: y(); } end();', 1, 'x() end()'],
  ])('%s on %d', (text, n, expected) => {
    expect(calls(text, { n })).toBe(expected);
  });

  it('asks for its value once', () => {
    expect(calls('switch (a()) { case 1: x(); break; case 2: y(); }', { 'a()': 2 })).toBe('a() y()');
  });
});

describe('goto and labels', () => {
  it.each<[string, Answers, string]>([
    ['if (a()) goto out; x();\nout:\n y(); return 0;', { 'a()': 1 }, 'a() y() return 0'],
    ['retry:\n x(); if (a()) goto retry; y();', { 'a()': [1, 0] }, 'x() a() x() a() y()'],
    ['x(); goto out; y();\nout:\n;', {}, 'x()'],
    ['for (;;) { for (;;) { x(); goto done; } }\ndone:\n y();', {}, 'x() y()'],
    ['if (a()) {\nout:\n y(); return 1; } x(); goto out;', { 'a()': 0 }, 'a() x() y() return 1'],
  ])('%s', (body, answers, expected) => {
    expect(calls(body, answers)).toBe(expected);
  });

  it('a goto to a label that the text does not have ends the function', () => {
    expect(calls('x(); goto elsewhere; y();')).toBe('x()');
  });
});

describe('assignments', () => {
  it.each<[string, Answers, string]>([
    ['int a = 4; a |= 3; return a;', {}, 'return 7'],
    ['int a = 7; a &= ~2; return a;', {}, 'return 5'],
    ['int a = 7; a += 2; a -= 1; return a;', {}, 'return 8'],
    ['int a = 1; a++; --a; ++a; return a;', {}, 'return 2'],
    ['int a, b; a = b = 3; return a + b;', {}, 'return 6'],
    ['int a; if ((a = b()) < 0) x(); return a;', { 'b()': -1 }, 'b() x() return -1'],
    ['int a = 1; return ++a;', {}, 'return 2'],
    ['int a = (b(), c()); return a;', { 'c()': 2 }, 'b() c() return 2'],
    ['int a = (int)b(); return a;', { 'b()': 3 }, 'b() return 3'],
  ])('%s', (body, answers, expected) => {
    expect(calls(body, answers)).toBe(expected);
  });

  it('the value of i++ itself is not known, but that i changed is', () => {
    expect(calls('int i = 1; return i++;')).toBe('return i++');
    expect(calls('int i = 1; i++; return i;')).toBe('return 2');
  });

  it('numbers are read as C reads them', () => {
    expect(calls('return 0x1fUL;')).toBe('return 31');
    expect(calls("return 'a';")).toBe("return 'a'");
  });

  it('octal ones too', () => {
    expect(calls('return 010;')).toBe('return 8');
    expect(calls('return 0;')).toBe('return 0');
  });
});

describe('designated initialisers', () => {
  const assigned = (body: string): readonly string[] =>
    flattened(`int f(void)\n{\n${body}\n}`).instructions.flatMap((one) =>
      one.kind === 'declare'
        ? [`${one.name}${one.zeroed ? ' zeroed' : ''}`]
        : one.kind === 'assign' && one.target.kind === 'field'
          ? [one.target.name]
          : [],
    );

  it('zero the object and then set the fields that they name', () => {
    expect(assigned('struct iomap_iter iter = { .pos = pos, .flags = IOMAP_DIRECT };')).toEqual([
      'iter zeroed',
      'pos',
      'flags',
    ]);
  });

  it('within each other reach the field of the field', () => {
    expect(assigned('struct a x = { .in = { .flag = 1 } };')).toEqual(['x zeroed', 'flag']);
  });

  it('make the calls that they hold', () => {
    expect(calls('struct iomap_iter iter = { .len = iov_iter_count(i) };', { i: 0 })).toBe(
      'iov_iter_count(i)',
    );
  });

  it('in a compound literal are set after all other fields of the target are zero', () => {
    expect(assigned('*dio = (struct iomap_dio) { .iocb = iocb, .in = { .flag = 1 } };')).toEqual([
      ...['iocb', 'flag'],
      ...['*', 'iocb', 'flag'],
    ]);
  });

  it('are as good as a zeroed allocation', () => {
    expect(assigned('struct iomap_dio *dio; dio = kzalloc(size, GFP_KERNEL); dio->ref = 1;')).toEqual([
      ...['dio', '*', 'ref'],
    ]);
    expect(assigned('struct iomap_dio *dio = kmalloc(size, GFP_KERNEL);')).toEqual(['dio']);
  });

  it('a declaration without initialiser begins an unknown object', () => {
    expect(assigned('struct iomap iomap; struct iomap srcmap = { 0 };')).toEqual(['iomap', 'srcmap zeroed']);
  });
});

describe('a guard', () => {
  it.each([
    'guard(inode_shared)(inode);',
    'scoped_guard(inode_shared, inode)',
    'scoped_cond_guard(rwsem_read_try, return -EAGAIN, &s)',
    'CLASS(inode_shared, held)(inode);',
  ])('%s takes a lock that nobody here knows, and is kept as it stands', (head) => {
    const unread = flattened(`int f(void)\n{\n${head}\n\t{ a(); }\n}`).instructions.filter(
      (one) => one.kind === 'unread',
    );
    expect(unread.map((one) => takesUnknownLock(one.text))).toEqual([true]);
  });

  it.each([
    ['guard(rwsem_read)(&inode->i_rwsem); a();', 'down_read(&inode->i_rwsem) a() up_read(&inode->i_rwsem)'],
    ['guard(rwsem_write)(&s); return a();', 'down_write(&s) a() up_write(&s)'],
    ['{ guard(rwsem_read)(&s); a(); } b();', 'down_read(&s) a() up_read(&s) b()'],
    [
      'guard(rwsem_read)(&s); guard(rwsem_read)(&t); a();',
      'down_read(&s) down_read(&t) a() up_read(&t) up_read(&s)',
    ],
    ['guard(spinlock)(&lock); a();', 'a()'],
    ['scoped_guard(rwsem_write, &s) { a(); } b();', 'down_write(&s) a() up_write(&s) b()'],
    ['scoped_guard(rwsem_read, &s)\n\ta();\nb();', 'down_read(&s) a() up_read(&s) b()'],
    ['scoped_guard(rwsem_read, &s)\n\tret = a();\nb();', 'down_read(&s) a() up_read(&s) b()'],
    ['scoped_guard(rwsem_read, &s)\n\t*ret = a();\nb();', 'down_read(&s) a() up_read(&s) b()'],
    ['scoped_guard(rwsem_read, &s)\n\treturn a();\nb();', 'down_read(&s) a() up_read(&s)'],
    ['switch (x) { case 1: scoped_guard(rwsem_read, &s) a(); }', 'down_read(&s) a() up_read(&s)'],
    ['scoped_guard(mutex, &m) { a(); } b();', 'a() b()'],
    ['scoped_guard(rwsem_read, &s) { goto out; } out: b();', 'down_read(&s) up_read(&s) up_read(&s) b()'],
    ['guard(rwsem_read)(&s); goto out; out: b();', 'down_read(&s) b() up_read(&s)'],
    ['while (x) { guard(rwsem_read)(&s); break; } b();', 'down_read(&s) up_read(&s) up_read(&s) b()'],
    ['scoped_guard(rwsem_read, &s) { break; } b();', 'down_read(&s) up_read(&s) b()'],
  ])('%s makes %s', (body, expected) => {
    const made = flattened(`int f(void)\n{\n${body}\n}`).instructions.flatMap((one) =>
      one.kind === 'call' && one.callee.kind === 'name'
        ? [`${one.callee.name}(${argumentTexts(one.args).join()})`]
        : [],
    );
    const untilReturn = made.slice(0, expected.split(' ').length);
    expect(untilReturn.join(' ')).toBe(expected);
  });
});

describe('a scoped guard is the whole branch of an if', () => {
  const guard = 'scoped_guard(rwsem_read, &s)';
  const cond = 'scoped_cond_guard(rwsem_read_try, return -EAGAIN, &s)';
  it.each([
    [`if (x) ${guard} { a(); } b();`, 'b()'],
    [`if (x) ${guard} a(); else b();`, 'b()'],
    [`if (x) b(); else ${guard} r = a();`, `${guard} a() ${guard}`],
    [`if (x) b(); else ${cond} r = a();`, `unread: ${cond.replace('return -EAGAIN', '_')} a()`],
  ])('%s makes %s where x is false', (body, expected) => {
    expect(calls(body, { x: 0 })).toBe(expected);
  });
});

describe('a variable with a cleanup', () => {
  const made = (declaration: string) =>
    flattened(`int f(struct xfs_inode *ip)\n{\n${declaration}\n\ta();\n}`).instructions.flatMap((one) =>
      one.kind === 'unread' ? [one.text] : one.kind === 'assign' ? [`${pureText(one.target)} =`] : [],
    );

  it.each(['__free(kfree)', '__free(fput)', '__cleanup(put_page)'])('%s orders nothing', (cleanup) => {
    expect(made(`\tstruct foo *p ${cleanup} = ip;`)).toEqual(['p =']);
  });

  it.each(['__free(xfs_iunlock_shared)', '__cleanup(end)'])('%s is kept, as it may be a lock', (cleanup) => {
    expect(made(`\tstruct foo *p ${cleanup} = ip;`)).toEqual([cleanup, 'p =']);
    expect(takesUnknownLock(cleanup)).toBe(true);
  });
});

describe('({ ... }) of GNU C', () => {
  it.each<[string, Answers, string]>([
    ['return ({ int r = a(); b(); r; });', { 'a()': 3 }, 'a() b() return 3'],
    ['if (({ int r = a(); !r; })) x();', { 'a()': 0 }, 'a() x()'],
    ['({ if (a()) x(); });', { 'a()': 0 }, 'a()'],
  ])('%s with %o', (body, answers, expected) => {
    expect(calls(body, answers)).toBe(expected);
  });
});

describe('an option of the build', () => {
  const both = 'x();\n#ifdef CONFIG_FS_DAX\n a();\n#else\n b();\n#endif\n y();';
  const only = 'x();\n#if IS_ENABLED(CONFIG_QUOTA)\n a();\n#endif\n y();';
  it.each<[string, string, number, string]>([
    [both, 'CONFIG_FS_DAX', 1, 'x() a() y()'],
    [both, 'CONFIG_FS_DAX', 0, 'x() b() y()'],
    [only, 'IS_ENABLED(CONFIG_QUOTA)', 1, 'x() a() y()'],
    [only, 'IS_ENABLED(CONFIG_QUOTA)', 0, 'x() y()'],
  ])('is on or off: %j, %s = %d', (body, option, on, expected) => {
    expect(calls(body, { [option]: on })).toBe(expected);
  });

  const three = 'x();\n#if A\n a();\n#elif B\n b();\n#else\n c();\n#endif\n y();';
  it('is the first of several', () => {
    expect(calls(three, { A: 1 })).toBe('x() a() y()');
  });

  it('runs the text of #elif or that of its #else', () => {
    expect(['x() b() y()', 'x() c() y()']).toContain(calls(three, { A: 0, B: 1 }));
  });
});

describe('what is not read as C', () => {
  it('is kept as it stands, and what stands around it is read', () => {
    expect(calls('a();\n{ = inode_dio_begin(inode) }\n b();')).toMatch(
      /^a\(\) unread: .*inode_dio_begin\(inode\).* b\(\)$/,
    );
  });

  it('comments, empty statements and types of its own are no instructions', () => {
    expect(calls('/* why */ ; struct local { int a; }; enum { A, B }; x();')).toBe('x()');
  });

  it.each([
    ['a statement expression', 'int x = ({ inode_dio_begin(inode); 1; });'],
    ['the index of an array', 'p = pages[inode_dio_begin(inode)];'],
    ['a positional initialiser', 'struct s x = { inode_dio_begin(inode) };'],
    ['a compound literal', 'g((struct s){ .a = inode_dio_begin(inode) });'],
  ])('keeps the calls within %s', (_, body) => {
    const all = trace(flattened(`int f(struct inode *inode)\n{\n${body}\n}\n`));
    expect(all.some((one) => /^(?:unread: .*)?inode_dio_begin\(inode\)/.test(one))).toBe(true);
  });

  it('reads nrpages on the right of && only where C comes to it', () => {
    expect(calls('bool x = a && mapping->nrpages;', { a: 0, mapping: 0 })).toBe('');
  });
});

describe('fields that are shared state', () => {
  it.each<[string, Answers, string]>([
    ['if (mapping->nrpages) x();', { 'mapping->nrpages': 1 }, 'mapping->nrpages x()'],
    ['if (page->mapping != inode->i_mapping) x();', { 'page->mapping != inode->i_mapping': 0 }, 'x()'],
    ['if (folio->mapping == mapping) x();', { 'folio->mapping == mapping': 1 }, 'x()'],
    ['if (!page->mapping) x();', { 'page->mapping': 0 }, 'x()'],
    ['if (page->mapping == NULL) x();', { 'page->mapping == NULL': 0 }, 'x()'],
    ['if (page->mapping != NULL) x();', { 'page->mapping != NULL': 1 }, 'x()'],
    ['if (inode->i_size) x();', { 'inode->i_size': 1 }, 'inode->i_size x()'],
    ['if (VFS_I(ip)->i_size) x();', { 'VFS_I(ip)->i_size': 1 }, 'VFS_I(ip)->i_size x()'],
  ])('are read by a call of their own: %s', (body, answers, expected) => {
    expect(calls(body, answers)).toMatch(new RegExp(`${expected.replace(/[()]/g, '\\$&')}$`));
    expect(calls(body, answers)).toContain(Object.keys(answers)[0]!);
  });
});

describe('i_size', () => {
  it('is written by a call of its own, whichever way C writes it', () => {
    const { instructions } = flattened('void f(struct inode *inode)\n{\n\tinode->i_size = 4096;\n}');
    expect(instructions[0]).toMatchObject({
      kind: 'call',
      callee: { name: 'i_size_write' },
      args: [{ name: 'inode' }, { value: 4096 }],
    });
  });

  it('of a direct I/O is a copy that the path has', () => {
    expect(calls('if (dio->i_size) x();', { 'dio->i_size': 1 })).toBe('x()');
  });
});

describe('places', () => {
  it('every instruction stands on its line of the source', () => {
    const { instructions } = flattened('int f(void)\n{\n\ta();\n\tif (b())\n\t\tc();\n\treturn 0;\n}');
    const lines = instructions.flatMap((one) => (one.kind === 'call' ? [one.site.origin.line] : []));
    expect(lines).toEqual([3, 4, 5]);
  });
});
