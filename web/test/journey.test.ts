// A person's way through the screens, as far as the page decides it. In: what the server says. Out: which screen, and what is told by itself. Never: a real device.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { GateAsk, ServerMessage, Standing } from '../src/protocol';
import { Journey } from '../src/page/journey';
import { keepEnded, keepSession } from '../src/page/keep';
import { install, says, sent, sockets, uninstall, WELCOME } from './browser';
import { session } from './people';

beforeEach(() => {
  install();
  vi.stubGlobal('location', { href: 'http://localhost/j', hash: '', pathname: '/j' });
  vi.stubGlobal('navigator', { languages: ['en'] });
});
afterEach(() => {
  keepSession(null);
  keepEnded(null);
  uninstall();
});

/** A page that was reloaded in the middle of a visit, and is greeted with this standing. */
async function reloaded(standing: Standing): Promise<Journey> {
  keepSession(session);
  const journey = new Journey();
  journey.begin();
  await vi.advanceTimersByTimeAsync(0);
  const [socket] = sockets;
  socket!.readyState = 1;
  socket!.onopen?.();
  await says({ ...(WELCOME as Extract<ServerMessage, { t: 'welcome' }>), standing });
  return journey;
}

const device = (over: Partial<GateAsk> = {}): ServerMessage => ({
  t: 'asks', consents: [],
  gates: [{ gate: 'device', need: 'asked', point: 'admission', by: ['measured'], through: false, failures: 0, ...over }],
});

const checks = () => sent.filter((message) => message.t === 'check');

describe('somebody early', () => {
  it('stays, and goes on by themselves when the door opens', async () => {
    const journey = await reloaded('early');
    expect([journey.screen.at, journey.state?.standing, journey.state?.opensAt]).toEqual(['visit', 'early', session.starts_at]);
    await says({ t: 'standing', standing: 'waiting' });
    expect([journey.screen.at, journey.state?.standing]).toEqual(['visit', 'waiting']);
  });
});

describe('a visit that went by', () => {
  it('is said to have been missed', async () => {
    const journey = await reloaded('missed');
    expect(journey.screen).toMatchObject({ at: 'ending', ended: { ending: 'missed', outcome: null, session: null } });
  });
});

describe('the end', () => {
  it('is still the end after a reload, in the language of the visit, until the person comes back', async () => {
    await reloaded('ended');
    const journey = new Journey();
    journey.begin();
    expect(journey.screen).toMatchObject({ at: 'ending', ended: { ending: 'ended' } });
    expect(journey.language).toBe(session.language);
    journey.comeBack();
    const again = new Journey();
    again.begin();
    expect(again.screen.at).not.toBe('ending');
  });

  it('asks how it was until it has been said, over a reload too, and only of whoever was in the visit', async () => {
    await reloaded('admitted');
    await says({ t: 'standing', standing: 'ended' });
    const asks = () => {
      const journey = new Journey();
      journey.begin();
      return { journey, session: journey.screen.at === 'ending' ? journey.screen.ended.session?.session : 'no end' };
    };
    const first = asks();
    expect(first.session).toBe(session.session);
    first.journey.answered();
    expect(asks().session).toBeUndefined();
  });

  it('of an earlier link is not that of a new one', async () => {
    await reloaded('left');
    vi.stubGlobal('history', { replaceState: () => undefined });
    vi.stubGlobal('location', { href: 'http://localhost/j', hash: '#new.link', pathname: '/j' });
    const journey = new Journey();
    journey.begin();
    expect(journey.screen.at).toBe('welcome');
  });
});

describe('the device check', () => {
  it('is told once when it is asked for, and again only when it turns out otherwise', async () => {
    const journey = await reloaded('waiting');
    expect(checks()).toEqual([]);
    await says(device());
    const without = { t: 'check', participant: null, evidence: { gate: 'device', camera: false, microphone: false, line: true } };
    expect(checks()).toEqual([without]);
    await says(device({ failures: 1 }));
    expect(checks()).toHaveLength(1);
    journey.capture.microphone = { readyState: 'live' } as MediaStreamTrack;
    await says(device({ failures: 1, need: 'skippable' }));
    expect(checks()[1]).toEqual({ ...without, evidence: { ...without.evidence, microphone: true } });
    await says(device({ through: true }));
    expect(checks()).toHaveLength(2);
  });
});
