// A device the system takes away. In: events at made-up times. Out: what becomes of it. Never: waits.
import { describe, expect, it } from 'vitest';
import { dueAt, GIVEN_BACK_MS, type Hold, type HoldEvent, isGone, isInterrupted, OFF, SILENCED_TOLD_MS, stepHold } from '../src/sdk/hold';

/** Plays events at times; returns the last state and when the device was opened again. */
function play(events: [HoldEvent, number][], from: Hold = OFF) {
  let hold = from;
  const reopened: number[] = [];
  for (const [event, now] of events) {
    const next = stepHold(hold, event, now);
    hold = next.hold;
    if (next.reopen) reopened.push(now);
  }
  return { hold, reopened };
}

const ON: Hold = { phase: 'on' };

describe('a device', () => {
  it('that is silenced is told of after a while, and only then', () => {
    const { hold } = play([['opened', 0], ['muted', 10]]);
    expect([dueAt(hold), isInterrupted(hold)]).toEqual([10 + SILENCED_TOLD_MS, false]);
    const told = play([['tick', 10 + SILENCED_TOLD_MS]], hold);
    expect([dueAt(told.hold), isInterrupted(told.hold), told.reopened]).toEqual([null, true, []]);
    expect(play([['unmuted', 9_000]], told.hold).hold).toEqual(ON);
  });

  it('that is silenced is asked for when the page is looked at, unless it is given back first', () => {
    const looked: [HoldEvent, number][] = [['muted', 0], ['shown', 100]];
    expect(play([...looked, ['tick', 100 + GIVEN_BACK_MS]], ON)).toEqual({ hold: { phase: 'opening' }, reopened: [100 + GIVEN_BACK_MS] });
    expect(play([...looked, ['unmuted', 200], ['tick', 100 + GIVEN_BACK_MS]], ON)).toEqual({ hold: ON, reopened: [] });
    expect(play([...looked, ['tick', 100 + GIVEN_BACK_MS - 1]], ON).reopened).toEqual([]);
  });

  it('that is gone is opened again at once, then when there is a reason to hope', () => {
    expect(play([['ended', 1], ['failed', 2], ['tick', 3], ['devices', 4], ['failed', 5], ['shown', 6], ['opened', 7]], ON)).toEqual({ hold: ON, reopened: [1, 4, 6] });
  });

  it('is not opened twice at a time', () => {
    expect(play([['ended', 1], ['ended', 2], ['devices', 3], ['shown', 4], ['muted', 5]], ON).reopened).toEqual([1]);
  });

  it('that is refused or switched off stays off, whatever happens', () => {
    const all: HoldEvent[] = ['muted', 'unmuted', 'ended', 'shown', 'devices', 'tick'];
    for (const end of ['refused', 'off'] as const) {
      expect(play([['opened', 0], [end, 1], ...all.map((event): [HoldEvent, number] => [event, 9_999])])).toEqual({ hold: OFF, reopened: [] });
    }
  });

  it('is gone when others are there and it is not; where none is named nothing is known', () => {
    expect([isGone('a', ['b']), isGone('a', ['a', 'b']), isGone('a', []), isGone('', ['b'])]).toEqual([true, false, false, false]);
  });
});
