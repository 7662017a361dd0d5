/** Declarations, of which only the name and the number of stars matter: herd7 knows integers and pointers. */

import type { Cursor } from './cursor.js';
import { UnsupportedConstruct } from './place.js';

const TYPE_WORDS: ReadonlySet<string> = new Set(
  'int long short char unsigned signed const volatile struct union enum void bool intptr_t uintptr_t spinlock_t atomic_t atomic_long_t atomic64_t u8 u16 u32 u64 s8 s16 s32 s64'.split(
    ' ',
  ),
);

/** Whether a type stands here, and not an expression. */
export function isType(cursor: Cursor): boolean {
  if (cursor.next.kind !== 'word') return false;
  return TYPE_WORDS.has(cursor.next.text) || cursor.ahead(1).kind === 'word' || isPointerType(cursor);
}

/** `type_t *name`, which as an expression would be a product that nobody looks at. */
function isPointerType(cursor: Cursor): boolean {
  let stars = 1;
  while (cursor.ahead(stars).text === '*') stars++;
  return (
    stars > 1 && cursor.ahead(stars).kind === 'word' && ['=', ';', ','].includes(cursor.ahead(stars + 1).text)
  );
}

export interface Declared {
  readonly name: string;
  readonly stars: number;
}

/** The words of a type, without its stars. */
export function skipType(cursor: Cursor): void {
  do {
    cursor.word('a type');
  } while (cursor.next.kind === 'word' && (cursor.ahead(1).kind === 'word' || cursor.ahead(1).text === '*'));
}

/** `**name`, after the type. */
export function declarator(cursor: Cursor): Declared {
  let stars = 0;
  while (cursor.accept('*')) stars++;
  const name = cursor.word('a name');
  if (cursor.is('[')) throw new UnsupportedConstruct(`the array ${name}[]`, cursor.place);
  return { name, stars };
}
