/** A step leaves the range of a variable: the program does what its model has no state for. */
export class ModelRangeError extends Error {}
