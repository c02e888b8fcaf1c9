// What becomes of a camera or microphone that the system takes away during a visit, as a machine.
// In: what the browser says of the device, the time. Out: the next state, and whether to open the device again.
// Never: a track, a timer or a question to the person out of the blue: a device is opened again only when it was
// pulled out, when another one came, or when the page is looked at again.

/** A camera that stands still for a moment, as when another page opens it, is not worth a sentence. */
export const SILENCED_TOLD_MS = 3_000;
/** After a telephone call the system gives a device back by itself; one that it keeps for longer than this is asked for. */
export const GIVEN_BACK_MS = 1_500;

export type Hold =
  /** Not wanted, or not to be had: nobody tries. */
  | { phase: 'off' }
  | { phase: 'on' }
  /** The system holds it back: a telephone call, a locked screen, a key that mutes. `until`: when `next` is due. */
  | { phase: 'silenced'; told: boolean; next: 'tell' | 'reopen'; until: number | null }
  | { phase: 'opening' }
  /** Wanted, and there is none now. */
  | { phase: 'lost' };

export const OFF: Hold = { phase: 'off' };

export type HoldEvent =
  /** It runs. */
  | 'opened'
  /** It could not be opened, and may be later. */
  | 'failed'
  /** It may not be opened. */
  | 'refused'
  /** The system has silenced it, and has given it back. */
  | 'muted'
  | 'unmuted'
  /** It is gone for good: pulled out, or taken away. */
  | 'ended'
  /** The page is looked at again. */
  | 'shown'
  /** There are other devices than before. */
  | 'devices'
  /** The time of `dueAt` has come. */
  | 'tick'
  /** It is no longer wanted. */
  | 'off';

export type HoldStep = { hold: Hold; reopen: boolean };

const REOPEN: HoldStep = { hold: { phase: 'opening' }, reopen: true };

export function stepHold(hold: Hold, event: HoldEvent, now: number): HoldStep {
  switch (event) {
    case 'opened':
      return stay({ phase: 'on' });
    case 'failed':
      return stay({ phase: 'lost' });
    case 'refused':
    case 'off':
      return stay(OFF);
    case 'muted':
      return stay(hold.phase === 'on' ? { phase: 'silenced', told: false, next: 'tell', until: now + SILENCED_TOLD_MS } : hold);
    case 'unmuted':
      return stay(hold.phase === 'silenced' ? { phase: 'on' } : hold);
    case 'ended':
      return hold.phase === 'on' || hold.phase === 'silenced' ? REOPEN : stay(hold);
    case 'shown':
      if (hold.phase === 'silenced') return stay({ ...hold, next: 'reopen', until: now + GIVEN_BACK_MS });
      return hold.phase === 'lost' ? REOPEN : stay(hold);
    case 'devices':
      return hold.phase === 'lost' ? REOPEN : stay(hold);
    case 'tick':
      return tick(hold, now);
  }
}

function tick(hold: Hold, now: number): HoldStep {
  if (hold.phase !== 'silenced' || hold.until === null || now < hold.until) return stay(hold);
  return hold.next === 'reopen' ? REOPEN : stay({ ...hold, told: true, until: null });
}

function stay(hold: Hold): HoldStep {
  return { hold, reopen: false };
}

/** When the machine wants its next `tick`. */
export function dueAt(hold: Hold): number | null {
  return hold.phase === 'silenced' ? hold.until : null;
}

/** Whether the person should know that the system holds it back. */
export function isInterrupted(hold: Hold): boolean {
  return hold.phase === 'silenced' && hold.told;
}

/** Whether a device is no longer among those there are. Where the browser names none, nothing is known. */
export function isGone(deviceId: string, present: readonly string[]): boolean {
  return deviceId !== '' && present.length > 0 && !present.includes(deviceId);
}
