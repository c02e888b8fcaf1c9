// The way to the server, as a machine: one WebSocket at a time, kept alive and made anew.
// In: what happened, the time, chance. Out: the next state and what to do.
// Never: a socket, a timer or a message's content.
import { backoff } from './backoff';

/** A ping this often keeps proxies from closing the way and finds out when it is dead. */
export const PING_EVERY_MS = 5_000;
/** Two pings and a bit without any word: the way is dead, whatever the system believes. */
export const SILENCE_MAX_MS = 12_000;
/** A way that does not open, or is not greeted, in this time is given up. */
export const OPEN_MAX_MS = 10_000;
/**
 * A device that slept or changed its network often holds a way that is dead and does not know it.
 * One that says nothing for this long after the device woke up is given up; the poorest line that
 * carries a voice answers sooner.
 */
export const AWAKE_ANSWER_MAX_MS = 4_000;

export type Line =
  | { phase: 'idle' }
  | { phase: 'opening'; failures: number; since: number }
  /** `answerBy`: when the way has to have shown that it is still alive; left out while nobody doubts it. */
  | { phase: 'up'; heardAt: number; pingedAt: number; answerBy?: number }
  | { phase: 'waiting'; failures: number; retryAt: number }
  | { phase: 'over' };

export type LineEvent =
  /** The person wants to be connected. */
  | 'start'
  /** The socket is open: say who this is. */
  | 'opened'
  /** The server has answered the greeting. */
  | 'welcomed'
  /** Any message. */
  | 'heard'
  /** The socket is closed. */
  | 'closed'
  /** The time of `dueAt` has come. */
  | 'tick'
  /** The device says it is online again, or the page is looked at again. */
  | 'awake'
  /** No more. */
  | 'stop';

export type LineAction = 'open' | 'hello' | 'ping' | 'drop';

export type Step = { line: Line; actions: LineAction[] };

/** When the machine wants its next `tick`. */
export function dueAt(line: Line): number | null {
  switch (line.phase) {
    case 'idle':
    case 'over':
      return null;
    case 'opening':
      return line.since + OPEN_MAX_MS;
    case 'up':
      return Math.min(line.pingedAt + PING_EVERY_MS, deadAt(line));
    case 'waiting':
      return line.retryAt;
  }
}

function deadAt({ heardAt, answerBy }: Extract<Line, { phase: 'up' }>): number {
  return Math.min(heardAt + SILENCE_MAX_MS, answerBy ?? Infinity);
}

export function step(line: Line, event: LineEvent, now: number, chance: number): Step {
  if (line.phase === 'over') return { line, actions: [] };
  switch (event) {
    case 'start':
      return line.phase === 'idle' ? open(0, now) : { line, actions: [] };
    case 'opened':
      return { line, actions: line.phase === 'opening' ? ['hello'] : [] };
    case 'welcomed':
      return { line: { phase: 'up', heardAt: now, pingedAt: now }, actions: [] };
    case 'heard':
      return { line: line.phase === 'up' ? { phase: 'up', heardAt: now, pingedAt: line.pingedAt } : line, actions: [] };
    case 'closed':
      return line.phase === 'idle' || line.phase === 'waiting' ? { line, actions: [] } : wait(line, now, chance, []);
    case 'tick':
      return tick(line, now, chance);
    case 'awake':
      return awake(line, now);
    case 'stop':
      return { line: { phase: 'over' }, actions: ['drop'] };
  }
}

function open(failures: number, now: number): Step {
  return { line: { phase: 'opening', failures, since: now }, actions: ['open'] };
}

function wait(line: Line, now: number, chance: number, actions: LineAction[]): Step {
  const failures = line.phase === 'opening' || line.phase === 'waiting' ? line.failures + 1 : 0;
  return { line: { phase: 'waiting', failures, retryAt: now + backoff(failures, chance) }, actions };
}

function tick(line: Line, now: number, chance: number): Step {
  const due = dueAt(line);
  if (due === null || now < due) return { line, actions: [] };
  switch (line.phase) {
    case 'opening':
      return wait(line, now, chance, ['drop']);
    case 'waiting':
      return open(line.failures, now);
    case 'up':
      return now >= deadAt(line)
        ? wait(line, now, chance, ['drop'])
        : { line: { ...line, pingedAt: now }, actions: ['ping'] };
    case 'idle':
    case 'over':
      return { line, actions: [] };
  }
}

/** Somebody looks at the page again: do not let them wait for a timer. */
function awake(line: Line, now: number): Step {
  if (line.phase === 'waiting') return open(line.failures, now);
  // Woken up twice, it has no longer to answer.
  if (line.phase === 'up') return { line: { ...line, pingedAt: now, answerBy: line.answerBy ?? now + AWAKE_ANSWER_MAX_MS }, actions: ['ping'] };
  return { line, actions: [] };
}
