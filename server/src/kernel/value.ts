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
  /** Flag bits of which only these are known: those are set, those are not. */
  | { readonly kind: 'bits'; readonly set: readonly string[]; readonly clear: readonly string[] }
  | { readonly kind: 'function'; readonly name: string }
  /** The address of a tracked object. */
  | { readonly kind: 'pointer'; readonly to: string }
  | { readonly kind: 'unknown' };

/** One object for each value, so that values can be compared and looked up by identity. */
function interned<Key>(make: (key: Key) => Value): (key: Key) => Value {
  const known = new Map<Key, Value>();
  return (key) => {
    let value = known.get(key);
    if (!value) known.set(key, (value = make(key)));
    return value;
  };
}

export const UNKNOWN: Value = { kind: 'unknown' };
export const POSITIVE: Value = { kind: 'positive' };
export const NONZERO: Value = { kind: 'nonzero' };
export const ABSENT: Value = { kind: 'absent' };
export const ERROR: Value = { kind: 'error' };

export const int = interned((value: number): Value => ({ kind: 'int', value }));
export const pointer = interned((to: string): Value => ({ kind: 'pointer', to }));
export const functionValue = interned((name: string): Value => ({ kind: 'function', name }));

export const ZERO: Value = int(0);
export const ONE: Value = int(1);

const flagSet = interned((names: string): Value => ({ kind: 'flags', names: names.split('|') }));

/** Duplicates go and the order is fixed, so that equal sets are equal values; no bit at all is 0. */
export function flags(...names: readonly string[]): Value {
  return names.length === 0 ? ZERO : flagSet([...new Set(names)].sort().join('|'));
}

/** The names set in a value, or null when it is not known which are. */
export function flagNames(value: Value): readonly string[] | null {
  if (value.kind === 'flags') return value.names;
  return value.kind === 'int' && value.value === 0 ? [] : null;
}

const bitSet = interned((key: string): Value => {
  const [set, clear] = key.split('/').map((names) => names.split('|').filter((name) => name !== ''));
  return { kind: 'bits', set: set!, clear: clear! };
});

/** What is known of a value of which some bits are: those of `set` are, those of `clear` are not. */
export function bits(set: readonly string[], clear: readonly string[]): Value {
  if (set.length === 0 && clear.length === 0) return UNKNOWN;
  const key = (names: readonly string[]): string => [...new Set(names)].sort().join('|');
  return bitSet(`${key(set)}/${key(clear)}`);
}

/** The bits that are known of a value: of flags and 0 all that are set, and that `others` are not. */
export function knownBits(value: Value): {
  set: readonly string[];
  clear: readonly string[];
  others: boolean;
} {
  if (value.kind === 'bits') return { set: value.set, clear: value.clear, others: false };
  const names = flagNames(value);
  return { set: names ?? [], clear: [], others: names !== null };
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
    case 'bits':
      return value.set.length > 0 ? true : null;
    case 'positive':
    case 'nonzero':
    case 'error':
    case 'flags':
    case 'function':
    case 'pointer':
      return true;
  }
}
