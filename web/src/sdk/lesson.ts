// Recorded education: where a film is to stand, how a page gets there, how much of it was watched.
// In: what the server says of the film, both clocks, what the player has played. Out: positions, a pace, percents, addresses.
// Never: a clock or a player of its own; the page has both.
import type { Playable, Showing } from '../protocol';

/** One exchange with the server: when it was asked, what its clock said, when the answer came. */
export type Exchange = { sentMs: number; serverMs: number; cameMs: number };
/** How far the server's clock is ahead of the page's, and how long the exchange took that told it. */
export type Ahead = { ms: number; tookMs: number };

/** How often a page asks for the server's clock: at first a few times, for the quickest answer. */
export const CLOCK_FIRST_MS = 400;
export const CLOCK_FIRST_TIMES = 5;
/** Later seldom: the clocks of computers part by some milliseconds an hour. */
export const CLOCK_LATER_MS = 60_000;

/** What was learnt of the server's clock; the quickest exchange says it best. */
export function learn(known: Ahead | null, { sentMs, serverMs, cameMs }: Exchange): Ahead {
  const tookMs = Math.max(0, cameMs - sentMs);
  if (known && known.tookMs <= tookMs) return known;
  return { ms: serverMs - (sentMs + tookMs / 2), tookMs };
}

/** Where the film stands at this moment of the server's clock, in milliseconds. */
export function positionAt({ state, position_ms, at_ms, playable }: Showing, serverMs: number): number {
  const gone = state === 'playing' ? Math.max(0, serverMs - at_ms) : 0;
  return Math.min(position_ms + gone, playable.length_ms);
}

/** What brings a player to where it is to be. */
export type Pace = { kind: 'jump'; toMs: number } | { kind: 'rate'; rate: number };

/** Nobody notices this much, and two pages that are each so exact are well within 300 ms of each other. */
const GOOD_ENOUGH_MS = 60;
/** From here on a film is drawn near; less is left alone until it was begun. */
const DRAW_MS = 120;
/** From here on it jumps: to draw it near would take longer than the break lasts. */
const JUMP_MS = 2_000;
/** Faster or slower than this a voice sounds ill. */
const RATE_MAX = 0.08;
/** In this time what is missing is to be made up. */
const CATCH_UP_MS = 2_500;

/** How to go on where the player is at one place and is to be at another; `rate` is its present one. */
export function pace(isMs: number, wantedMs: number, rate: number): Pace {
  const behind = wantedMs - isMs;
  if (Math.abs(behind) >= JUMP_MS) return { kind: 'jump', toMs: wantedMs };
  const begun = rate !== 1;
  if (Math.abs(behind) < (begun ? GOOD_ENOUGH_MS : DRAW_MS)) return { kind: 'rate', rate: 1 };
  const more = Math.max(-RATE_MAX, Math.min(RATE_MAX, behind / CATCH_UP_MS));
  return { kind: 'rate', rate: 1 + more };
}

/** From where to where something was played, in seconds. */
export type Span = [from: number, to: number];

/** Both lists as one, in order and without overlaps. */
export function union(some: Span[], more: Span[]): Span[] {
  const joined: Span[] = [];
  for (const [from, to] of [...some, ...more].sort((a, b) => a[0] - b[0])) {
    const last = joined[joined.length - 1];
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else joined.push([from, to]);
  }
  return joined;
}

/** How much of a film was played, in whole percent; what is played twice counts once. */
export function percentOf(spans: Span[], lengthMs: number): number {
  const seconds = union(spans, []).reduce((sum, [from, to]) => sum + to - from, 0);
  // A film is a little shorter than it says, and its last moment is seldom counted.
  const percent = (100_000 * seconds) / Math.max(1, lengthMs - LAST_MS);
  return Math.max(0, Math.min(100, Math.floor(percent)));
}
const LAST_MS = 250;

/** What was watched is told in these steps, and once more at the end: each is a line in the visit's log. */
const STEP_PERCENT = 25;

/** What to tell now, where that is more than was told. */
export function toTell(percent: number, told: number, over: boolean): number | null {
  const step = over ? percent : percent - (percent % STEP_PERCENT);
  return step > told ? step : null;
}

export function filmAddress(you: string, { tutorial }: Playable, language: string): string {
  return `/v1/lessons/${you}/${tutorial}/films/${language}`;
}

export function captionsAddress(you: string, { tutorial }: Playable, language: string): string {
  return `/v1/lessons/${you}/${tutorial}/captions/${language}`;
}

/** Opens films to this browser: from then on their addresses can stand in the page. */
export async function openLessons(you: string, session: string): Promise<boolean> {
  try {
    const response = await fetch(`/v1/lessons/${you}`, {
      method: 'POST', headers: { authorization: `Bearer ${session}` }, cache: 'no-store', referrerPolicy: 'no-referrer',
    });
    return response.ok;
  } catch {
    return false;
  }
}
