// The reducer, slots and recovery. In: messages. Out: what the page would know. Never: a server.
import { describe, expect, it } from 'vitest';
import type { ServerMessage } from '../src/protocol';
import { afterGreeting, isLost } from '../src/sdk/recovery';
import { midOf, stage, voices } from '../src/sdk/slots';
import { changes, initialState, isOver, type LocalMessage, reduce, type VisitState } from '../src/sdk/state';
import { person, session } from './people';

const WELCOME: ServerMessage = {
  t: 'welcome', you: 'me', role: 'patient', standing: 'waiting', can: ['speak', 'show_face'],
  starts_at: session.starts_at, ends_at: session.ends_at, opens_at: session.starts_at, slots: { audio: 8, video: 8 }, media_up: false,
};

function after(...messages: (ServerMessage | LocalMessage)[]): VisitState {
  return messages.reduce(reduce, initialState(session));
}

describe('reduce', () => {
  it('takes the whole picture from welcome', () => {
    const state = after(WELCOME);
    expect(state).toMatchObject({ line: 'up', standing: 'waiting', can: ['speak', 'show_face'], slotCount: { audio: 8, video: 8 } });
  });

  it('is restoring from the moment the server says that it stops until it is greeted anew', () => {
    const state = after(WELCOME, { t: 'going_away' });
    expect(state.line).toBe('restoring');
    expect(reduce(state, WELCOME).line).toBe('up');
  });

  it('forgets slots, layers and deliveries of an old connection when a new one is offered', () => {
    const layers = [{ watched: true, kbps_max: null }, { watched: false, kbps_max: 80 }];
    const state = after(
      WELCOME,
      { t: 'slots', slots: [{ mid: '3', bound: { participant: 'a', source: 'microphone' } }, { mid: '4', bound: null }] },
      { t: 'watched', source: 'camera', layers },
      { t: 'delivered', sound: 'thin', deliveries: [{ participant: 'a', source: 'camera', wanted: 1, given: null, motion: 'full', cause: 'your_line' }] },
      { t: 'given_up', rung: 'lowest' },
      { t: 'speakers', participants: ['a'] },
    );
    expect(state.boundByMid).toEqual({ 3: { participant: 'a', source: 'microphone' } });
    expect(state).toMatchObject({ worthBySource: { camera: layers }, sound: 'thin', givenUp: 'lowest' });
    expect(reduce(state, { t: 'offered' })).toMatchObject({ boundByMid: {}, worthBySource: {}, deliveries: [], speakers: [], sound: 'plain', givenUp: 'all' });
  });

  it('is left alone by messages it does not know', () => {
    const state = after(WELCOME);
    expect(reduce(state, { t: 'from_the_future' } as unknown as ServerMessage)).toBe(state);
  });

  it('does not restore a line that is over', () => {
    expect(after(WELCOME, { t: 'line', line: 'over' }, { t: 'line', line: 'restoring' }).line).toBe('over');
  });

  it('tells no news of the people who were there first, and of each one after', () => {
    const first = after(WELCOME, { t: 'people', people: [person('a')], staff_here: true, apart: null, in_sidebar: false, leads: false, voice_only: false });
    expect(first.news).toEqual([]);
    const then = reduce(first, { t: 'people', people: [person('a'), person('b', { presence: 'waiting' })], staff_here: true, apart: null, in_sidebar: false, leads: false, voice_only: false });
    expect(then.news.map(({ id, kind, person: { participant } }) => [id, kind, participant])).toEqual([[1, 'waits', 'b']]);
    const last = reduce(then, { t: 'people', people: [person('b')], staff_here: true, apart: null, in_sidebar: false, leads: false, voice_only: false });
    expect(last.news.map(({ id, kind }) => [id, kind])).toEqual([[1, 'waits'], [2, 'arrived'], [3, 'gone']]);
  });

  it('keeps few news and numbers them on', () => {
    let state = after(WELCOME, { t: 'people', people: [], staff_here: false, apart: null, in_sidebar: false, leads: false, voice_only: false });
    for (let index = 0; index < 20; index += 1) {
      state = reduce(state, { t: 'people', people: index % 2 ? [] : [person('a')], staff_here: false, apart: null, in_sidebar: false, leads: false, voice_only: false });
    }
    expect(state.news).toHaveLength(6);
    expect(state.news.map((news) => news.id)).toEqual([15, 16, 17, 18, 19, 20]);
  });
});

describe('changes', () => {
  it.each([
    ['expected', 'here', 'arrived'],
    ['waiting', 'here', 'arrived'],
    ['reconnecting', 'here', 'back'],
    ['here', 'reconnecting', 'reconnecting'],
    ['expected', 'waiting', 'waits'],
    ['here', 'expected', 'gone'],
    ['waiting', 'expected', 'waits_no_more'],
    ['reconnecting', 'expected', 'gone'],
  ] as const)('from %s to %s is %s', (from, to, kind) => {
    expect(changes([person('a', { presence: from })], [person('a', { presence: to })]).map((change) => change.kind)).toEqual([kind]);
  });

  it('tells of a screen, once', () => {
    const shares = person('a', { sources: { microphone: true, camera: true, screen: true } });
    expect(changes([person('a')], [shares]).map((change) => change.kind)).toEqual(['shares']);
    expect(changes([shares], [shares])).toEqual([]);
    expect(changes([shares], [person('a')]).map((change) => change.kind)).toEqual(['shares_no_more']);
  });

  it('says of whoever vanishes from the list that they have left, or no longer wait', () => {
    const vanished = (presence: 'here' | 'reconnecting' | 'waiting') => changes([person('a', { presence })], []).map((change) => change.kind);
    expect([vanished('here'), vanished('reconnecting'), vanished('waiting')]).toEqual([['gone'], ['gone'], ['waits_no_more']]);
  });

  it('says nothing of somebody only expected', () => {
    expect(changes([person('a', { presence: 'expected' })], [])).toEqual([]);
    expect(changes([], [person('a', { presence: 'expected' })])).toEqual([]);
  });
});

describe('stage', () => {
  const boundByMid = {
    3: { participant: 'a', source: 'microphone' as const },
    5: { participant: 'b', source: 'microphone' as const },
    11: { participant: 'a', source: 'camera' as const },
    12: { participant: 'a', source: 'screen' as const },
  };

  it('has a face for everybody in the visit, and a screen for whoever shares one', () => {
    const people = [
      person('a', { sources: { microphone: true, camera: true, screen: true } }),
      person('b', { sources: { microphone: false, camera: false, screen: false } }),
      person('c', { presence: 'waiting' }),
      person('d', { presence: 'expected' }),
      person('e', { presence: 'reconnecting' }),
    ];
    const { faces, screens } = stage({ people, boundByMid, speakers: ['a', 'b'], deliveries: [], voiceOnly: false });
    expect(faces.map(({ person: { participant }, mid, speaking }) => [participant, mid, speaking])).toEqual([
      ['a', '11', true], ['b', null, false], ['e', null, false],
    ]);
    expect(screens.map(({ key, mid }) => [key, mid])).toEqual([['a/screen', '12']]);
  });

  it('has sixteen faces at most: those who are seen or heard before the others, in their places', () => {
    const people = Array.from({ length: 30 }, (_, at) => person(`p${at}`));
    const bound = { 3: { participant: 'p29', source: 'camera' as const } };
    const { faces } = stage({ people, boundByMid: bound, speakers: ['p20'], deliveries: [], voiceOnly: false });
    const shown = faces.map(({ person: { participant } }) => participant);
    expect(shown).toEqual([...Array.from({ length: 14 }, (_, at) => `p${at}`), 'p20', 'p29']);
  });

  it('draws no picture of a camera that is off, even where a slot is still bound', () => {
    const people = [person('a', { sources: { microphone: true, camera: false, screen: false } })];
    expect(stage({ people, boundByMid, speakers: [], deliveries: [], voiceOnly: false }).faces[0]?.mid).toBeNull();
  });

  it('carries what is delivered to its own picture', () => {
    const delivery = { participant: 'a', source: 'camera' as const, wanted: 1, given: null, motion: 'full' as const, cause: 'your_line' as const };
    const { faces } = stage({ people: [person('a'), person('b')], boundByMid, speakers: [], deliveries: [delivery], voiceOnly: false });
    expect(faces.map((face) => face.delivery)).toEqual([delivery, null]);
  });

  it('plays each bound voice on its own line', () => {
    expect(voices(boundByMid)).toEqual([{ mid: '3', participant: 'a' }, { mid: '5', participant: 'b' }]);
    expect(midOf(boundByMid, 'b', 'camera')).toBeNull();
  });
});

describe('recovery', () => {
  it('keeps a working connection over the loss of the WebSocket', () => {
    for (const peer of ['new', 'connecting', 'connected'] as const) expect(afterGreeting(peer, true)).toBe('keep');
  });

  it('looks for another way on one that the server still holds, before it makes another', () => {
    for (const peer of ['disconnected', 'failed'] as const) expect(afterGreeting(peer, true)).toBe('restart');
  });

  it('makes another where either side has none', () => {
    for (const peer of ['none', 'closed'] as const) expect(afterGreeting(peer, true)).toBe('offer');
    for (const peer of ['none', 'new', 'connecting', 'connected', 'disconnected', 'failed', 'closed'] as const) {
      expect(afterGreeting(peer, false)).toBe('offer');
    }
  });

  it('gives a disconnected one a second, and a failed one none', () => {
    expect([isLost('disconnected', 999), isLost('disconnected', 1_000), isLost('failed', 0), isLost('connected', 9_999)])
      .toEqual([false, true, true, false]);
  });
});

describe('isOver', () => {
  it('is so of every standing but early, waiting and admitted', () => {
    expect(([null, 'early', 'waiting', 'admitted'] as const).some(isOver)).toBe(false);
    expect((['declined', 'removed', 'left', 'ended', 'cancelled', 'missed', 'replaced'] as const).every(isOver)).toBe(true);
  });
});
