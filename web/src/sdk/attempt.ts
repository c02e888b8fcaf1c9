// Tries for voice and picture, as a machine: offered, answered, up; and again when it goes wrong: first another way on the
// same connection (ICE restart), then another connection.
// In: what happened, the time, chance. Out: the next state and what to do.
// Never: a peer connection, a timer or a message.
import { backoff } from './backoff';
import type { PeerState } from './recovery';
import type { MediaState } from './state';

/** An answer takes a second on a slow line; one that takes this long does not come. */
export const ANSWER_MAX_MS = 10_000;
/**
 * Another way on the same connection is found within two or three round trips, or not at all. The poorest line that carries a
 * voice makes four of them in this time; after it a new connection costs a second more, and does not need the old one.
 */
export const RESTART_MAX_MS = 5_000;
/** Browsers give up by themselves after some fifteen seconds; one that does not is helped. */
export const CONNECT_MAX_MS = 20_000;
/** A server that was full a moment ago is not asked again in the same breath. */
export const RETRY_MIN_MS = 2_000;
/** One connection that does not come up may be bad luck. After the second the person should know what to do. */
export const NEVER_UP_MAX = 2;

export type Attempt = {
  /**
   * `asked`: offered, no answer yet. `answered`: agreed on, no way found yet. `restarting`: was up, and another way is looked
   * for. `waiting`: for the next try.
   */
  phase: 'idle' | 'asked' | 'answered' | 'up' | 'restarting' | 'waiting';
  /** When this phase is over by itself; null for those that last. */
  until: number | null;
  /** Tries in a row that went wrong. */
  failures: number;
  /** Connections in a row that were agreed on and never came up. */
  neverUp: number;
};

export const NO_ATTEMPT: Attempt = { phase: 'idle', until: null, failures: 0, neverUp: 0 };

export type AttemptEvent =
  /** There is to be a new connection, now. */
  | 'offer'
  /** The server has answered, an offer or a restart. */
  | 'answered'
  /** Voice and picture flow. */
  | 'connected'
  /** The offer, a restart or the answer could not be made, or was refused. */
  | 'failed'
  /** Nothing comes this way any more. */
  | 'lost'
  /** The server says that its side is gone. */
  | 'gone'
  /** The device is on another network than before. */
  | 'moved'
  /** The time of `until` has come. */
  | 'tick'
  /** The device says it is online again, or the page is looked at again. */
  | 'awake'
  /** The time of `until` has come, and nobody is there to offer to; the next greeting goes on. */
  | 'alone'
  /** None is wanted. */
  | 'stop';

export type AttemptAction = 'offer' | 'restart' | 'drop';

export type AttemptStep = { attempt: Attempt; actions: AttemptAction[] };

export function stepAttempt(attempt: Attempt, event: AttemptEvent, now: number, chance: number): AttemptStep {
  const { phase } = attempt;
  switch (event) {
    case 'offer':
      return offer(attempt, now);
    case 'answered':
      if (phase === 'restarting') return stay({ ...attempt, until: now + RESTART_MAX_MS });
      return phase === 'asked' ? stay({ ...attempt, phase: 'answered', until: now + CONNECT_MAX_MS }) : stay(attempt);
    case 'connected':
      return phase === 'answered' || phase === 'restarting' ? stay({ ...NO_ATTEMPT, phase: 'up' }) : stay(attempt);
    case 'failed':
      if (phase === 'restarting') return offer(attempt, now);
      return phase === 'asked' || phase === 'answered' ? wait(attempt, now, chance) : stay(attempt);
    case 'lost':
      if (phase === 'restarting') return stay(attempt);
      return phase === 'up' ? restart(attempt, now) : fell(attempt, now, chance);
    case 'gone':
      return fell(attempt, now, chance);
    case 'moved':
      // One that was being found on the former network is not found there.
      if (phase === 'waiting' || phase === 'answered') return offer(attempt, now);
      return phase === 'up' || phase === 'restarting' ? restart(attempt, now) : stay(attempt);
    case 'tick':
      if (attempt.until === null || now < attempt.until) return stay(attempt);
      return phase === 'waiting' ? offer(attempt, now) : fell(attempt, now, chance);
    case 'awake':
      // Somebody looks at the page, or has a network again: do not let them wait for a timer.
      return phase === 'waiting' ? offer(attempt, now) : stay(attempt);
    case 'alone':
      // What was up is kept: the way may be open again, and the server may still hold its side.
      if (phase === 'restarting') return stay({ ...attempt, until: null });
      return { attempt: { ...attempt, phase: 'idle', until: null }, actions: ['drop'] };
    case 'stop':
      return { attempt: { ...attempt, phase: 'idle', until: null }, actions: ['drop'] };
  }
}

function stay(attempt: Attempt): AttemptStep {
  return { attempt, actions: [] };
}

function offer(attempt: Attempt, now: number): AttemptStep {
  return { attempt: { ...attempt, phase: 'asked', until: now + ANSWER_MAX_MS }, actions: ['offer'] };
}

function restart(attempt: Attempt, now: number): AttemptStep {
  return { attempt: { ...attempt, phase: 'restarting', until: now + ANSWER_MAX_MS }, actions: ['restart'] };
}

function wait(attempt: Attempt, now: number, chance: number): AttemptStep {
  const until = now + RETRY_MIN_MS + backoff(attempt.failures, chance);
  return { attempt: { ...attempt, phase: 'waiting', until, failures: attempt.failures + 1 }, actions: ['drop'] };
}

function fell(attempt: Attempt, now: number, chance: number): AttemptStep {
  switch (attempt.phase) {
    case 'up':
    case 'restarting':
      // It worked until now: nobody should wait for a timer.
      return offer(attempt, now);
    case 'answered':
      return wait({ ...attempt, neverUp: attempt.neverUp + 1 }, now, chance);
    case 'asked':
      return wait(attempt, now, chance);
    case 'idle':
    case 'waiting':
      return stay(attempt);
  }
}

/** What the person is told of it. While another way is looked for the first may still carry everything. */
export function mediaState({ phase, neverUp }: Attempt, peer: PeerState): MediaState {
  switch (phase) {
    case 'idle':
      return 'off';
    case 'up':
      return 'up';
    case 'restarting':
      return peer === 'connected' ? 'up' : 'restoring';
    case 'asked':
    case 'answered':
      return neverUp >= NEVER_UP_MAX ? 'blocked' : 'connecting';
    case 'waiting':
      return neverUp >= NEVER_UP_MAX ? 'blocked' : 'restoring';
  }
}
