// What is asked, and the lines of the chat. In: asks, devices, lines. Out: what is open, what is told. Never: a server.
import { describe, expect, it } from 'vitest';
import type { ChatLine, ConsentAsk, GateAsk, ServerMessage } from '../src/protocol';
import { deviceEvidence, openConsents, openGates } from '../src/sdk/asks';
import { lastId, unread, withLine } from '../src/sdk/chat';
import { initialState, reduce, type VisitState } from '../src/sdk/state';
import { openCount } from '../src/page/asks';
import { targets, writer } from '../src/page/chat';
import { unchecked } from '../src/page/end';
import { conferring, queueLine, statusLines } from '../src/page/status';
import { words as en } from '../src/words/en';
import { person, readiness, session } from './people';

const consent = (over: Partial<ConsentAsk> = {}): ConsentAsk =>
  ({ purpose: 'telehealth', need: 'required', version: '1', language: 'en', text: 'I agree.', agreed: null, ...over });
const gate = (over: Partial<GateAsk> = {}): GateAsk =>
  ({ gate: 'location', need: 'asked', point: 'admission', by: ['stated'], through: false, failures: 0, ...over });
const line = (id: string, over: Partial<ChatLine> = {}): ChatLine =>
  ({ id, from: 'a', role: 'family', to: { to: 'everybody' }, ready: null, at: '2026-12-01T09:31:00Z', text: `line ${id}`, ...over });
const after = (...messages: ServerMessage[]): VisitState => messages.reduce(reduce, initialState(session));
const people = (over: Partial<Extract<ServerMessage, { t: 'people' }>> = {}): ServerMessage =>
  ({ t: 'people', people: [], staff_here: true, apart: null, in_sidebar: false, leads: false, voice_only: false, ...over });

describe('what is asked', () => {
  it('is open until somebody answers, whatever they say', () => {
    expect(openConsents([consent(), consent({ purpose: 'recording', agreed: false }), consent({ purpose: 'captions', agreed: true })])).toEqual([consent()]);
    expect(openConsents([consent({ need: 'off' })])).toEqual([]);
  });

  it('is open until it is through; the device is not the person’s to answer', () => {
    expect(openGates([gate(), gate({ gate: 'callback', through: true }), gate({ gate: 'device', by: ['measured'] })])).toEqual([gate()]);
    expect(openCount(after({ t: 'asks', consents: [consent()], gates: [gate()] }))).toBe(2);
  });

  it('has the device told as it is, once it can be told', () => {
    const track = (readyState: 'live' | 'ended') => ({ readyState }) as MediaStreamTrack;
    const asked = [gate({ gate: 'device', by: ['measured'] })];
    const both = { camera: track('live'), microphone: track('live'), busy: false };
    const up = { line: 'up', media: 'off' } as const;
    expect(deviceEvidence(asked, both, up)).toEqual({ gate: 'device', camera: true, microphone: true, line: true });
    expect(deviceEvidence(asked, { ...both, camera: null, microphone: track('ended') }, up)).toEqual({ gate: 'device', camera: false, microphone: false, line: true });
    expect(deviceEvidence(asked, both, { ...up, media: 'blocked' })).toMatchObject({ line: false });
    expect(deviceEvidence(asked, { ...both, busy: true }, up)).toBeNull();
    expect(deviceEvidence(asked, both, { ...up, line: 'restoring' })).toBeNull();
    expect(deviceEvidence([gate()], both, up)).toBeNull();
    expect(deviceEvidence([gate({ gate: 'device', through: true })], both, up)).toBeNull();
  });
});

describe('the chat', () => {
  it('has each line once and in order, also after a new greeting', () => {
    const lines = ['2', '1', '3', '2'].reduce((list, id) => withLine(list, line(id)), [] as ChatLine[]);
    expect(lines.map(({ id }) => id)).toEqual(['1', '2', '3']);
    expect(lastId(lines)).toBe('3');
    expect(withLine(lines, line('2'))).toBe(lines);
  });

  it('keeps the newest lines', () => {
    const many = Array.from({ length: 250 }, (_, index) => line(String(1000 + index)));
    const kept = many.reduce((list, each) => withLine(list, each), [] as ChatLine[]);
    expect([kept.length, kept[0]?.id, lastId(kept)]).toEqual([200, '1050', '1249']);
  });

  it('counts as unread what others wrote since', () => {
    const lines = [line('1'), line('2', { from: 'me' }), line('3')];
    expect(unread(lines, 'me', '').map(({ id }) => id)).toEqual(['1', '3']);
    expect(unread(lines, 'me', '2').map(({ id }) => id)).toEqual(['3']);
    expect(unread(lines, 'me', '3')).toEqual([]);
  });

  it('goes from the lobby to staff only, in the visit to one person from staff only', () => {
    const to = (state: VisitState) => targets(state, en).map(({ value }) => value);
    const waiting = { ...after(people()), standing: 'waiting' as const };
    expect(to(waiting)).toEqual(['staff']);
    expect(to({ ...waiting, staffHere: false })).toEqual([]);
    const here = { ...after(people({ people: [person('a'), person('b', { presence: 'expected' })] })), standing: 'admitted' as const };
    expect(to(here)).toEqual(['everybody', 'staff']);
    expect(to({ ...here, can: ['admit'] })).toEqual(['everybody', 'staff', 'a']);
    const lobby = after(people({ people: [person('a'), person('w', { presence: 'waiting' })] }));
    expect(to({ ...lobby, standing: 'admitted', can: ['admit'] }), 'to all who wait, where somebody does').toEqual(['everybody', 'staff', 'waiting', 'a', 'w']);
    expect(to({ ...lobby, standing: 'admitted' })).toEqual(['everybody', 'staff']);
  });

  it('names no one to somebody who waits', () => {
    const waiting = { ...after(people()), standing: 'waiting' as const };
    expect(writer({ from: 'x' }, waiting, en)).toBe('Care team');
    expect(writer({ from: 'x', role: 'clinician' }, waiting, en), 'the part, not the name').toBe('Clinician');
    expect(writer({ from: 'me' }, waiting, en)).toBe('You');
    expect(writer({ from: '00000000-0000-0000-0000-000000000000', role: null }, { ...waiting, standing: 'admitted' }, en), 'the desk').toBe('Care team');
    expect(writer({ from: 'x' }, { ...waiting, standing: 'admitted' }, en)).toBe('Somebody who has left');
  });
});

describe('where somebody stands', () => {
  it('is told in the queue as it is, and no more once they are in', () => {
    const state = after({ t: 'queue', position: 3, wait_minutes: 12 });
    expect(queueLine(state, en)).toBe('You are number 3 in the queue. It may take about 12 minutes.');
    expect(queueLine(after({ t: 'queue', position: 1, wait_minutes: null }), en)).toBe('You are next.');
    expect(queueLine(reduce(state, { t: 'standing', standing: 'admitted' }), en)).toBe('');
  });

  it('is told plainly to whoever is apart, and goes when they are back', () => {
    const held = after(people({ apart: 'hold' }));
    expect(statusLines(held, en)).toContain('You are on hold. Nobody hears you, and you hear nobody.');
    expect(statusLines(reduce(held, people()), en)).not.toContain(en.apart.hold);
  });

  it('tells the others who confers, and not those who are apart themselves', () => {
    const two = [person('a', { display_name: 'Ana', in_sidebar: true }), person('b', { display_name: 'Ben', in_sidebar: true })];
    const state = after(people({ people: two }));
    expect(conferring(state)).toEqual(['Ana', 'Ben']);
    const told = 'Ana and Ben confer apart for a moment. You do not hear each other.';
    expect(statusLines(state, en)).toContain(told);
    expect(statusLines(after(people({ people: two, apart: 'hold' })), en)).not.toContain(told);
    expect(statusLines(after(people({ people: two, in_sidebar: true })), en)).not.toContain(told);
  });

  it('follows a visit that was moved, and its parts', () => {
    const state = after({
      t: 'schedule', starts_at: '2026-12-02T09:30:00Z', ends_at: '2026-12-02T10:00:00Z', segments: ['consultation', 'counselling'], segment: 0,
      segment_since: '2026-12-02T09:31:00Z', topics: ['purpose'], hand_over_to: 'me', no_show_proposed: true, overran: true,
    });
    expect(state).toMatchObject({
      startsAt: '2026-12-02T09:30:00Z', endsAt: '2026-12-02T10:00:00Z',
      plan: { segments: ['consultation', 'counselling'], segment: 0, handOverTo: 'me', noShowProposed: true, overran: true },
    });
  });
});

describe('the end', () => {
  const open = readiness({ before_end: ['identity'] });

  it('waits for the checks of those who are here, and of those who have left only once the server says so', () => {
    const list = [person('a', { readiness: open }), person('b', { readiness: open, presence: 'expected' }), person('c', { readiness: readiness() })];
    const names = (refusal: VisitState['refusal']) => unchecked({ people: list, refusal }).map(({ participant }) => participant);
    expect(names(null)).toEqual(['a']);
    expect(names({ to: 'end', code: 'gate_closed' })).toEqual(['a', 'b']);
  });
});

describe('a personal link', () => {
  it('is held until it is put away', () => {
    const state = after({ t: 'invited', participant: 'a', link: 'https://example.org/j#a.b' });
    expect(state.invited).toEqual({ participant: 'a', link: 'https://example.org/j#a.b' });
    expect(reduce(state, { t: 'invited_read' }).invited).toBeNull();
  });
});
