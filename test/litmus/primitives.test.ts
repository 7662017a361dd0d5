import { describe, expect, it } from 'vitest';
import { fixture, judged, observe } from './variants.js';

/** Store buffering with `code` between the write and the read of both threads. */
const storeBuffering = (code: string): string =>
  fixture('SB')
    .replace(/\/\* slot \d \*\//g, code)
    .replace(/int \*y\)/g, 'int *y, int *z)');

/** Threads over x, y, z, a lock and a pointer. */
function litmus(threads: readonly string[], ending: string): string {
  const bodies = threads.map(
    (code, index) =>
      `P${index}(int *x, int *y, int *z, int **p, spinlock_t *s, spinlock_t *t)\n{\n${code}\n}\n`,
  );
  return ['C test', '{}', ...bodies, ending, ''].join('\n');
}

describe('an atomic operation between a write and a read', () => {
  it.each([
    ['atomic_add_return(1, z);', 'Never'],
    ['atomic_fetch_inc(z);', 'Never'],
    ['xchg(z, 1);', 'Never'],
    ['atomic_cmpxchg(z, 0, 1);', 'Sometimes'],
    ['atomic_dec_and_test(z);', 'Never'],
    ['atomic_add_negative(1, z);', 'Never'],
    ['atomic_add_unless(z, 1, 5);', 'Never'],
    ['atomic_add_unless(z, 1, 0);', 'Sometimes'],
    ['smp_store_mb(*z, 1);', 'Never'],
    ['atomic_inc(z);', 'Sometimes'],
    ['atomic_add_return_relaxed(1, z);', 'Sometimes'],
    ['atomic_fetch_add_acquire(1, z);', 'Sometimes'],
    ['atomic_fetch_sub_release(1, z);', 'Sometimes'],
    ['atomic_add_return_acquire(1, z); atomic_add_return_release(1, z);', 'Sometimes'],
    ['smp_mb__before_atomic(); atomic_inc(z);', 'Never'],
    ['atomic_inc(z); smp_mb__after_atomic();', 'Never'],
    ['smp_mb__after_atomic(); atomic_inc(z);', 'Sometimes'],
    ['smp_mb__before_atomic(); atomic_set(z, 1);', 'Sometimes'],
    ['smp_mb__before_atomic(); cmpxchg_relaxed(z, 7, 1);', 'Never'],
    ['int r = 0; atomic_try_cmpxchg(z, &r, 0);', 'Never'],
    ['int r = 0; try_cmpxchg_relaxed(z, &r, 0);', 'Sometimes'],
    ['int r = 7; atomic_try_cmpxchg(z, &r, 0);', 'Sometimes'],
    ['atomic_inc_not_zero(z);', 'Sometimes'],
    ['atomic_dec_if_positive(z);', 'Sometimes'],
    ['atomic_inc_unless_negative(z);', 'Never'],
    ['atomic_dec_unless_positive(z);', 'Never'],
    ['atomic_fetch_add_unless(z, 1, 5);', 'Never'],
    ['smp_mb__before_atomic(); atomic_inc_not_zero(z);', 'Sometimes'],
    ['atomic64_add_return(1, z);', 'Never'],
    ['atomic_long_inc_unless_negative(z);', 'Never'],
    ['atomic_long_inc(z);', 'Sometimes'],
  ] as const)('%s gives %s', (code, answer) => {
    expect(observe(storeBuffering(code)).answer).toBe(answer);
  });

  it.each(['atomic_inc(z);', 'atomic_add_return_relaxed(1, z);', 'cmpxchg(z, 7, 1);'])(
    '%s is full on x86',
    (code) => {
      expect(observe(storeBuffering(code), 'tso').answer).toBe('Never');
    },
  );

  it.each(['atomic_inc_not_zero(z);', 'atomic_add_unless(z, 1, 0);'])(
    '%s is no more than a read on x86 when it adds nothing',
    (code) => {
      expect(observe(storeBuffering(code), 'tso').answer).toBe('Sometimes');
    },
  );

  it('that gives no value back is no read for smp_rmb()', () => {
    const answer = (code: string) =>
      observe(
        litmus(
          ['WRITE_ONCE(*x, 1); smp_wmb(); WRITE_ONCE(*y, 1);', `${code} smp_rmb(); r1 = READ_ONCE(*x);`],
          'exists (y=2 /\\ 1:r1=0)',
        ),
      ).answer;
    expect(answer('atomic_inc(y);')).toBe('Sometimes');
    expect(answer('r0 = atomic_fetch_inc_relaxed(y);')).toBe('Never');
  });

  it('fails without any order: a compare-and-exchange that finds another value', () => {
    expect(observe(storeBuffering('cmpxchg(z, 7, 1);')).answer).toBe('Sometimes');
  });
});

describe('the value of an atomic operation', () => {
  it.each([
    ['int r0 = atomic_add_return(3, x);', 8, 8],
    ['int r0 = atomic_fetch_add(3, x);', 5, 8],
    ['int r0 = atomic_sub_return_relaxed(3, x);', 2, 2],
    ['int r0 = atomic_fetch_andnot(4, x);', 5, 1],
    ['int r0 = atomic_fetch_or_acquire(2, x);', 5, 7],
    ['int r0 = atomic_fetch_xor_release(1, x);', 5, 4],
    ['int r0 = atomic_sub_and_test(5, x);', 1, 0],
    ['int r0 = atomic_inc_and_test(x);', 0, 6],
    ['int r0 = atomic_add_negative(-6, x);', 1, -1],
    ['int r0 = atomic_xchg(x, 2);', 5, 2],
    ['int r0 = cmpxchg(x, 5, 9);', 5, 9],
    ['int r0 = cmpxchg(x, 4, 9);', 5, 5],
    ['int r0 = atomic_add_unless(x, 2, 5);', 0, 5],
    ['int r0 = atomic_add_unless(x, 2, 4);', 1, 7],
    ['int r0 = atomic_read(x); atomic_set(x, 6);', 5, 6],
    ['int r0 = 0; atomic_and(4, x); atomic_dec(x);', 0, 3],
    ['int r1 = 5; int r0 = atomic_try_cmpxchg(x, &r1, 9);', 1, 9],
    ['int r1 = 4; int r0 = atomic_try_cmpxchg_acquire(x, &r1, 9);', 0, 5],
    ['int r0 = 4; atomic_try_cmpxchg(x, &r0, 9);', 5, 5],
    ['int r0 = 5; try_cmpxchg_release(x, &r0, 9);', 5, 9],
    ['int r0 = atomic_fetch_add_unless(x, 2, 4);', 5, 7],
    ['int r0 = atomic_fetch_add_unless(x, 2, 5);', 5, 5],
    ['int r0 = atomic_inc_not_zero(x);', 1, 6],
    ['atomic_set(x, 0); int r0 = atomic_inc_not_zero(x);', 0, 0],
    ['int r0 = atomic_dec_if_positive(x);', 4, 4],
    ['atomic_set(x, 0); int r0 = atomic_dec_if_positive(x);', -1, 0],
    ['int r0 = atomic_inc_unless_negative(x);', 1, 6],
    ['atomic_set(x, -1); int r0 = atomic_inc_unless_negative(x);', 0, -1],
    ['int r0 = atomic_dec_unless_positive(x);', 0, 5],
    ['atomic_set(x, 0); int r0 = atomic_dec_unless_positive(x);', 1, -1],
    ['int r0 = atomic64_sub_return(2, x);', 3, 3],
    ['int r0 = atomic_long_read(x); atomic_long_set(x, 2);', 5, 2],
  ])('%s leaves %i, and %i in memory', (code, result, memory) => {
    const text = litmus([code], 'exists (0:r0=0 /\\ x=0)').replace('{}', '{ x=5; }');
    expect(observe(text).states).toEqual([`0:r0=${result}; x=${memory};`]);
  });

  it('counts every increment, however many threads there are', () => {
    const text = litmus(
      ['atomic_inc(x);', 'atomic_inc(x); atomic_inc(x);', 'atomic_inc(x);'],
      'forall (x=4)',
    );
    expect(observe(text)).toMatchObject({ answer: 'Always', states: ['x=4;'] });
  });

  it('is lost when reading and writing are two steps', () => {
    const add = 'int r0 = READ_ONCE(*x); WRITE_ONCE(*x, r0 + 1);';
    expect(observe(litmus([add, add], 'exists (x=1)')).states).toEqual(['x=1;', 'x=2;']);
  });
});

describe('spinlocks', () => {
  const critical = (lock: string, code: string) => `spin_lock(${lock}); ${code} spin_unlock(${lock});`;
  const add = 'r0 = READ_ONCE(*x); WRITE_ONCE(*x, r0 + 1);';

  it.each(['sc', 'tso', 'lkmm'] as const)('exclude each other under %s', (memory) => {
    const text = litmus([critical('s', add), critical('s', add), critical('s', add)], 'forall (x=3)');
    expect(observe(text, memory)).toMatchObject({ answer: 'Always', positive: 6 });
    const different = litmus([critical('s', add), critical('t', add)], 'exists (x=1)');
    expect(observe(different, memory).answer).toBe('Sometimes');
  });

  it('cannot be taken twice: there is no such execution', () => {
    expect(observe(litmus(['spin_lock(s); spin_lock(s);'], 'exists (true)'))).toMatchObject({
      positive: 0,
      negative: 0,
    });
  });

  it('that nobody drops keep everybody out, but those that only try', () => {
    const text = litmus(
      ['spin_lock(s);', 'r0 = spin_trylock(s); r1 = spin_is_locked(s);'],
      'exists (1:r0=0 /\\ 1:r1=0)',
    );
    expect(observe(text).states).toEqual(['1:r0=0; 1:r1=1;']);
    expect(observe(litmus(['spin_lock(s);', 'r0 = spin_trylock(s);'], 'exists (1:r0=1)')).answer).toBe(
      'Never',
    );
  });

  it('that are dropped without being held are no test', () => {
    expect(judged(litmus(['spin_unlock(s);'], 'exists (true)'))).toEqual({
      kind: 'unsupported',
      what: 'a lock is dropped that is not held (line 5, column 1)',
    });
  });

  it('order two critical sections of one thread for others only after smp_mb__after_unlock_lock()', () => {
    const twice = (between: string) =>
      `spin_lock(s); WRITE_ONCE(*x, 1); spin_unlock(s); spin_lock(t); ${between} r0 = READ_ONCE(*y); spin_unlock(t);`;
    const other = 'WRITE_ONCE(*y, 1); smp_mb(); r0 = READ_ONCE(*x);';
    const answer = (between: string) =>
      observe(litmus([twice(between), other], 'exists (0:r0=0 /\\ 1:r0=0)')).answer;
    expect(answer('')).toBe('Sometimes');
    expect(answer('smp_mb__after_unlock_lock();')).toBe('Never');
    expect(answer('smp_mb__after_spinlock();')).toBe('Never');
  });
});

describe('dependencies', () => {
  const publish = 'WRITE_ONCE(*x, 1); rcu_assign_pointer(*p, x);';
  const pointing = (text: string) => text.replace('{}', '{ p=z; }');

  it('carry from a pointer to what it points to', () => {
    const consume = 'int *r0 = rcu_dereference(*p); int r1 = READ_ONCE(*r0);';
    expect(observe(pointing(litmus([publish, consume], 'exists (1:r0=x /\\ 1:r1=0)'))).answer).toBe('Never');
    const other = 'int *r0 = rcu_dereference(*p); int r1 = READ_ONCE(*x);';
    expect(observe(pointing(litmus([publish, other], 'exists (1:r0=x /\\ 1:r1=0)'))).answer).toBe(
      'Sometimes',
    );
  });

  it('of control end with the arm, and do not order reads', () => {
    const loadBuffering = (code: string) =>
      litmus([code, 'r0 = READ_ONCE(*y); smp_mb(); WRITE_ONCE(*x, 1);'], 'exists (0:r0=1 /\\ 1:r0=1)');
    const answer = (code: string) => observe(loadBuffering(code)).answer;
    expect(answer('r0 = READ_ONCE(*x); if (r0 == 1) WRITE_ONCE(*y, 1);')).toBe('Never');
    expect(answer('r0 = READ_ONCE(*x); if (r0 == 1) ; WRITE_ONCE(*y, 1);')).toBe('Sometimes');
    expect(answer('r0 = READ_ONCE(*x); while (r0 == 1) { WRITE_ONCE(*y, 1); r0 = 2; } r0 = r0 / 2;')).toBe(
      'Never',
    );
  });

  it('go on through the variable that a thread writes and reads or writes again', () => {
    const answer = (code: string) =>
      observe(
        litmus([code, 'r1 = READ_ONCE(*y); smp_mb(); WRITE_ONCE(*z, 1);'], 'exists (0:r0=1 /\\ 1:r1=2)'),
      ).answer;
    const read = 'r0 = READ_ONCE(*z);';
    expect(answer(`${read} WRITE_ONCE(*y, r0); WRITE_ONCE(*y, 2);`)).toBe('Never');
    expect(answer(`${read} WRITE_ONCE(*x, r0); WRITE_ONCE(*y, 2);`)).toBe('Sometimes');
    expect(answer(`${read} WRITE_ONCE(*x, r0); r1 = smp_load_acquire(x); WRITE_ONCE(*y, 2);`)).toBe('Never');
    expect(answer(`${read} WRITE_ONCE(*x, 1); r1 = smp_load_acquire(x); WRITE_ONCE(*y, 2);`)).toBe(
      'Sometimes',
    );
    expect(answer(`${read} WRITE_ONCE(*x, r0); r1 = READ_ONCE(*x); WRITE_ONCE(*y, r1 + 1);`)).toBe('Never');
  });

  it('may not make a value out of nothing', () => {
    const copy = (from: string, to: string) => `r0 = READ_ONCE(*${from}); WRITE_ONCE(*${to}, r0);`;
    for (const memory of ['sc', 'tso', 'lkmm'] as const) {
      expect(observe(litmus([copy('x', 'y'), copy('y', 'x')], 'exists (0:r0=0)'), memory).answer).toBe(
        'Always',
      );
    }
    const plain = (from: string, to: string) => `r0 = *${from}; *${to} = r0;`;
    expect(observe(litmus([plain('x', 'y'), plain('y', 'x')], 'exists (0:r0=0)')).answer).toBe('Always');
  });

  it('on a condition alone may let two plain writes be the reason for each other', () => {
    const when = (from: string, to: string, value: number) =>
      `r0 = *${from}; if (r0 == ${value}) *${to} = ${value};`;
    const test = (value: number) =>
      litmus([when('x', 'y', value), when('y', 'x', value)], `exists (0:r0=${value})`);
    expect(observe(test(42))).toMatchObject({ answer: 'Sometimes', race: true });
    const marked = (from: string, to: string) =>
      `r0 = READ_ONCE(*${from}); if (r0 == 42) WRITE_ONCE(*${to}, 42);`;
    expect(observe(litmus([marked('x', 'y'), marked('y', 'x')], 'exists (0:r0=42)')).answer).toBe('Never');
  });
});

describe('plain accesses', () => {
  const publish = (flag: string) => `*x = 1; ${flag}`;

  it('race unless something orders them', () => {
    const reader = 'r0 = READ_ONCE(*y); smp_rmb(); if (r0 == 1) r1 = *x;';
    const ending = 'exists (1:r0=1 /\\ 1:r1=0)';
    const wrong = litmus([publish('WRITE_ONCE(*y, 1);'), `int r1 = 2; ${reader}`], ending);
    expect(observe(wrong)).toMatchObject({ answer: 'Sometimes', race: true });
    const right = litmus(
      [publish('smp_store_release(y, 1);'), 'int r1 = 2; r0 = smp_load_acquire(y); if (r0 == 1) r1 = *x;'],
      ending,
    );
    expect(observe(right)).toMatchObject({ answer: 'Never', race: false });
  });

  it('come in the order that a release and an acquire give them', () => {
    const first = '*x = 1; smp_store_release(y, 1);';
    const text = litmus([first, 'r0 = smp_load_acquire(y); if (r0 == 1) *x = 2;'], 'exists (1:r0=1 /\\ x=1)');
    expect(observe(text)).toMatchObject({ answer: 'Never', race: false });
    expect(observe(litmus(['*x = 1;', '*x = 2;'], 'exists (x=1)'))).toMatchObject({
      answer: 'Sometimes',
      race: true,
    });
  });

  it('through a pointer come before what smp_wmb() keeps behind them, and so does the read of the pointer', () => {
    const write = (barrier: string) =>
      `int *r0 = rcu_dereference(*p); *r0 = 1; ${barrier} WRITE_ONCE(*y, 1);`;
    const other = 'r1 = READ_ONCE(*y); smp_mb(); WRITE_ONCE(*p, x);';
    const answer = (barrier: string) =>
      observe(litmus([write(barrier), other], 'exists (0:r0=x /\\ 1:r1=1)').replace('{}', '{ p=z; }')).answer;
    expect(answer('smp_wmb();')).toBe('Never');
    expect(answer('')).toBe('Sometimes');
  });

  it('do not race under a lock', () => {
    const count = 'spin_lock(s); *x = *x + 1; spin_unlock(s);';
    expect(observe(litmus([count, count], 'forall (x=2)'))).toMatchObject({ answer: 'Always', race: false });
    expect(observe(litmus(['*x = *x + 1;', '*x = *x + 1;'], 'forall (x=2)'))).toMatchObject({
      answer: 'Sometimes',
      race: true,
    });
  });
});

describe('a release', () => {
  const publish = 'WRITE_ONCE(*x, 1); smp_store_release(y, 1);';
  const consume = 'r0 = smp_load_acquire(y); r1 = READ_ONCE(*x);';
  const answer = (between: string) =>
    observe(litmus([publish, between, consume], 'exists (1:r0=1 /\\ 2:r0=2 /\\ 2:r1=0)')).answer;

  it('is passed on by atomic operations on the same variable, by other writes to it not', () => {
    expect(answer('r0 = atomic_fetch_inc_relaxed(y);')).toBe('Never');
    expect(answer('r0 = READ_ONCE(*y); WRITE_ONCE(*y, r0 + 1);')).toBe('Sometimes');
  });
});

describe('a loop', () => {
  it('goes round as often as what was read says', () => {
    const reader =
      'int r1 = 0; r0 = READ_ONCE(*x); for (int i = 0; i < r0; i++) r1 += 2; WRITE_ONCE(*y, r1);';
    const text = litmus(['WRITE_ONCE(*x, 3);', reader], 'exists (1:r0=0 /\\ y=0)');
    expect(observe(text).states).toEqual(['1:r0=0; y=0;', '1:r0=3; y=6;']);
  });
});

describe('what has no answer', () => {
  it('is a test whose loop does not end in every execution', () => {
    const text = litmus(['while (READ_ONCE(*x) == 0) ;', 'WRITE_ONCE(*x, 1);'], 'exists (true)');
    expect(judged(text)).toMatchObject({ kind: 'unfinished' });
    expect(judged(litmus(['while (1) ;'], 'exists (true)'))).toMatchObject({ kind: 'unfinished' });
  });

  it('is a test with too many executions', () => {
    const writes = [1, 2, 3, 4]
      .map((value) => `WRITE_ONCE(*x, ${value}); WRITE_ONCE(*y, ${value});`)
      .join(' ');
    expect(judged(litmus([writes, writes, writes], 'exists (true)'))).toMatchObject({ kind: 'unfinished' });
  });

  it('is a read through what is no pointer, and arithmetic on an address', () => {
    const through = litmus(['int *r0 = READ_ONCE(*p); int r1 = READ_ONCE(*r0);'], 'exists (true)');
    expect(judged(through)).toEqual({
      kind: 'unsupported',
      what: '0 is used as a pointer (line 5, column 35)',
    });
    const guarded = litmus(['int *r0 = READ_ONCE(*p); if (r0) WRITE_ONCE(*r0, 1);'], 'exists (x=1)');
    expect(observe(guarded).answer).toBe('Never');
    expect(judged(litmus(['int r0 = x + 1;'], 'exists (true)'))).toMatchObject({ kind: 'unsupported' });
  });
});
