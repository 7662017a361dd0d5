import { describe, expect, it } from 'vitest';
import { callBuiltin } from '../../server/src/lower/builtins.js';
import { int, ONE, UNKNOWN, ZERO } from '../../server/src/kernel/value.js';

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

describe('a warning', () => {
  it('is of what does not happen, unless the path is known to come to it', () => {
    expect(callBuiltin('WARN_ON_ONCE', [UNKNOWN])).toEqual(ZERO);
    expect(callBuiltin('WARN_ON', [ONE])).toEqual(ONE);
    expect(callBuiltin('WARN_ON', [int(-5)])).toEqual(int(-5));
  });
});
