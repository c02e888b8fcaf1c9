// Tries for voice and picture. In: events at made-up times. Out: what is done and told. Never: waits.
import { describe, expect, it } from 'vitest';
import {
  ANSWER_MAX_MS, type AttemptEvent, CONNECT_MAX_MS, mediaState, NO_ATTEMPT, RETRY_MIN_MS, stepAttempt,
} from '../src/sdk/attempt';

/** Plays events at times; returns the last state, every action with its time, and what was told. */
function play(events: [AttemptEvent, number][], chance = 0) {
  let attempt = NO_ATTEMPT;
  const done: string[] = [];
  const told: string[] = [];
  for (const [event, now] of events) {
    const next = stepAttempt(attempt, event, now, chance);
    attempt = next.attempt;
    done.push(...next.actions.map((action) => `${action}@${now}`));
    told.push(mediaState(attempt));
  }
  return { attempt, done, told };
}

describe('attempt', () => {
  it('offers, is answered, is up, and then lasts', () => {
    const { attempt, done, told } = play([['offer', 0], ['answered', 100], ['connected', 300], ['tick', 999_999]]);
    expect(done).toEqual(['offer@0']);
    expect(told).toEqual(['connecting', 'connecting', 'up', 'up']);
    expect(attempt.until).toBeNull();
  });

  it('gives an answer ten seconds, then offers again after a pause', () => {
    const late = ANSWER_MAX_MS + RETRY_MIN_MS;
    const { done, told } = play([['offer', 0], ['tick', ANSWER_MAX_MS - 1], ['tick', ANSWER_MAX_MS], ['tick', late - 1], ['tick', late]]);
    expect(ANSWER_MAX_MS).toBe(10_000);
    expect(done).toEqual(['offer@0', `drop@${ANSWER_MAX_MS}`, `offer@${late}`]);
    expect(told).toEqual(['connecting', 'connecting', 'restoring', 'restoring', 'connecting']);
  });

  it('waits longer the more often it has failed', () => {
    const pauses: number[] = [];
    let attempt = NO_ATTEMPT;
    for (let failure = 0; failure < 4; failure += 1) {
      attempt = stepAttempt(attempt, 'offer', 0, 1).attempt;
      attempt = stepAttempt(attempt, 'failed', 0, 1).attempt;
      pauses.push(attempt.until ?? 0);
    }
    expect(pauses).toEqual([2_250, 2_500, 3_000, 4_000]);
  });

  it('says after the second connection in a row that never came up that this network lets none through', () => {
    const first: [AttemptEvent, number][] = [['offer', 0], ['answered', 10], ['lost', 20]];
    expect(play(first).told).toEqual(['connecting', 'connecting', 'restoring']);
    const second: [AttemptEvent, number][] = [...first, ['offer', 3_000], ['answered', 3_010], ['tick', 3_010 + CONNECT_MAX_MS]];
    expect(play(second).told.slice(3)).toEqual(['connecting', 'connecting', 'blocked']);
    expect(play([...second, ['offer', 30_000], ['answered', 30_010], ['connected', 30_020]]).told.slice(6)).toEqual(['blocked', 'blocked', 'up']);
  });

  it('does not blame the network for what the server or the browser could not do', () => {
    const failures: [AttemptEvent, number][] = [0, 1, 2].flatMap((time) => [['offer', time], ['failed', time]] as [AttemptEvent, number][]);
    expect(play(failures).told.at(-1)).toBe('restoring');
    const unanswered: [AttemptEvent, number][] = [0, 1, 2].flatMap((time) => [['offer', time], ['lost', time]] as [AttemptEvent, number][]);
    expect(play(unanswered).told.at(-1)).toBe('restoring');
  });

  it('does not blame the network for one that was up between', () => {
    const { told } = play([
      ['offer', 0], ['answered', 1], ['lost', 2], ['offer', 3], ['answered', 4], ['connected', 5], ['lost', 6], ['answered', 7], ['lost', 8],
    ]);
    expect(told.at(-1)).toBe('restoring');
  });

  it('renews at once what was up', () => {
    expect(play([['offer', 0], ['answered', 1], ['connected', 2], ['lost', 3]]).done).toEqual(['offer@0', 'offer@3']);
  });

  it('does not wait for a timer when the device wakes up', () => {
    expect(play([['offer', 0], ['failed', 10], ['awake', 20], ['tick', RETRY_MIN_MS + 10]]).done).toEqual(['offer@0', 'drop@10', 'offer@20']);
    expect(play([['offer', 0], ['awake', 1], ['answered', 2], ['awake', 3], ['connected', 4], ['awake', 5]]).done).toEqual(['offer@0']);
    expect(play([['awake', 5]]).done).toEqual([]);
  });

  it('does nothing when none is wanted', () => {
    const { attempt, done } = play([['offer', 0], ['stop', 1], ['lost', 2], ['failed', 3], ['answered', 4], ['connected', 5], ['tick', 99_999]]);
    expect(done).toEqual(['offer@0', 'drop@1']);
    expect(attempt.phase).toBe('idle');
  });
});
