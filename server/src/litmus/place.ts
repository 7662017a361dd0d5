/** Places in a litmus file, and what can be said of one that is not as it should be. */

export interface Place {
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
}

/** The file is not a litmus test as herd7 reads them. Thrown inside the reader alone. */
export class WrongFile extends Error {
  readonly place: Place;

  constructor(what: string, place: Place) {
    super(what);
    this.place = place;
  }
}

/** The test is fine, and has something in it that is not modelled. Thrown inside the reader alone. */
export class UnsupportedConstruct extends Error {
  readonly place: Place;

  constructor(construct: string, place: Place) {
    super(construct);
    this.place = place;
  }
}

export const at = ({ line, column }: Place): string => `line ${line}, column ${column}`;
