// How far captions are behind speech, as the page of whoever writes them can know it.
// In: whether somebody speaks, the first word of each line as it goes out, the way to the server. Out: milliseconds.
// Never: a clock of its own; a guess: what was not measured is null.

/**
 * Measured is from the moment somebody begins to speak after a pause, as this page is told, to the
 * moment the first whole word of a line goes out that was begun after that. Added is half the way
 * to the server and back: the words travel it once before anybody has them. Left out are the
 * quarter of a second in which the server makes sure that it is speech, how late the voice came
 * here, and how late the words come to each reader.
 */
export type Lag = {
  /** Since when nobody speaks; null while somebody does. */
  quietSince: number | null;
  /** When somebody began to speak, until the first word after it is written. */
  begunAt: number | null;
  /** The last times it took, in milliseconds. */
  took: readonly number[];
};

/** Shorter is a breath: who goes on after it does not begin. */
export const PAUSE_MS = 800;
/** Whoever writes nothing for so long has nothing to write of it: a cough, a laugh. */
const FORGET_MS = 20_000;
/** The figure is of so many beginnings: one slow line does not frighten, and one who tires is seen. */
const KEPT = 5;

export const NO_LAG: Lag = { quietSince: 0, begunAt: null, took: [] };

/** Somebody speaks now, or nobody does. */
export function heard(lag: Lag, speaks: boolean, now: number): Lag {
  if (!speaks) return lag.quietSince === null ? { ...lag, quietSince: now } : lag;
  if (lag.quietSince === null) return lag;
  const begins = now - lag.quietSince >= PAUSE_MS && (lag.begunAt === null || now - lag.begunAt >= FORGET_MS);
  return { ...lag, quietSince: null, begunAt: begins ? now : lag.begunAt };
}

/** Whether what goes out of a line holds a word that is whole: another has begun after it, or it needs no space. */
export function holdsWord(text: string, done: boolean): boolean {
  return text !== '' && (done || /\S\s+\S|[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]/.test(text));
}

/** The first word of a line goes out that was begun at `lineBegunAt`. */
export function wrote(lag: Lag, lineBegunAt: number, now: number): Lag {
  const { begunAt } = lag;
  // A line begun before tells of what was said before.
  if (begunAt === null || lineBegunAt < begunAt) return lag;
  if (now - begunAt >= FORGET_MS) return { ...lag, begunAt: null };
  return { ...lag, begunAt: null, took: [...lag.took, now - begunAt].slice(-KEPT) };
}

/** How far behind, in milliseconds: the middle of the last times, and the way there. Null until it was measured. */
export function behind({ took }: Lag, wayMs: number): number | null {
  const sorted = [...took].sort((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)];
  return middle === undefined ? null : middle + wayMs / 2;
}
