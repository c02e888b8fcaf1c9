// Who has waited too long. In: since when, now, the limit of the visit's rules. Out: whole minutes, and how grave it is. Never: a clock of its own.

/** `soon`: the limit is near. `late`: it is passed. */
export type Breach = 'calm' | 'soon' | 'late';

/** From this part of the limit on there is still time to act, and no more to lose. */
const SOON_PART = 2 / 3;
const MINUTE_MS = 60_000;

export function waitedMinutes(since: string, now: number): number {
  return Math.max(0, Math.floor((now - Date.parse(since)) / MINUTE_MS));
}

export function breach(since: string, now: number, limitMinutes: number): Breach {
  const waited = (now - Date.parse(since)) / MINUTE_MS;
  if (waited >= limitMinutes) return 'late';
  return waited >= limitMinutes * SOON_PART ? 'soon' : 'calm';
}
