/** How many random programs a property is tried on: `usual`, or as many as DIO_ORDERING_RANDOM says. */
export function randomRuns(usual: number): number {
  const wanted = process.env['DIO_ORDERING_RANDOM'];
  return wanted === undefined ? usual : Number(wanted);
}
