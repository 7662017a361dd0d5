import { describe, expect, it } from 'vitest';
import { Newest } from '../../client/src/newest.js';

describe('of runs for the same thing', () => {
  /** Runs that last until they are ended: their signals, in the order in which they began. */
  function runs() {
    const newest = new Newest();
    const begun: { readonly signal: AbortSignal; readonly end: (error?: Error) => void }[] = [];
    const start = (key: string): Promise<void> =>
      newest.run(
        key,
        (signal) =>
          new Promise((resolve, reject) => {
            begun.push({ signal, end: (error) => (error ? reject(error) : resolve()) });
          }),
      );
    return { begun, start, stopped: () => begun.map(({ signal }) => signal.aborted) };
  }

  it('the newest goes on, and the one before is stopped', async () => {
    const { begun, start, stopped } = runs();
    const [first, second] = [start('a'), start('a')];
    expect(stopped()).toEqual([true, false]);
    begun[0]!.end();
    await first;
    const third = start('a');
    expect(stopped()).toEqual([true, true, false]);
    for (const one of begun) one.end();
    await Promise.all([second, third]);
  });

  it('runs for other things are left alone, and so is one that has ended', async () => {
    const { begun, start, stopped } = runs();
    const all = [start('a'), start('b')];
    begun[0]!.end();
    await all[0];
    all.push(start('a'));
    expect(stopped()).toEqual([false, false, false]);
    for (const one of begun) one.end();
    await Promise.all(all);
  });

  it('one that fails says so and is over', async () => {
    const { begun, start, stopped } = runs();
    const first = start('a');
    begun[0]!.end(new Error('no'));
    await expect(first).rejects.toThrow('no');
    const second = start('a');
    expect(stopped()).toEqual([false, false]);
    begun[1]!.end();
    await second;
  });
});
