/**
 * `dio->ref` of fs/iomap/direct-io.c, 4.10 to 6.12: the submitter has a reference until it has submitted all bios, and each
 * bio has one. Who drops the last completes the direct I/O, so that nothing completes it before the submitter's is dropped.
 */

import { act, choose, equals, exit, object, option, to, type Fragment } from '../fragment.js';
import { int, ONE, truth, UNKNOWN, ZERO, type Value } from '../value.js';
import { IN_FLIGHT } from './data.js';
import type { Primitive, PrimitiveCall } from './primitive.js';

/** Dropping one of so many references: what is left, and whether it was the last. */
function drop(count: Value): { readonly left: Value; readonly last: Value } {
  if (count.kind !== 'int') return { left: UNKNOWN, last: UNKNOWN };
  return { left: int(count.value - 1), last: count.value === 1 ? ONE : ZERO };
}

/**
 * The completion is an actor of its own, and always the one that completes: where its bio has ended before the submitter
 * drops its reference, the kernel's submitter does at that moment what the actor does from then on.
 */
function dropReference({ model, actor, role, self, register, ofObject }: PrimitiveCall): Fragment {
  const { left, last } = drop(ofObject('iomap_dio', 'ref'));
  const after = exit(last, object('iomap_dio', 'ref', left));
  const submitted = role.kind === 'dio-completion' ? model.actors[actor - 1]!.submitted : self.submitted;
  if (submitted === null) return [after];
  if (role.kind === 'dio-completion')
    return [choose('full', option('the last reference', equals(submitted, 1), [])), after];
  return truth(register(IN_FLIGHT)) === true
    ? [act('the bio has the last one', [to(submitted, 1)], 'full'), after]
    : [after];
}

export const DIO_REFERENCE: readonly Primitive[] = [
  {
    names: ['atomic_dec_and_test'],
    when: ([counter]) => /\bdio->ref\)?$/.test(counter ?? ''),
    fields: ['ref'],
    about: ['Drops a reference on the direct I/O; who drops the last completes it', 'Fully ordered RMW.'],
    fragment: dropReference,
  },
];
