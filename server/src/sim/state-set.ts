/**
 * The states seen, in the order found: an open-addressing hash set of indices over one growing array of words.
 *
 * An entry of the table holds the index of a state plus one in its low bits and bits of the state's hash in the
 * others, so that most probes of a wrong entry do not touch the state itself.
 */

const FIRST_STATES = 1024;
/** Entries for each state before the table grows: at most half of the table is in use. */
const SPARSE = 2;
/** Arrays that have grown beyond this many words are given back to the collector, not kept for the next run. */
const KEPT_WORDS = 1 << 20;

export class StateSet {
  /** Words of one state. */
  words = 1;
  /** States so far; their indices are 0..count-1. */
  count = 0;
  /** The words of state `i` begin at `i * words`. Replaced when it grows: read it anew after `add`. */
  data = new Int32Array(FIRST_STATES * 4);
  /** From which state each was found; the first one's is -1. Replaced like `data`. */
  parents = new Int32Array(FIRST_STATES);

  #table = new Int32Array(FIRST_STATES * SPARSE);
  #mask = 0;

  /** Empties the set, for states of `words` words. */
  reset(words: number): void {
    if (this.data.length > KEPT_WORDS) this.data = new Int32Array(FIRST_STATES * 4);
    if (this.parents.length > KEPT_WORDS) this.parents = new Int32Array(FIRST_STATES);
    if (this.#table.length > KEPT_WORDS) this.#table = new Int32Array(FIRST_STATES * SPARSE);
    else this.#table.fill(0, 0, this.#mask + 1);
    this.words = words;
    this.count = 0;
    this.#mask = FIRST_STATES * SPARSE - 1;
  }

  /** Bytes of all arrays as allocated. */
  get bytes(): number {
    return this.data.byteLength + this.parents.byteLength + this.#table.byteLength;
  }

  /** Bytes that the states so far take, whatever the arrays have room for. */
  get usedBytes(): number {
    return 4 * (this.count * (this.words + 1) + this.#mask + 1);
  }

  /** Adds the state in `state[0..words-1]`. Gives its index when it is new, else minus one minus the index it has. */
  add(state: Int32Array, parent: number): number {
    const words = this.words;
    const data = this.data;
    const table = this.#table;
    const mask = this.#mask;
    const hash = hashOf(state, words);
    const tag = hash & ~mask;
    let slot = hash & mask;
    for (let entry = table[slot]!; entry !== 0; entry = table[slot]!) {
      if ((entry & ~mask) === tag) {
        const index = (entry & mask) - 1;
        let at = index * words;
        let word = 0;
        while (word < words && data[at] === state[word]) {
          at++;
          word++;
        }
        if (word === words) return -1 - index;
      }
      slot = (slot + 1) & mask;
    }
    table[slot] = tag | (this.count + 1);
    return this.#append(state, parent);
  }

  /** The index of the state in `state[0..words-1]`, or -1. */
  find(state: Int32Array): number {
    const hash = hashOf(state, this.words);
    const mask = this.#mask;
    for (let slot = hash & mask; this.#table[slot] !== 0; slot = (slot + 1) & mask) {
      const entry = this.#table[slot]!;
      if (((entry ^ hash) & ~mask) === 0 && this.#equals((entry & mask) - 1, state))
        return (entry & mask) - 1;
    }
    return -1;
  }

  #equals(index: number, state: Int32Array): boolean {
    const at = index * this.words;
    for (let word = 0; word < this.words; word++) if (this.data[at + word] !== state[word]) return false;
    return true;
  }

  #append(state: Int32Array, parent: number): number {
    const index = this.count++;
    const words = this.words;
    if ((index + 1) * words > this.data.length) this.data = grown(this.data, words);
    if (index >= this.parents.length) this.parents = grown(this.parents, 1);
    for (let word = 0, at = index * words; word < words; word++, at++) this.data[at] = state[word]!;
    this.parents[index] = parent;
    if (this.count * SPARSE > this.#mask) this.#rehash();
    return index;
  }

  #rehash(): void {
    const size = (this.#mask + 1) * 2;
    if (size <= this.#table.length) this.#table.fill(0, 0, size);
    else this.#table = new Int32Array(size);
    const mask = size - 1;
    for (let index = 0; index < this.count; index++) {
      const hash = hashOf(this.data, this.words, index * this.words);
      let slot = hash & mask;
      while (this.#table[slot] !== 0) slot = (slot + 1) & mask;
      this.#table[slot] = (hash & ~mask) | (index + 1);
    }
    this.#mask = mask;
  }
}

/** Half as large again, in whole states of `words` words. */
function grown(array: Int32Array<ArrayBuffer>, words: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array((Math.ceil((array.length * 3) / 2 / words) + 1) * words);
  larger.set(array);
  return larger;
}

/** Multiply and shift per word, with the finaliser of MurmurHash3 (Appleby, public domain). */
function hashOf(state: Int32Array, words: number, at = 0): number {
  let hash = 0x2545f491;
  for (let end = at + words; at < end; at++) {
    hash = Math.imul(hash ^ state[at]!, 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return hash ^ (hash >>> 13);
}

const pool: StateSet[] = [];

/** Runs `use` with an empty set; sets are used again, since a check makes hundreds of small explorations. */
export function withStateSet<T>(words: number, use: (states: StateSet) => T): T {
  const states = pool.pop() ?? new StateSet();
  states.reset(words);
  try {
    return use(states);
  } finally {
    pool.push(states);
  }
}
