import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readLitmus } from '../../server/src/litmus/read.js';
import { fixture, judged, observe, testOf } from './variants.js';

/** A test with `code` in its one thread, whose first line is line 5. */
const withCode = (code: string, ending = 'exists (true)', initial = '{}'): string =>
  ['C one', initial, 'P0(int *x, int **p, spinlock_t *s)', '{', code, '}', ending, ''].join('\n');

const states = (text: string): readonly string[] => observe(text).states;

describe('a litmus file', () => {
  it('has a name, and comments of both kinds', () => {
    const text = [
      'C name+with.dots (* a comment (* in a comment *) *)',
      '"a string of the generator"',
      'Com=Rf Fr',
      '(* Result: Always *)',
      '{ x=2; }',
      'P0(int *x) // the only thread',
      '{',
      '\tint r0 = READ_ONCE((*x)); /* (*x) is C, not a comment */',
      '}',
      'exists (0:r0=2) (* good *)',
    ].join('\n');
    expect(testOf(text)).toMatchObject({
      name: 'name+with.dots',
      expected: { answer: 'Always', race: false },
    });
    expect(observe(text)).toMatchObject({ answer: 'Always', positive: 1, negative: 0, states: ['0:r0=2;'] });
  });

  it('may say that a data race is expected', () => {
    const before = `(* Result: Sometimes DATARACE *)\n${withCode('')}`;
    const inside = withCode('').replace('{}', '(*\n * Result: Sometimes DATARACE\n *)\n{}');
    for (const text of [before, inside]) {
      expect(testOf(text).expected).toEqual({ answer: 'Sometimes', race: true });
    }
  });

  it('gives variables and locals their values at the start', () => {
    const ending = 'locations [x; p; 0:r0; 0:r1; 0:r2] exists (true)';
    const initial = '{ int x=3; p=&y; [z]=1; int *q=z; 0:r2=7; atomic_t v = ATOMIC_INIT(4); spinlock_t s; }';
    const code = 'int *r0; int r1; r0 = READ_ONCE(*p); r1 = READ_ONCE(*r0);';
    expect(states(withCode(code, ending, initial))).toEqual(['0:r0=y; 0:r1=0; 0:r2=7; p=y; x=3;']);
  });

  it.each([
    ['exists (x=1)', 'Always'],
    ['exists ([x]=1 /\\ 0:r0=0)', 'Always'],
    ['exists (x=2 \\/ 0:r0=0)', 'Always'],
    ['exists (~(x=1))', 'Never'],
    ['exists (not x=1)', 'Never'],
    ['exists (x!=1)', 'Never'],
    ['exists (x=2 => 0:r0=5)', 'Always'],
    ['exists (0:r0=1:r1)', null],
    ['exists (p=x)', 'Never'],
    ['exists (p=0 /\\ false)', 'Never'],
    ['~exists (x=1)', 'Always'],
    ['forall (x=1)', 'Always'],
    ['forall (x=2)', 'Never'],
  ] as const)('%s is %s', (ending, answer) => {
    const text = withCode('int r0 = READ_ONCE(*x); WRITE_ONCE(*x, 1);', ending);
    if (answer === null) expect(readLitmus(text).kind).toBe('wrong');
    else expect(observe(text).answer).toBe(answer);
  });

  it('leaves out what its filter does not let through', () => {
    const filtered = fixture('MP').replace('exists', 'filter (1:r0=1)\nexists');
    expect(observe(fixture('MP'))).toMatchObject({ answer: 'Sometimes', positive: 1, negative: 3 });
    expect(observe(filtered)).toMatchObject({ answer: 'Sometimes', positive: 1, negative: 1 });
  });
});

describe('code', () => {
  it.each([
    ['int r0 = 1 + 2 * 3 - 4 / 2 % 2;', 7],
    ['int r0 = (1 << 3 | 1) ^ 8 & ~0;', 1],
    ['int r0 = !0 && (2 > 1 || 1 / 0);', 1],
    ['int r0 = -3 <= 0x10u == 1;', 1],
    ['int r0 = (int)(unsigned long)5;', 5],
    ['int r0 = 1; if (r0 == 2) r0 = 5; else if (r0) { r0 = 6; } else r0 = 7;', 6],
    ['int r0 = 0; for (int i = 0; i < 4; i++) r0 += i;', 6],
    ['int r0 = 5; while (r0 > 2) r0--;', 2],
    ['int r0 = 0; do { r0++; } while (r0 < 3);', 3],
    ['*x = 4; int r0 = *x + *x;', 8],
    ['WRITE_ONCE(*p, x); int *r1 = READ_ONCE(*p); *r1 = 9; int r0 = READ_ONCE(*x);', 9],
    ['r0 = 3;', 3],
    ['int r0 = -5 >> 1;', -3],
    ['int r0 = 3000000000 >> 1;', 1500000000],
    ['*p = x; *x = 8; int r0 = smp_load_acquire(*p);', 8],
    ['*p = x; smp_store_release(*p, 7); int r0 = READ_ONCE(**p);', 7],
    ['*p = x; atomic_add(2, *p); int r0 = atomic_read(*p);', 2],
  ])('%s leaves %i', (code, value) => {
    expect(states(withCode(code, 'exists (0:r0=0)'))).toEqual([`0:r0=${value};`]);
  });
});

describe('a wrong file', () => {
  it.each([
    ['', 1, 1, "not a litmus test in C: 'C' and a name expected"],
    ['AArch64 MP\n{}\n', 1, 1, "not a litmus test in C: 'C' and a name expected"],
    ['C x\n{}\nexists (x=1)\n', 3, 1, "P0 expected, found 'exists'"],
    ['C x\n{ (* }\n', 2, 3, 'this comment does not end'],
    ['C x\n{}\nP1(int *x)\n{\n}\nexists (x=1)\n', 3, 1, 'P0 expected, found P1'],
    [
      'C x\n{}\nP0(int x)\n{\n}\nexists (x=1)\n',
      3,
      8,
      'x of P0 is no pointer: parameters point to shared variables',
    ],
    [
      withCode('\tREAD_ONCE(*y);'),
      5,
      13,
      'y is not declared: declare a local, or add it to the parameters of P0',
    ],
    [withCode('\tREAD_ONCE(x);'), 5, 2, 'READ_ONCE() takes *x and not x'],
    [withCode('\tsmp_mb(1);'), 5, 2, 'smp_mb() has 1 arguments and takes 0'],
    [withCode('\tint r0 = 1'), 6, 1, "';' expected, found '}'"],
    [withCode('\tint r0;\n\tr0;'), 6, 2, 'this does nothing: a call or an assignment is expected'],
    [withCode('', 'exists (0:r0=1)'), 7, 9, 'P0 has no local r0'],
    [withCode('', 'exists (2:r0=1)'), 7, 9, 'there is no thread P2'],
    [withCode('', 'exists (z=1)'), 7, 9, 'no thread has a shared variable z'],
    [withCode('', 'exists (x=1'), 8, 1, "')' expected, found the end of the file"],
    [withCode('', 'exists (x=1) x'), 7, 14, "the end of the file expected, found 'x'"],
    [withCode('', ''), 8, 1, "'exists', '~exists' or 'forall' expected, found the end of the file"],
  ])('%j is wrong at line %i, column %i', (text, line, column, what) => {
    expect(readLitmus(text)).toEqual({ kind: 'wrong', what, place: { line, column } });
  });

  it('is never a reason to throw', () => {
    const pieces = fixture('MP').split(/(\b|\s)/);
    const damaged = fc
      .tuple(fc.nat(pieces.length), fc.nat(5), fc.string())
      .map(([at, count, text]) => pieces.toSpliced(at, count, text).join(''));
    fc.assert(
      fc.property(fc.oneof(damaged, fc.string()), (text) => {
        expect(['test', 'wrong', 'unsupported']).toContain(readLitmus(text).kind);
      }),
      { numRuns: 500 },
    );
  });
});

describe('what is not modelled', () => {
  it.each([
    ['synchronize_rcu();', 'synchronize_rcu()'],
    ['synchronize_rcu_expedited();', 'synchronize_rcu_expedited()'],
    ['int r0 = srcu_read_lock(s);', 'srcu_read_lock()'],
    ['call_rcu(x, x);', 'call_rcu()'],
    ['goto out;', 'the statement goto'],
    ['int r0 = x->next;', 'the operator ->'],
    ['int r0 = *x ? 1 : 2;', 'the operator ?:'],
    ['int r0[2];', 'the array r0[]'],
    ['__set_bit(0, x);', '__set_bit()'],
    ['set_bit(31, x);', 'set_bit() of anything but a number from 0 to 30'],
    ['int r1 = 1; r0 = test_bit(r1, x);', 'test_bit() of anything but a number from 0 to 30'],
    [
      'xor_unlock_is_negative_byte(128, x);',
      'xor_unlock_is_negative_byte() of anything but a number from 0 to 127',
    ],
    [
      'clear_bit_unlock_is_negative_byte(7, x);',
      'clear_bit_unlock_is_negative_byte() of anything but a number from 0 to 6',
    ],
    ['atomic_try_cmpxchg(x, s, 1);', 'atomic_try_cmpxchg() whose second argument is no &local'],
    ['atomic_try_cmpxchg(x, &s, 1);', 'atomic_try_cmpxchg() whose second argument is no &local'],
    ['wait_var_event(x, xchg(x, 0) == 1);', 'wait_var_event() on a condition that does more than read'],
    ['wait_event_killable(*x, READ_ONCE(*x) == 1);', 'wait_event_killable()'],
    ['wait_for_completion_killable(x);', 'wait_for_completion_killable()'],
    ['r0 = try_wait_for_completion(x);', 'try_wait_for_completion()'],
    ['r0 = completion_done(x);', 'completion_done()'],
    ['wake_up_process(x);', 'wake_up_process()'],
    ['wait_on_bit(x, 0, 2);', 'wait_on_bit()'],
  ])('%s is named, and no answer is given', (code, construct) => {
    expect(readLitmus(withCode(code))).toMatchObject({ kind: 'unsupported', name: 'one', construct });
  });

  it.each([
    ['int r0 = 3000000000 | 1;', 'the bits of a value that leaves the range of int (line 5, column 21)'],
    ['int r0 = 1 << 32;', 'a shift by 32 (line 5, column 12)'],
    [
      '*x = 3000000000; set_bit(0, x);',
      'the bits of a value that leaves the range of int (line 5, column 18)',
    ],
  ])('%s has no answer: int, unsigned int and long have different ones', (code, what) => {
    expect(judged(withCode(code))).toEqual({ kind: 'unsupported', what });
  });

  it.each(['rcu_read_lock(); rcu_read_unlock();'])('%s orders nothing without a grace period', (code) => {
    expect(states(withCode(code, 'exists (x=0)'))).toEqual(['x=0;']);
  });
});
