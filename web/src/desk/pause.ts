// When it is looked again. In: how often it has failed, chance, what the server asked for. Out: milliseconds. Never: a clock or a random number of its own.

/** Each look is written into the audit log, once for every visit on the list: more often would fill it, less often would let somebody wait unseen. */
export const LOOK_MS = 20_000;
const RETRY_FIRST_MS = 5_000;
/** Nobody looks at a board that is older than this. */
const RETRY_LAST_MS = 120_000;

/** After a failure twice as long as after the one before; at least half of it, so that a server coming back is not asked by all desks at once. `chance` is in [0, 1). */
export function pause(failures: number, chance: number, askedMs: number): number {
  if (failures === 0) return LOOK_MS;
  const ceiling = Math.min(RETRY_LAST_MS, RETRY_FIRST_MS * 2 ** Math.min(failures - 1, 16));
  return Math.max(askedMs, Math.round(ceiling * (0.5 + chance / 2)));
}
