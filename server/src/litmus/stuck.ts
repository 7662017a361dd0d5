/** A run that does what no model has an answer for. Thrown inside the runner alone. */
export class Stuck extends Error {}
