// A loudness on its way from one value to another.
// In: from, to, when. Out: what it is at a moment, and the points between which it runs evenly to the ear.
// Never: a clock; a jump, also where a new way begins before the old one has ended.

export type Ramp = { from: number; to: number; startS: number };

/** Long enough not to be a jump, short enough that no word is lost. */
export const RAMP_S = 0.2;
/** What is so quiet is silence: a ramp that is even to the ear never arrives at nothing. */
export const SILENCE = 0.001;

export function still(at: number): Ramp {
  return { from: at, to: at, startS: -RAMP_S };
}

/** What it is at a moment. */
export function valueAt({ from, to, startS }: Ramp, nowS: number): number {
  if (nowS <= startS) return from;
  if (nowS >= startS + RAMP_S) return to;
  const [low, high] = [audible(from), audible(to)];
  return low * (high / low) ** ((nowS - startS) / RAMP_S);
}

/** On to another value, from wherever it is then. */
export function towards(ramp: Ramp, to: number, startS: number): Ramp {
  return { from: valueAt(ramp, startS), to, startS };
}

/** As little as a ramp can begin or end with. */
export function audible(value: number): number {
  return Math.max(SILENCE, value);
}
