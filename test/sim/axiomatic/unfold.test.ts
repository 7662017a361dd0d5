import { describe, expect, it } from 'vitest';
import { NO_SOURCES } from '../../../server/src/sim/axiomatic/event.js';
import { LIMITS } from '../../../server/src/sim/axiomatic/executions.js';
import type { Cpu, Thread } from '../../../server/src/sim/axiomatic/thread.js';
import { unfold } from '../../../server/src/sim/axiomatic/unfold.js';

/** atomic_inc(x), as often as said. */
const increments =
  (times: number): Thread =>
  (cpu) => {
    for (let i = 0; i < times; i++) increment(cpu);
    return { kind: 'ended', registers: new Map() };
  };

function increment(cpu: Cpu): void {
  const value = cpu.observe('x');
  const common = { location: 'x', part: 'rmw', address: NO_SOURCES, control: NO_SOURCES } as const;
  const read = cpu.emit({ ...common, kind: 'read', value, order: 'noreturn' });
  cpu.emit({ ...common, kind: 'write', value: Number(value) + 1, order: 'once', data: [read] });
}

/** What the first access of the first thread may return. */
function firstValues(...threads: readonly Thread[]): unknown[] {
  const unfolded = unfold({ threads, initial: new Map([['x', 0]]) }, LIMITS);
  if (unfolded.kind === 'stuck') throw new Error(unfolded.why);
  const first = unfolded.threads[0]!.map(({ events }) => {
    const event = events[0]!;
    return event.kind === 'read' ? event.value : null;
  });
  return [...new Set(first)].sort();
}

describe('a read', () => {
  it('may return what as many increments make as there are', () => {
    expect(firstValues(increments(1), increments(1))).toEqual([0, 1, 2]);
    expect(firstValues(increments(1), increments(2), increments(1))).toEqual([0, 1, 2, 3, 4]);
  });

  it('may return what another thread writes without computing it', () => {
    const write: Thread = (cpu) => {
      const none = { address: NO_SOURCES, data: NO_SOURCES, control: NO_SOURCES };
      cpu.emit({ kind: 'write', location: 'x', value: 7, order: 'once', part: 'none', ...none });
      return { kind: 'ended', registers: new Map() };
    };
    expect(firstValues(increments(1), write)).toEqual([0, 1, 7, 8]);
  });
});
