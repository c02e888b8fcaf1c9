// In: how often it has failed, and chance. Out: how long to wait before trying again.
// Never: a clock or a random number of its own.

/** First ceiling. Shorter would not give a restarting server time to listen. */
const FIRST_MS = 250;
/** Last ceiling. Longer would leave a person looking at a still picture. */
const LAST_MS = 8_000;

/**
 * Full jitter: anywhere between nothing and a ceiling that doubles, so that all the clients of
 * a restarted server do not come back in the same instant. `chance` is in [0, 1).
 */
export function backoff(failures: number, chance: number): number {
  const ceiling = Math.min(LAST_MS, FIRST_MS * 2 ** Math.min(failures, 16));
  return Math.round(ceiling * chance);
}
