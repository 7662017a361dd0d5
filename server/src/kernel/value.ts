/** What is known of a C value while a path is walked: the abstract domain of the interpreter and of the primitives. */

export type Value =
  | { readonly kind: 'int'; readonly value: number }
  /** Above zero: a live pointer, a page, a count. */
  | { readonly kind: 'positive' }
  /** Known not to be zero, of unknown sign. */
  | { readonly kind: 'nonzero' }
  /** What a lookup that found nothing returns: NULL, or since 6.4 for folios an error pointer. */
  | { readonly kind: 'absent' }
  /** A negative error number, which one is not known. */
  | { readonly kind: 'error' }
  /** Enumerators and flag bits by name; exactly these bits are set. One name is an enumerator. */
  | { readonly kind: 'flags'; readonly names: readonly string[] }
  | { readonly kind: 'function'; readonly name: string }
  /** The address of a tracked object. */
  | { readonly kind: 'pointer'; readonly to: string }
  | { readonly kind: 'unknown' };

export const UNKNOWN: Value = { kind: 'unknown' };
export const POSITIVE: Value = { kind: 'positive' };
export const NONZERO: Value = { kind: 'nonzero' };
export const ABSENT: Value = { kind: 'absent' };
export const ERROR: Value = { kind: 'error' };
export const ZERO: Value = { kind: 'int', value: 0 };
export const ONE: Value = { kind: 'int', value: 1 };

export const int = (value: number): Value => ({ kind: 'int', value });
export const pointer = (to: string): Value => ({ kind: 'pointer', to });

/** Duplicates go and the order is fixed, so that equal sets are equal values; no bit at all is 0. */
export function flags(...names: readonly string[]): Value {
  return names.length === 0 ? ZERO : { kind: 'flags', names: [...new Set(names)].sort() };
}

/** The names set in a value, or null when it is not known which are. */
export function flagNames(value: Value): readonly string[] | null {
  if (value.kind === 'flags') return value.names;
  return value.kind === 'int' && value.value === 0 ? [] : null;
}

/** True, false, or null when it is not known. */
export function truth(value: Value): boolean | null {
  switch (value.kind) {
    case 'int':
      return value.value !== 0;
    case 'absent':
      return false;
    case 'unknown':
      return null;
    case 'positive':
    case 'nonzero':
    case 'error':
    case 'flags':
    case 'function':
    case 'pointer':
      return true;
  }
}
