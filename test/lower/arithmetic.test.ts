import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { constant } from '../../server/src/kernel/constants.js';
import {
  ABSENT,
  bits,
  ERROR,
  flagNames,
  flags,
  int,
  knownBits,
  pointer,
  POSITIVE,
  NONZERO,
  truth,
  UNKNOWN,
  ZERO,
  type Value,
} from '../../server/src/kernel/value.js';
import { binary, negate, not, seenBits, withoutFlags } from '../../server/src/lower/arithmetic.js';

const A = flags('A');
const AB = flags('A', 'B');
const YES = int(1);
const NO = ZERO;
const FUNCTION: Value = { kind: 'function', name: 'ext4_get_block' };

describe('flag sets', () => {
  it.each<[string, Value, Value, Value]>([
    ['|', A, flags('B'), AB],
    ['|', flags('B'), A, AB],
    ['|', A, A, A],
    ['|', ZERO, A, A],
    ['|', UNKNOWN, A, bits(['A'], [])],
    ['|', bits([], ['A', 'B']), A, bits(['A'], ['B'])],
    ['|', UNKNOWN, ZERO, UNKNOWN],
    ['&', AB, A, A],
    ['&', AB, flags('C'), ZERO],
    ['&', ZERO, UNKNOWN, ZERO],
    ['&', UNKNOWN, A, UNKNOWN],
    ['&', bits(['A'], ['B']), AB, A],
    ['&', bits([], ['A']), A, ZERO],
    ['&', bits(['A'], []), AB, NONZERO],
    ['==', bits(['A'], []), flags('B'), NO],
    ['==', bits(['A'], []), A, UNKNOWN],
    ['==', A, A, YES],
    ['==', A, flags('B'), NO],
    ['!=', A, AB, YES],
    ['==', AB, flags('B', 'A'), YES],
    ['==', A, ZERO, NO],
    ['==', A, UNKNOWN, UNKNOWN],
  ])('%s of %o and %o is %o', (op, left, right, expected) => {
    expect(binary(op, left, right)).toEqual(expected);
  });

  it('lose what & ~ takes away, and nothing else', () => {
    expect(withoutFlags(AB, ['A'])).toEqual(flags('B'));
    expect(withoutFlags(AB, ['C'])).toEqual(AB);
    expect(withoutFlags(A, ['A'])).toEqual(ZERO);
    expect(withoutFlags(UNKNOWN, ['A'])).toEqual(bits([], ['A']));
    expect(withoutFlags(bits(['A', 'B'], []), ['A'])).toEqual(bits(['B'], ['A']));
  });

  it('composite flags of ext4 are the bits that they stand for', () => {
    const create = constant('EXT4_GET_BLOCKS_CREATE')!;
    expect(binary('&', constant('EXT4_GET_BLOCKS_IO_CREATE_EXT')!, create)).toEqual(create);
    expect(binary('&', create, constant('EXT4_GET_BLOCKS_UNWRIT_EXT')!)).toEqual(ZERO);
  });
});

describe('comparisons', () => {
  it.each<[string, Value, Value, Value]>([
    ['<', ERROR, ZERO, YES],
    ['>=', ERROR, ZERO, NO],
    ['==', ERROR, ZERO, NO],
    ['==', ERROR, int(-16), UNKNOWN],
    ['==', ERROR, POSITIVE, NO],
    ['>', POSITIVE, ZERO, YES],
    ['<=', POSITIVE, ZERO, NO],
    ['<', POSITIVE, int(5), UNKNOWN],
    ['==', POSITIVE, int(5), UNKNOWN],
    ['==', NONZERO, ZERO, NO],
    ['<', NONZERO, ZERO, UNKNOWN],
    ['==', ABSENT, ZERO, YES],
    ['!=', pointer('inode'), ZERO, YES],
    ['==', pointer('inode'), pointer('inode'), YES],
    ['==', pointer('inode'), pointer('file'), NO],
    ['==', FUNCTION, FUNCTION, YES],
    ['==', FUNCTION, { kind: 'function', name: 'ext4_get_block_unwritten' }, NO],
    ['<', int(-5), ZERO, YES],
    ['<', UNKNOWN, ZERO, UNKNOWN],
  ])('%s of %o and %o is %o', (op, left, right, expected) => {
    expect(binary(op, left, right)).toEqual(expected);
  });
});

describe('truth', () => {
  it.each<[Value, Value]>([
    [ZERO, YES],
    [ABSENT, YES],
    [int(-16), NO],
    [ERROR, NO],
    [POSITIVE, NO],
    [NONZERO, NO],
    [A, NO],
    [FUNCTION, NO],
    [UNKNOWN, UNKNOWN],
  ])('! of %o is %o', (value, expected) => {
    expect(not(value)).toEqual(expected);
  });

  it.each<[string, Value, Value, Value]>([
    ['&&', ZERO, UNKNOWN, NO],
    ['&&', UNKNOWN, ZERO, NO],
    ['&&', POSITIVE, UNKNOWN, UNKNOWN],
    ['&&', POSITIVE, A, YES],
    ['||', UNKNOWN, POSITIVE, YES],
    ['||', ZERO, UNKNOWN, UNKNOWN],
    ['||', ZERO, ABSENT, NO],
  ])('%s of %o and %o is %o', (op, left, right, expected) => {
    expect(binary(op, left, right)).toEqual(expected);
  });

  it.each<[Value, Value]>([
    [int(16), int(-16)],
    [POSITIVE, ERROR],
    [flags('EDQUOT'), ERROR],
    [UNKNOWN, UNKNOWN],
    [NONZERO, UNKNOWN],
  ])('- of %o is %o', (value, expected) => {
    expect(negate(value)).toEqual(expected);
  });
});

describe('numbers', () => {
  it('a counter is followed as far as 16 and then unknown, so that loops have few states', () => {
    expect(binary('+', int(15), int(1))).toEqual(int(16));
    expect(binary('+', int(16), int(1))).toEqual(UNKNOWN);
    expect(binary('+', int(4096), int(4096))).toEqual(int(8192));
  });

  /** What C computes in 64 bits, or null for what is no number there. */
  const COMPUTE: Readonly<Record<string, (a: bigint, b: bigint) => bigint | boolean>> = {
    '+': (a, b) => a + b,
    '-': (a, b) => a - b,
    '*': (a, b) => a * b,
    '|': (a, b) => a | b,
    '&': (a, b) => a & b,
    '<<': (a, b) => a << b,
    '>>': (a, b) => a >> b,
    '==': (a, b) => a === b,
    '!=': (a, b) => a !== b,
    '<': (a, b) => a < b,
    '<=': (a, b) => a <= b,
    '>': (a, b) => a > b,
    '>=': (a, b) => a >= b,
  };
  const neverWrong = (numbers: fc.Arbitrary<number>, bits: number): void => {
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(COMPUTE)), numbers, numbers, (op, a, b) => {
        const [left, right] = [a, /<<|>>/.test(op) ? Math.abs(b) % bits : b];
        const value = binary(op, int(left), int(right));
        const expected = Number(COMPUTE[op]!(BigInt(left), BigInt(right)));
        expect(value.kind !== 'int' || value.value === expected).toBe(true);
      }),
      { numRuns: 2000, seed: 5 },
    );
  };

  it('are right or unknown, never wrong, as large as offsets within a few pages', () => {
    neverWrong(fc.integer({ min: -(2 ** 30), max: 2 ** 30 }), 31);
  });

  it('are known at the end of a range without one: LLONG_MAX >> PAGE_SHIFT', () => {
    const last = binary('>>', int(Number.MAX_SAFE_INTEGER), int(12));
    expect(binary('<=', int(0), last)).toEqual(int(1));
  });

  it('are not cut to 31 bits by >>, | and &', () => {
    neverWrong(fc.maxSafeInteger(), 64);
  });
});

/** Concrete numbers that an abstract value may stand for. */
function standsFor(value: Value): readonly number[] {
  switch (value.kind) {
    case 'int':
      return [value.value];
    case 'positive':
      return [1, 2, 4096];
    case 'nonzero':
      return [-5, 1, 7];
    case 'error':
      return [-1, -16, -529];
    case 'absent':
      return [0];
    default:
      return [-5, 0, 1, 7];
  }
}

describe('what is known of bits', () => {
  const BITS: Readonly<Record<string, number>> = { A: 1, B: 2, C: 4 };
  const numbers = [...Array(8).keys()];
  const names = fc.subarray(Object.keys(BITS));
  const value = fc.oneof(
    names.map((set) => flags(...set)),
    fc.tuple(names, names).map(([set, clear]) =>
      bits(
        set,
        clear.filter((name) => !set.includes(name)),
      ),
    ),
    fc.constant(NONZERO),
  );

  /** Whether a value says nothing that is wrong of a number. */
  function isOf(known: Value, number: number): boolean {
    const { set, clear, others } = knownBits(known);
    const all = set.every((name) => number & BITS[name]!) && clear.every((name) => !(number & BITS[name]!));
    const word = set.reduce((sum, name) => sum | BITS[name]!, 0);
    return all && (!others || word === number) && (truth(known) ?? number !== 0) === (number !== 0);
  }

  it('holds of every number that the operands may stand for', () => {
    fc.assert(
      fc.property(value, value, names, fc.boolean(), (left, right, mask, way) => {
        const word = mask.reduce((sum, name) => sum | BITS[name]!, 0);
        for (const a of numbers.filter((number) => isOf(left, number))) {
          expect(isOf(withoutFlags(left, mask), a & ~word)).toBe(true);
          const seen = seenBits(left, mask, way);
          if (seen !== null && ((a & word) !== 0) === way) expect(isOf(seen, a)).toBe(true);
          for (const b of numbers.filter((number) => isOf(right, number))) {
            expect(isOf(binary('|', left, right), a | b)).toBe(true);
            expect(isOf(binary('&', left, right), a & b)).toBe(true);
            expect(truth(binary('==', left, right)) ?? a === b).toBe(a === b);
          }
        }
      }),
      { numRuns: 600, seed: 5 },
    );
  });

  it('is all of it where all bits are', () => {
    expect(flagNames(binary('&', bits(['A'], ['B']), AB))).toEqual(['A']);
  });
});

describe('what is known of a result', () => {
  it('holds for every number that the operands may stand for', () => {
    const value = fc.constantFrom<Value>(int(0), int(1), int(-16), POSITIVE, NONZERO, ERROR, ABSENT, UNKNOWN);
    const compute: Readonly<Record<string, (a: number, b: number) => boolean>> = {
      '==': (a, b) => a === b,
      '!=': (a, b) => a !== b,
      '<': (a, b) => a < b,
      '<=': (a, b) => a <= b,
      '>': (a, b) => a > b,
      '>=': (a, b) => a >= b,
      '&&': (a, b) => a !== 0 && b !== 0,
      '||': (a, b) => a !== 0 || b !== 0,
    };
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(compute)), value, value, (op, left, right) => {
        const result = binary(op, left, right);
        if (result.kind !== 'int') return;
        for (const a of standsFor(left))
          for (const b of standsFor(right)) expect(Number(compute[op]!(a, b))).toBe(result.value);
      }),
      { numRuns: 600, seed: 3 },
    );
  });
});
