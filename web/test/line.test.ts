// The connection's machine and its back-off. In: events at made-up times. Out: what it does. Never: waits.
import { describe, expect, it } from 'vitest';
import { backoff } from '../src/sdk/backoff';
import { AWAKE_ANSWER_MAX_MS, dueAt, type Line, type LineEvent, OPEN_MAX_MS, PING_EVERY_MS, SILENCE_MAX_MS, step } from '../src/sdk/line';

const IDLE: Line = { phase: 'idle' };

/** Plays events at times; returns the last line and every action with its time. */
function play(events: [LineEvent, number][], chance = 0.5, from: Line = IDLE) {
  let line = from;
  const done: string[] = [];
  for (const [event, now] of events) {
    const next = step(line, event, now, chance);
    line = next.line;
    done.push(...next.actions.map((action) => `${action}@${now}`));
  }
  return { line, done };
}

describe('backoff', () => {
  it('is anywhere below a ceiling that doubles from 250 ms to 8 s', () => {
    expect([0, 1, 2, 3, 4, 5, 6, 60].map((failures) => backoff(failures, 1))).toEqual([250, 500, 1000, 2000, 4000, 8000, 8000, 8000]);
    expect(backoff(5, 0)).toBe(0);
    expect(backoff(5, 0.25)).toBe(2000);
  });
});

describe('line', () => {
  it('opens, greets, is welcomed, pings', () => {
    const { line, done } = play([['start', 0], ['opened', 20], ['welcomed', 50], ['tick', 50 + PING_EVERY_MS]]);
    expect(done).toEqual(['open@0', 'hello@20', `ping@${50 + PING_EVERY_MS}`]);
    expect(line).toEqual({ phase: 'up', heardAt: 50, pingedAt: 50 + PING_EVERY_MS });
  });

  it('does nothing before it is due', () => {
    expect(play([['start', 0], ['opened', 1], ['welcomed', 2], ['tick', 3]]).done).toEqual(['open@0', 'hello@1']);
  });

  it('drops a way that is silent, although its socket is open', () => {
    const up: Line = { phase: 'up', heardAt: 0, pingedAt: SILENCE_MAX_MS - 1 };
    const { line, done } = play([['tick', SILENCE_MAX_MS]], 0.5, up);
    expect(done).toEqual([`drop@${SILENCE_MAX_MS}`]);
    expect(line).toEqual({ phase: 'waiting', failures: 0, retryAt: SILENCE_MAX_MS + 125 });
  });

  it('counts any message as a sign of life', () => {
    const up: Line = { phase: 'up', heardAt: 0, pingedAt: SILENCE_MAX_MS - 10 };
    expect(play([['heard', SILENCE_MAX_MS - 5], ['tick', SILENCE_MAX_MS]], 0.5, up).line.phase).toBe('up');
  });

  it('backs off longer after each failure and forgets them once welcomed', () => {
    let { line } = play([['start', 0]]);
    const waits: number[] = [];
    let now = 0;
    for (let failure = 0; failure < 7; failure += 1) {
      line = step(line, 'closed', now, 1).line;
      const due = dueAt(line) ?? Number.NaN;
      waits.push(due - now);
      now = due;
      line = step(line, 'tick', now, 1).line;
    }
    expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 8000, 8000]);
    line = play([['opened', now], ['welcomed', now], ['closed', now]], 1, line).line;
    expect(dueAt(line)).toBe(now + 250);
  });

  it('gives up a way that does not open in time', () => {
    const { line, done } = play([['start', 0], ['tick', OPEN_MAX_MS]]);
    expect(done).toEqual(['open@0', `drop@${OPEN_MAX_MS}`]);
    expect(line.phase).toBe('waiting');
  });

  it('tries at once when the device is online again', () => {
    expect(play([['awake', 5]], 0.5, { phase: 'waiting', failures: 3, retryAt: 9_000 }).done).toEqual(['open@5']);
    expect(play([['awake', 5]], 0.5, { phase: 'up', heardAt: 0, pingedAt: 0 }).done).toEqual(['ping@5']);
  });

  it('gives up a way that says nothing after the device woke up, and keeps one that answers', () => {
    const up: Line = { phase: 'up', heardAt: 0, pingedAt: 0 };
    const woken = play([['awake', 1_000]], 0.5, up);
    expect(dueAt(woken.line)).toBe(1_000 + AWAKE_ANSWER_MAX_MS);
    expect(play([['tick', 1_000 + AWAKE_ANSWER_MAX_MS]], 0.5, woken.line).done).toEqual([`drop@${1_000 + AWAKE_ANSWER_MAX_MS}`]);
    expect(play([['heard', 1_200], ['tick', 1_000 + AWAKE_ANSWER_MAX_MS]], 0.5, woken.line).line.phase).toBe('up');
    // Whoever looks away and back all the time gives it no longer than that.
    const again = play([['awake', 3_000], ['awake', 4_000], ['tick', 1_000 + AWAKE_ANSWER_MAX_MS]], 0.5, woken.line);
    expect(again.done).toEqual(['ping@3000', 'ping@4000', `drop@${1_000 + AWAKE_ANSWER_MAX_MS}`]);
  });

  it('stays over', () => {
    const { line, done } = play([['start', 0], ['stop', 1], ['closed', 2], ['start', 3], ['awake', 4], ['tick', 99_999]]);
    expect(line).toEqual({ phase: 'over' });
    expect(done).toEqual(['open@0', 'drop@1']);
  });

  it('always either waits for a tick, or is idle or over', () => {
    const events: LineEvent[] = ['start', 'opened', 'welcomed', 'heard', 'closed', 'tick', 'awake'];
    let line: Line = step(IDLE, 'start', 0, 0).line;
    // A fixed walk through all pairs of events; from no state may the machine fall asleep.
    let now = 0;
    for (let round = 0; round < 500; round += 1) {
      now += (round * 7_919) % 6_000;
      line = step(line, events[(round * round + round) % events.length] ?? 'tick', now, (round % 10) / 10).line;
      expect(dueAt(line)).not.toBeNull();
    }
  });
});
