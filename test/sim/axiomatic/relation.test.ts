import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Relation } from '../../../server/src/sim/axiomatic/relation.js';

type Pairs = readonly (readonly [number, number])[];

/** Relations over up to 70 events: rows of one word, of two and of three. */
const SIZES = [3, 31, 32, 33, 70] as const;
const sized = fc.constantFrom(...SIZES).chain((size) => {
  const pairs = fc.array(fc.tuple(fc.nat(size - 1), fc.nat(size - 1)), { maxLength: 2 * size });
  return fc.tuple(fc.constant(size), pairs, pairs);
});

function relation(size: number, pairs: Pairs): Relation {
  const made = Relation.empty(size);
  for (const [from, to] of pairs) made.add(from, to);
  return made;
}

const pairsOf = (made: Relation): Set<string> => {
  const pairs = new Set<string>();
  made.forEach((from, to) => pairs.add(`${from} ${to}`));
  return pairs;
};

const named = (pairs: Pairs): Set<string> => new Set(pairs.map(([from, to]) => `${from} ${to}`));

/** The composition, pair by pair. */
const composed = (left: Pairs, right: Pairs): Pairs =>
  left.flatMap(([from, middle]) =>
    right.filter(([start]) => start === middle).map(([, to]) => [from, to] as const),
  );

describe('a relation', () => {
  it('is a set of pairs', () => {
    fc.assert(
      fc.property(sized, ([size, left, right]) => {
        const [a, b] = [relation(size, left), relation(size, right)];
        expect(pairsOf(a)).toEqual(named(left));
        expect(pairsOf(a.or(b))).toEqual(named([...left, ...right]));
        expect(pairsOf(a.and(b))).toEqual(new Set([...named(left)].filter((pair) => named(right).has(pair))));
        expect(pairsOf(a.minus(b))).toEqual(
          new Set([...named(left)].filter((pair) => !named(right).has(pair))),
        );
        expect(pairsOf(a.inverse())).toEqual(named(left.map(([from, to]) => [to, from] as const)));
        expect(a.isEmpty).toBe(left.length === 0);
      }),
    );
  });

  it('is composed with another one through what is between', () => {
    fc.assert(
      fc.property(sized, ([size, left, right]) => {
        expect(pairsOf(relation(size, left).then(relation(size, right)))).toEqual(
          named(composed(left, right)),
        );
      }),
    );
  });

  it('has a closure that contains it, is transitive, and no smaller one does', () => {
    fc.assert(
      fc.property(sized, ([size, pairs]) => {
        const closure = relation(size, pairs).plus();
        let expected = relation(size, pairs);
        for (let grown = 0; grown !== pairsOf(expected).size;) {
          grown = pairsOf(expected).size;
          expected = expected.or(expected.then(expected));
        }
        expect(pairsOf(closure)).toEqual(pairsOf(expected));
        expect(pairsOf(closure.star())).toEqual(pairsOf(closure.optional()));
      }),
    );
  });

  it('is acyclic when nothing leads back to itself', () => {
    fc.assert(
      fc.property(sized, ([size, pairs]) => {
        const upward = pairs.filter(([from, to]) => from < to);
        expect(relation(size, upward).isAcyclic).toBe(true);
        const back = upward.map(([from, to]) => [to, from] as const).slice(0, 1);
        expect(relation(size, [...upward, ...back]).isAcyclic).toBe(upward.length === 0);
      }),
    );
  });
});
