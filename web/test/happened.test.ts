// What is told of a visit. In: messages of the server, one after the other. Out: the events between. Never: a socket.
import { describe, expect, it } from 'vitest';
import type { Cause, ChatLine, Delivery, ServerMessage } from '../src/protocol';
import { type Happened, happened } from '../src/sdk/happened';
import { initialState, type LocalMessage, reduce } from '../src/sdk/state';
import { WELCOME } from './browser';
import { person, session } from './people';

/** What is told after each message. */
function tell(messages: (ServerMessage | LocalMessage)[]): Happened[][] {
  let state = initialState(session);
  return messages.map((message) => {
    const before = state;
    state = reduce(state, message);
    return happened(before, state);
  });
}

const names = (told: Happened[][]) => told.map((each) => each.map(({ name }) => name));
const line = (id: string): ChatLine => ({ id, from: 'a', to: { to: 'everybody' }, text: id, at: '2026-12-01T09:31:00Z' }) as ChatLine;
const delivered = (...deliveries: Delivery[]): ServerMessage => ({ t: 'delivered', sound: 'plain', deliveries });
const picture = (participant: string, cause: Cause, given: number | null): Delivery =>
  ({ participant, source: 'camera', wanted: 2, given, motion: 'full', cause });

describe('what has happened', () => {
  it('is told once, and nothing is told when nothing has', () => {
    const waits: ServerMessage = { t: 'queue', position: 2, wait_minutes: 5 };
    const told = tell([WELCOME, waits, { t: 'standing', standing: 'admitted' }, { t: 'pong' }, { t: 'clock', sent: 1, at_ms: 2 }]);
    expect(names(told)).toEqual([['line', 'standing'], ['queue'], ['queue'], [], []]);
    expect(told[1]).toEqual([{ name: 'queue', detail: { position: 2, waitMinutes: 5 } }]);
    expect(told[2]).toEqual([{ name: 'queue', detail: null }]);
  });

  it('of a picture is how much less comes, why, and that it is well again', () => {
    const told = tell([
      delivered(picture('a', 'as_wanted', 2)),
      delivered(picture('a', 'your_line', 0)),
      delivered(picture('a', 'your_line', null), picture('b', 'their_side', 2)),
      delivered(picture('a', 'as_wanted', 2)),
      delivered(picture('a', 'the_server', null)),
      { t: 'offered' },
    ]).map((each) => each.filter(({ name }) => name === 'quality').map(({ detail }) => detail));
    const of = (step: string | null, reason: string | null) => [{ participant: 'a', source: 'camera', step, reason }];
    expect(told).toEqual([[], of('small', 'your_line'), of('paused', 'your_line'), of(null, null), of('paused', 'the_server'), of(null, null)]);
  });

  it('of a stream is where it comes, also when it moves, and that it has gone with the connection', () => {
    const slots = (mid: string): ServerMessage => ({ t: 'slots', slots: [{ mid, bound: { participant: 'a', source: 'screen' } }] });
    const here = (screen: boolean): ServerMessage =>
      ({ t: 'people', people: [person('a', { sources: { microphone: true, camera: true, screen } })], staff_here: true, apart: null, in_sidebar: false, leads: false, voice_only: false });
    const told = tell([here(false), slots('5'), here(true), slots('6'), { t: 'offered' }])
      .map((each) => each.filter(({ name }) => name === 'coming').map(({ detail }) => (detail as { mid: string | null }).mid));
    expect(told).toEqual([[], [], ['5'], ['6'], [null]]);
  });

  it('of the chat is each line once, whatever its place', () => {
    const told = tell(['2', '1', '2', '3'].map((id) => ({ t: 'chat', line: line(id) })));
    expect(told.map((each) => each.map(({ detail }) => (detail as ChatLine).id))).toEqual([['2'], ['1'], [], ['3']]);
  });

  it('of interpreting is what is heard, and how loud', () => {
    const hearing: ServerMessage = {
      t: 'hearing', mode: 'simultaneous', channels: [{ language: 'es', signed: false, active: 'i', awaited: null, passive: [] }], listens: 'es',
      heard: [{ participant: 'i', level: 'full' }, { participant: 'a', level: 'ducked' }], direction: null, offered_by: null, sign_languages: [], signers: [], worked: null,
    };
    expect(tell([hearing])[0]).toEqual([{
      name: 'hearing',
      detail: { mode: 'simultaneous', channels: hearing.channels, listens: 'es', levelByPerson: { i: 'full', a: 'ducked' }, direction: null, offeredBy: null, signLanguages: {}, signers: [], worked: null },
    }]);
  });

  it('of an interpreter’s line is how it keeps the standards', () => {
    const lines = [{ interpreter: 'i', standards: [{ number: 1, verdict: 'not_met' as const, not_met: ['smooth_permille' as const] }] }];
    expect(tell([{ t: 'standards', lines }])[0]).toEqual([{ name: 'standards', detail: lines }]);
  });

  it('of a refusal is told each time, and not when it was read', () => {
    const refused: ServerMessage = { t: 'refused', to: 'admit', code: 'mismatch', number: null };
    expect(names(tell([refused, { t: 'refusal_read' }, refused]))).toEqual([['refused'], [], ['refused']]);
  });
});
