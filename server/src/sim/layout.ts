/** Where the fields of a state are: each in as many bits as its largest value needs, none across two words. */

/** A field of a packed state: `words[word] >>> shift & mask`. */
export interface Field {
  readonly word: number;
  readonly shift: number;
  /** Not shifted; 0 for a field that can only be 0. */
  readonly mask: number;
}

const WORD_BITS = 32;

/** Gives out the bits of the words of a state, first fit. */
export class Layout {
  readonly #used: number[] = [];

  /** 32-bit words that a state takes: at least one. */
  get words(): number {
    return Math.max(1, this.#used.length);
  }

  /** A field for the values 0..max. */
  field(max: number): Field {
    const bits = bitsFor(max);
    let word = this.#used.findIndex((used) => used + bits <= WORD_BITS);
    if (word < 0) word = this.#used.push(0) - 1;
    const shift = this.#used[word]!;
    this.#used[word] = shift + bits;
    return { word, shift: bits === 0 ? 0 : shift, mask: bits === 0 ? 0 : 2 ** bits - 1 };
  }
}

/** Bits that the values 0..max take. */
export function bitsFor(max: number): number {
  return max === 0 ? 0 : 32 - Math.clz32(max);
}

/** The value of `field` in the state that begins at `at`. */
export function readField(field: Field, state: Int32Array, at: number): number {
  return (state[at + field.word]! >>> field.shift) & field.mask;
}

/** Sets `field` in the state that begins at 0; `value` must fit. */
export function writeField(field: Field, state: Int32Array, value: number): void {
  state[field.word] = (state[field.word]! & ~(field.mask << field.shift)) | (value << field.shift);
}
