/** Intervals and their common axis. No DOM. */

export interface Bounds {
  lower: number | null;
  upper: number | null;
  lower_closed: boolean;
  upper_closed: boolean;
  approximate: boolean;
}

/** The bounds that an interval has. */
export const ends = ({ lower, upper }: Bounds): number[] => [lower, upper].filter((end) => end !== null);

/**
 * The domain of the axis of a figure: all bounds, with room on both sides for the arrows of open intervals. It goes below
 * zero only if a bound does. Null if no telling has a bound.
 */
export function domain(told: readonly Bounds[]): [number, number] | null {
  const all = told.flatMap(ends);
  if (!all.length) return null;
  const low = Math.min(...all);
  const high = Math.max(...all);
  const room = (high - low) * 0.25 || Math.max(Math.abs(high) * 0.25, 1);
  return [low >= 0 ? Math.max(low - room, 0) : low - room, high + room];
}
