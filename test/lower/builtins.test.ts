import { describe, expect, it } from 'vitest';
import { callBuiltin } from '../../server/src/lower/builtins.js';
import { int, UNKNOWN } from '../../server/src/kernel/value.js';

describe('macros that round', () => {
  it.each([
    ['round_down', 2048, 4096, 0],
    ['round_down', -1, 4096, -4096],
    ['rounddown_64', 8191, 4096, 4096],
    ['round_up', 2048, 4096, 4096],
    ['roundup_64', 4096, 4096, 4096],
    ['DIV_ROUND_UP', 4097, 4096, 2],
    ['IS_ALIGNED', 2048, 4096, 0],
    ['IS_ALIGNED', -4096, 2048, 1],
  ])('%s(%i, %i) is %i', (name, value, by, expected) => {
    expect(callBuiltin(name, [int(value), int(by)])).toEqual(int(expected));
  });

  it('say nothing of what is not known', () => {
    expect(callBuiltin('round_down', [UNKNOWN, int(4096)])).toEqual(UNKNOWN);
    expect(callBuiltin('IS_ALIGNED', [int(4096), UNKNOWN])).toEqual(UNKNOWN);
  });
});
