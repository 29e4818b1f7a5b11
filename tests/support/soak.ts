/** How thorough the tests are that take as long as they are given: `npm run soak`, or a short version of each. */
export const isSoak = process.env.VIDFAB_SOAK !== undefined;

/** @param short how many in the short version */
export function soakRounds(short: number): number {
  return isSoak ? Number(process.env.VIDFAB_SOAK) : short;
}
