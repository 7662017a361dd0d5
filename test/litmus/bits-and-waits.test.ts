/** Bits of a word, waits and completions: what the kernel's documents promise of them, and what they do not. */

import { describe, expect, it } from 'vitest';
import type { MemoryModel } from '../../server/src/litmus/judge.js';
import { fixture, judged, observe } from './variants.js';

const PARAMETERS =
  'int *x, int *y, unsigned long *w, atomic_t *v, struct completion *c, wait_queue_head_t *q';

function litmus(threads: readonly string[], ending: string, initial = '{}'): string {
  const bodies = threads.map((code, index) => `P${index}(${PARAMETERS})\n{\n${code}\n}\n`);
  return ['C test', initial, ...bodies, ending, ''].join('\n');
}

/** Store buffering with `code` between the write and the read of both threads. */
const storeBuffering = (code: string, initial = 0): string =>
  fixture('SB')
    .replace(/\/\* slot \d \*\//g, code)
    .replace(/int \*y\)/g, 'int *y, unsigned long *w)')
    .replace('{}', `{ w=${initial}; }`);

/** Whether who sees the flag may miss the data. Bit 0 of the word is set at the start, and the count is 1. */
const messagePassing = (publish: string, consume: string, memory?: MemoryModel) =>
  observe(
    litmus(
      [`WRITE_ONCE(*x, 1); ${publish}`, `int r0 = 1; ${consume} int r1 = READ_ONCE(*x);`],
      'exists (1:r0=1 /\\ 1:r1=0)',
      '{ w=1; v=1; }',
    ),
    memory,
  ).answer;

/** Whether a write after `consume` may be seen by a read before `publish`. */
const loadBuffering = (publish: string, consume: string) =>
  observe(
    litmus(
      [`int r0 = READ_ONCE(*x); ${publish}`, `int r1 = 1; ${consume} WRITE_ONCE(*x, 1);`],
      'exists (0:r0=1 /\\ 1:r1=1)',
      '{ w=1; v=1; }',
    ),
  ).answer;

describe('operations on bits (Documentation/atomic_bitops.txt)', () => {
  it.each([
    ['set_bit(0, w);', 'Sometimes'],
    ['clear_bit(0, w);', 'Sometimes'],
    ['change_bit(0, w);', 'Sometimes'],
    ['test_bit(0, w);', 'Sometimes'],
    ['test_bit_acquire(0, w);', 'Sometimes'],
    ['set_bit(0, w); smp_mb__after_atomic();', 'Never'],
    ['smp_mb__before_atomic(); clear_bit(0, w);', 'Never'],
    ['smp_mb__before_atomic(); test_bit(0, w);', 'Sometimes'],
    ['test_and_set_bit(0, w);', 'Never'],
    ['test_and_clear_bit(0, w);', 'Never'],
    ['test_and_change_bit(0, w);', 'Never'],
    ['clear_bit_unlock(0, w);', 'Sometimes'],
    ['xor_unlock_is_negative_byte(1, w);', 'Sometimes'],
    ['clear_bit_unlock_is_negative_byte(0, w);', 'Sometimes'],
  ] as const)('between a write and a read, %s gives %s', (code, answer) => {
    for (const initial of [0, 1]) expect(observe(storeBuffering(code, initial)).answer).toBe(answer);
  });

  it.each([
    ['set_bit(0, w);', 'Never'],
    ['clear_bit_unlock(0, w);', 'Never'],
    ['test_and_set_bit(0, w);', 'Never'],
    ['test_bit(0, w);', 'Sometimes'],
  ] as const)('on x86 %s gives %s', (code, answer) => {
    expect(observe(storeBuffering(code), 'tso').answer).toBe(answer);
  });

  it.each([
    ['clear_bit_unlock(0, w);', 'r0 = !test_and_set_bit_lock(0, w);', 'Never'],
    ['xor_unlock_is_negative_byte(1, w);', 'r0 = !test_and_set_bit_lock(0, w);', 'Never'],
    ['clear_bit_unlock_is_negative_byte(0, w);', 'r0 = !test_and_set_bit_lock(0, w);', 'Never'],
    ['clear_bit(0, w);', 'r0 = !test_and_set_bit_lock(0, w);', 'Sometimes'],
    ['clear_bit_unlock(0, w);', 'r0 = !test_bit_acquire(0, w);', 'Never'],
    ['clear_bit_unlock(0, w);', 'r0 = !test_bit(0, w);', 'Sometimes'],
    ['clear_bit_unlock(0, w);', 'r0 = !test_bit(0, w); smp_rmb();', 'Never'],
    ['set_bit(1, w);', 'r0 = test_bit_acquire(1, w);', 'Sometimes'],
    ['smp_mb__before_atomic(); set_bit(1, w);', 'r0 = test_bit_acquire(1, w);', 'Never'],
    ['test_and_set_bit(1, w);', 'r0 = test_bit_acquire(1, w);', 'Never'],
    ['smp_wmb(); set_bit(1, w);', 'r0 = test_and_set_bit(1, w);', 'Never'],
    ['smp_wmb(); set_bit(1, w);', 'r0 = test_and_set_bit_lock(1, w);', 'Sometimes'],
    // The lock passes on what was released, although another bit of the word has changed in between.
    ['clear_bit_unlock(0, w); set_bit(2, w);', 'r0 = !test_and_set_bit_lock(0, w);', 'Never'],
  ] as const)('%s and then %s pass a message: %s', (publish, consume, answer) => {
    expect(messagePassing(publish, consume)).toBe(answer);
  });

  it.each([
    ['clear_bit_unlock(0, w);', 'r1 = !test_and_set_bit_lock(0, w);', 'Never'],
    ['clear_bit(0, w);', 'r1 = !test_and_set_bit_lock(0, w);', 'Sometimes'],
  ] as const)('%s and then %s keep a write behind a read: %s', (publish, consume, answer) => {
    expect(loadBuffering(publish, consume)).toBe(answer);
  });

  it.each([
    ['test_and_set_bit_lock(0, w);', 0, 'Sometimes'],
    ['test_and_set_bit_lock(0, w);', 1, 'Sometimes'],
    ['test_and_set_bit_lock(0, w); smp_mb__after_atomic();', 1, 'Sometimes'],
  ] as const)(
    '%s of a word that is %i gives %s: a lock that is taken is only looked at',
    (code, word, answer) => {
      expect(observe(storeBuffering(code, word)).answer).toBe(answer);
    },
  );

  it('make a lock of a bit: what is done under it does not race', () => {
    const critical = 'if (!test_and_set_bit_lock(3, w)) { *x = *x + 1; clear_bit_unlock(3, w); }';
    expect(observe(litmus([critical, critical], 'exists (x=0)'))).toMatchObject({
      answer: 'Never',
      race: false,
    });
    const relaxed = critical.replace('clear_bit_unlock', 'clear_bit');
    expect(observe(litmus([relaxed, relaxed], 'exists (true)')).race).toBe(true);
  });

  it.each([
    ['int r0 = test_bit(2, w);', 1, 5],
    ['int r0 = test_bit_acquire(1, w);', 0, 5],
    ['int r0 = test_and_set_bit(1, w);', 0, 7],
    ['int r0 = test_and_set_bit(0, w);', 1, 5],
    ['int r0 = test_and_clear_bit(2, w);', 1, 1],
    ['int r0 = test_and_clear_bit(1, w);', 0, 5],
    ['int r0 = test_and_change_bit(0, w);', 1, 4],
    ['int r0 = test_and_set_bit_lock(1, w);', 0, 7],
    ['int r0 = test_and_set_bit_lock(2, w);', 1, 5],
    ['int r0 = 0; set_bit(1, w); clear_bit(0, w); change_bit(3, w);', 0, 14],
    ['int r0 = 0; clear_bit_unlock(2, w);', 0, 1],
    ['int r0 = xor_unlock_is_negative_byte(6, w);', 0, 3],
    ['set_bit(7, w); int r0 = xor_unlock_is_negative_byte(5, w);', 1, 128],
    ['set_bit(7, w); int r0 = clear_bit_unlock_is_negative_byte(0, w);', 1, 132],
    ['int r0 = 0; set_bit(30, w);', 0, 2 ** 30 + 5],
  ])('%s leaves %i, and %i in the word', (code, result, word) => {
    const text = litmus([code], 'exists (0:r0=0 /\\ w=0)', '{ w=5; }');
    expect(observe(text).states).toEqual([`0:r0=${result}; w=${word};`]);
  });

  it('share the word: no bit is lost', () => {
    const text = litmus(['set_bit(0, w);', 'clear_bit(1, w);', 'set_bit(2, w);'], 'forall (w=5)', '{ w=2; }');
    expect(observe(text).answer).toBe('Always');
  });
});

describe('a wait (Documentation/memory-barriers.txt, SLEEP AND WAKE-UP FUNCTIONS)', () => {
  const finish = 'if (atomic_dec_and_test(v)) wake_up_var(v);';
  const drained = 'wait_var_event(v, atomic_read(v) == 0);';

  it.each([
    [finish, drained, 'Never'],
    ['if (atomic_fetch_dec_release(v) == 1) wake_up_var(v);', drained, 'Never'],
    ['atomic_dec(v); wake_up_var(v);', drained, 'Sometimes'],
    ['smp_mb__before_atomic(); atomic_dec(v); wake_up_var(v);', drained, 'Never'],
    [finish, 'wait_event(*q, atomic_read(v) == 0);', 'Never'],
    [finish, '', 'Sometimes'],
  ] as const)('%s and then %s keep the waiter’s write behind a read: %s', (publish, wait, answer) => {
    expect(loadBuffering(publish, wait)).toBe(answer);
  });

  it.each([
    [finish, drained, 'Sometimes'],
    [finish, `${drained} smp_rmb();`, 'Never'],
    [finish, 'wait_var_event(v, !atomic_read_acquire(v));', 'Never'],
    ['WRITE_ONCE(*y, 1); wake_up_var(y);', 'wait_var_event(y, smp_load_acquire(y));', 'Sometimes'],
    ['WRITE_ONCE(*y, 1); wake_up_all(q);', 'wait_event(*q, READ_ONCE(*y)); smp_rmb();', 'Sometimes'],
    ['smp_store_release(y, 1); wake_up(q);', 'wait_event(*q, READ_ONCE(*y)); smp_rmb();', 'Never'],
    ['clear_bit_unlock(0, w); wake_up_var(w);', 'wait_var_event(w, !test_bit_acquire(0, w));', 'Never'],
  ] as const)('%s and then %s pass a message: %s', (publish, wait, answer) => {
    expect(messagePassing(publish, wait)).toBe(answer);
  });

  it('has no barrier when it need not sleep, and waking nobody has none', () => {
    const code = (wait: string, wake: string) =>
      litmus(
        [
          `WRITE_ONCE(*x, 1); ${wait} int r0 = READ_ONCE(*y);`,
          `WRITE_ONCE(*y, 1); ${wake} int r0 = READ_ONCE(*x);`,
        ],
        'exists (0:r0=0 /\\ 1:r0=0)',
      );
    expect(observe(code('wait_var_event(v, atomic_read(v) == 0);', 'smp_mb();')).answer).toBe('Sometimes');
    expect(observe(code('smp_mb();', 'wake_up_var(v);')).answer).toBe('Sometimes');
    expect(observe(code('smp_mb();', 'smp_mb(); wake_up_var(v);')).answer).toBe('Never');
  });

  it('ends in every execution that counts', () => {
    const never = litmus(['wait_var_event(v, atomic_read(v) == 1);'], 'exists (true)');
    expect(observe(never)).toMatchObject({ positive: 0, negative: 0 });
    const twice = 'wait_var_event(v, atomic_read(v) == 0 || READ_ONCE(*y)); int r0 = READ_ONCE(*y);';
    const text = litmus([twice, 'WRITE_ONCE(*y, 1);'], 'exists (0:r0=1)', '{ v=1; }');
    expect(observe(text).states).toEqual(['0:r0=1;']);
  });

  it.each([
    ['*x = 1; smp_store_release(y, 1);', 'smp_load_acquire(y) || READ_ONCE(*x) == 7'],
    ['*x = 1; smp_store_release(y, 1);', 'smp_load_acquire(y) && READ_ONCE(*x)'],
    ['WRITE_ONCE(*x, 1); WRITE_ONCE(*y, 1);', 'READ_ONCE(*y) || READ_ONCE(*x) == 7'],
    ['WRITE_ONCE(*x, 1); smp_store_release(y, 1);', 'READ_ONCE(*x) && smp_load_acquire(y)'],
    ['WRITE_ONCE(*y, 1); smp_mb(); WRITE_ONCE(*x, 1); smp_mb(); WRITE_ONCE(*y, 2);', 'READ_ONCE(*y) == 2'],
  ])('after %s for %s shows what three looks show, races included', (writer, condition) => {
    const last = 'int r1 = READ_ONCE(*x);';
    const reader = `int r0 = 1; wait_var_event(y, ${condition}); ${last}`;
    const again = `if (!r0) { smp_mb(); r0 = ${condition}; }`;
    const looks = `int r0 = ${condition}; ${again} ${again} ${last}`;
    const ending = (filter: string) => `locations [1:r0; 1:r1; x; y] ${filter} exists (true)`;
    const waited = observe(litmus([writer, reader], ending('')));
    const looked = observe(litmus([writer, looks], ending('filter (1:r0=1)')));
    expect({ states: waited.states, race: waited.race }).toEqual({
      states: looked.states,
      race: looked.race,
    });
  });
});

describe('a wait that slept', () => {
  it('has looked before whatever comes after it', () => {
    const reader = 'wait_var_event(y, READ_ONCE(*y) || READ_ONCE(*x) == 7); WRITE_ONCE(*v, 1);';
    const after = litmus([reader, 'WRITE_ONCE(*y, 1); if (smp_load_acquire(v)) *x = 1;'], 'exists (x=1)');
    expect(observe(after)).toMatchObject({ answer: 'Sometimes', race: false });
    const atOnce = litmus([reader, 'WRITE_ONCE(*y, 1); *x = 1;'], 'exists (x=1)');
    expect(observe(atOnce).race).toBe(true);
  });
});

describe('a completion', () => {
  it.each([
    ['complete(c);', 'wait_for_completion(c);', 'Never'],
    ['complete_all(c);', 'wait_for_completion(c);', 'Never'],
    ['complete(c);', '', 'Sometimes'],
  ] as const)('%s and then %s pass a message: %s', (publish, consume, answer) => {
    expect(messagePassing(publish, consume)).toBe(answer);
    expect(loadBuffering(publish, consume)).toBe(answer);
  });

  it('passes plain data without a race', () => {
    const text = litmus(['*x = 1; complete(c);', 'wait_for_completion(c); int r0 = *x;'], 'exists (1:r0=0)');
    for (const memory of ['sc', 'tso', 'lkmm'] as const) {
      expect(observe(text, memory)).toMatchObject({ answer: 'Never', race: false });
    }
    const late = litmus(['complete(c); *x = 1;', 'wait_for_completion(c); int r0 = *x;'], 'exists (1:r0=0)');
    expect(observe(late)).toMatchObject({ answer: 'Sometimes', race: true });
  });

  it('passes on what an earlier one has released', () => {
    const text = litmus(
      [
        'WRITE_ONCE(*x, 1); complete(c);',
        'complete(c);',
        'wait_for_completion(c); wait_for_completion(c); int r0 = READ_ONCE(*x);',
      ],
      'exists (2:r0=0)',
    );
    expect(observe(text).answer).toBe('Never');
  });

  it('is no full barrier', () => {
    const thread = (own: string, other: string, code: string) =>
      `WRITE_ONCE(*${own}, 1); ${code} int r0 = READ_ONCE(*${other});`;
    const ending = 'exists (0:r0=0 /\\ 1:r0=0)';
    const answer = (code: string) =>
      observe(litmus([thread('x', 'y', code), thread('y', 'x', 'smp_mb();')], ending)).answer;
    expect(answer('complete(c);')).toBe('Sometimes');
    expect(answer('complete(c); smp_mb__after_atomic();')).toBe('Sometimes');
    expect(answer('complete(c); smp_mb();')).toBe('Never');
  });

  it('lets as many go as were told to, and all after complete_all()', () => {
    const waits = ['wait_for_completion(c);', 'wait_for_completion(c);'];
    const ends = (codes: readonly string[]) => observe(litmus([...codes, ...waits], 'exists (c=0)')).states;
    expect(ends(['complete(c);'])).toEqual([]);
    expect(ends(['complete(c);', 'complete(c);'])).toEqual(['c=0;']);
    expect(ends(['complete(c); complete(c); complete(c);'])).toEqual(['c=1;']);
    expect(ends(['complete_all(c);'])).toEqual([`c=${2 ** 32 - 1};`]);
    expect(ends(['complete_all(c); complete(c);'])).toEqual([`c=${2 ** 32 - 1};`]);
  });

  it('is set up by a plain write, which must be over before anybody uses it', () => {
    const races = (first: string) => observe(litmus([first, 'complete(c);'], 'exists (true)')).race;
    expect(races('init_completion(c);')).toBe(true);
    expect(races('reinit_completion(c);')).toBe(true);
    const published = 'int r0 = smp_load_acquire(y); if (r0) complete(c);';
    const text = litmus(['init_completion(c); smp_store_release(y, 1);', published], 'exists (true)');
    expect(observe(text).race).toBe(false);
    const alone = litmus(['complete(c); reinit_completion(c);'], 'exists (c=0)');
    expect(observe(alone).answer).toBe('Always');
  });

  it('that nobody completes has no execution in which the wait ends', () => {
    expect(judged(litmus(['wait_for_completion(c);'], 'exists (true)'))).toMatchObject({
      positive: 0,
      negative: 0,
    });
  });
});
