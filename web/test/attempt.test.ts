// Tries for voice and picture. In: events at made-up times. Out: what is done and told. Never: waits.
import { describe, expect, it } from 'vitest';
import {
  ANSWER_MAX_MS, type AttemptEvent, CONNECT_MAX_MS, mediaState, NO_ATTEMPT, RESTART_MAX_MS, RETRY_MIN_MS, stepAttempt,
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
    told.push(mediaState(attempt, 'disconnected'));
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
      ['offer', 0], ['answered', 1], ['lost', 2], ['offer', 3], ['answered', 4], ['connected', 5], ['gone', 6], ['answered', 7], ['lost', 8],
    ]);
    expect(told.at(-1)).toBe('restoring');
  });

  const UP: [AttemptEvent, number][] = [['offer', 0], ['answered', 1], ['connected', 2]];

  it('looks for another way on what was up, and only then makes another connection', () => {
    const { done, told } = play([...UP, ['lost', 3], ['lost', 4], ['answered', 50], ['tick', 49 + RESTART_MAX_MS], ['tick', 50 + RESTART_MAX_MS]]);
    expect(RESTART_MAX_MS).toBe(5_000);
    expect(done).toEqual(['offer@0', 'restart@3', `offer@${50 + RESTART_MAX_MS}`]);
    expect(told.slice(3)).toEqual(['restoring', 'restoring', 'restoring', 'restoring', 'connecting']);
  });

  it('is up again once the way is found, and looks again the next time', () => {
    const { done, told, attempt } = play([...UP, ['lost', 3], ['answered', 50], ['connected', 90], ['tick', 99_999], ['lost', 100_000]]);
    expect(done).toEqual(['offer@0', 'restart@3', 'restart@100000']);
    expect(told.slice(5)).toEqual(['up', 'up', 'restoring']);
    expect(attempt.until).toBe(100_000 + ANSWER_MAX_MS);
  });

  it('says nothing to the person while the first way still carries everything', () => {
    const moved = play([...UP, ['moved', 3]]).attempt;
    expect(moved.phase).toBe('restarting');
    expect([mediaState(moved, 'connected'), mediaState(moved, 'disconnected'), mediaState(moved, 'connecting')]).toEqual(['up', 'restoring', 'restoring']);
  });

  it('looks again where the network changed meanwhile, and begins anew where nothing stood yet', () => {
    expect(play([...UP, ['moved', 3], ['moved', 4]]).done).toEqual(['offer@0', 'restart@3', 'restart@4']);
    expect(play([['offer', 0], ['moved', 1], ['answered', 2], ['moved', 3]]).done).toEqual(['offer@0', 'offer@3']);
    expect(play([['offer', 0], ['failed', 10], ['moved', 20]]).done).toEqual(['offer@0', 'drop@10', 'offer@20']);
    expect(play([['moved', 1]]).done).toEqual([]);
  });

  it('makes another at once where the server holds its side no more, or would not have the restart', () => {
    expect(play([...UP, ['gone', 3]]).done).toEqual(['offer@0', 'offer@3']);
    expect(play([...UP, ['lost', 3], ['gone', 4]]).done).toEqual(['offer@0', 'restart@3', 'offer@4']);
    expect(play([...UP, ['lost', 3], ['failed', 4]]).done).toEqual(['offer@0', 'restart@3', 'offer@4']);
    expect(play([...UP, ['lost', 3], ['tick', 3 + ANSWER_MAX_MS]]).done).toEqual(['offer@0', 'restart@3', `offer@${3 + ANSWER_MAX_MS}`]);
  });

  it('keeps what was up while nobody is there to offer to, and lets go of what never was', () => {
    const kept = play([...UP, ['lost', 3], ['alone', 3 + ANSWER_MAX_MS], ['tick', 99_999], ['moved', 100_000]]);
    expect(kept.done).toEqual(['offer@0', 'restart@3', 'restart@100000']);
    expect(play([['offer', 0], ['alone', ANSWER_MAX_MS]])).toMatchObject({ done: ['offer@0', `drop@${ANSWER_MAX_MS}`], told: ['connecting', 'off'] });
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
