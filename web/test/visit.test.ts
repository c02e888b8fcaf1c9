// The connection to a visit, carried out. In: the server's words, a browser by hand. Out: what is sent and known. Never: a network.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ANSWER_MAX_MS, RESTART_MAX_MS, RETRY_MIN_MS } from '../src/sdk/attempt';
import { AWAKE_ANSWER_MAX_MS } from '../src/sdk/line';
import { DISCONNECTED_MAX_MS } from '../src/sdk/recovery';
import { begin, device, greeted, install, network, offers, pass, peers, says, sent, sockets, trouble, uninstall } from './browser';

beforeEach(install);
afterEach(uninstall);

const remotes = () => peers.map((peer) => peer.remote);

describe('what is said of an earlier offer', () => {
  /** The page offers again after a blip, while the first offer is still being answered. */
  async function offeredTwice() {
    const { state } = await begin();
    sockets[0]!.onclose?.();
    await pass(1_000);
    await greeted();
    const [first, second] = offers();
    expect(offers()).toHaveLength(2);
    expect(second!.number).toBe(first!.number + 1);
    return { state, first: first!.number, second: second!.number };
  }

  it('is not taken for the present one: the answer', async () => {
    const { first, second } = await offeredTwice();
    await says({ t: 'answer', number: first, sdp: 'to the first' });
    expect(remotes()).toEqual([null, null]);
    await says({ t: 'answer', number: second, sdp: 'to the second' });
    expect(remotes()).toEqual([null, 'to the second']);
  });

  it('is not taken for the present one: the loss', async () => {
    const { first, second } = await offeredTwice();
    await says({ t: 'media_lost', number: first });
    expect(offers()).toHaveLength(2);
    await says({ t: 'answer', number: second, sdp: 'to the second' });
    peers[1]!.becomes('connected');
    await says({ t: 'media_lost', number: first });
    expect(offers()).toHaveLength(2);
    await says({ t: 'media_lost', number: second });
    expect(offers().map((offer) => offer.number)).toEqual([first, second, second + 1]);
  });

  it('is not taken for the present one: the refusal', async () => {
    const { state, first, second } = await offeredTwice();
    await says({ t: 'refused', to: 'offer', code: 'server_full', number: first });
    expect(state().refusal).toBeNull();
    await says({ t: 'answer', number: second, sdp: 'to the second' });
    expect(remotes()).toEqual([null, 'to the second']);
    await pass(9_000);
    expect(offers()).toHaveLength(2);
  });

  it('other refusals are told as before', async () => {
    const { state } = await begin();
    await says({ t: 'refused', to: 'admit', code: 'no_such_person', number: null });
    expect(state().refusal).toEqual({ to: 'admit', code: 'no_such_person' });
  });
});

describe('voice and picture that do not come', () => {
  /** Longest pause before another try. */
  const PAUSE_MS = 10_000;

  it('are offered again when the browser could not make the offer', async () => {
    trouble.offer = true;
    const { state } = await begin();
    expect(offers()).toEqual([]);
    expect(state().media).toBe('restoring');
    trouble.offer = false;
    await pass(PAUSE_MS);
    expect(offers()).toHaveLength(1);
    expect(state().media).toBe('connecting');
  });

  it('are offered again when the browser could not take the answer', async () => {
    const { state } = await begin();
    trouble.answer = true;
    await says({ t: 'answer', number: offers()[0]!.number, sdp: 'a' });
    expect(state().media).toBe('restoring');
    await pass(PAUSE_MS);
    expect(offers()).toHaveLength(2);
  });

  it('are offered again when no answer comes', async () => {
    const { state } = await begin();
    await pass(ANSWER_MAX_MS - 1);
    expect(offers()).toHaveLength(1);
    await pass(1);
    expect(state().media).toBe('restoring');
    await pass(RETRY_MIN_MS + 250);
    expect(offers()).toHaveLength(2);
    expect(state().media).toBe('connecting');
  });

  it('are offered again when the server is full, and the sentence goes when they come', async () => {
    const { state } = await begin();
    await says({ t: 'refused', to: 'offer', code: 'server_full', number: offers()[0]!.number });
    expect(state().refusal?.code).toBe('server_full');
    await pass(RETRY_MIN_MS + 250);
    await says({ t: 'answer', number: offers()[1]!.number, sdp: 'a' });
    peers[1]!.becomes('connected');
    expect(state()).toMatchObject({ media: 'up', refusal: null });
  });

  it('are not offered again where that would change nothing', async () => {
    const { state } = await begin();
    await says({ t: 'refused', to: 'offer', code: 'bad_offer', number: offers()[0]!.number });
    await pass(60_000);
    expect(offers()).toHaveLength(1);
    expect(state()).toMatchObject({ media: 'off', refusal: { code: 'bad_offer' } });
  });

  it('are said to be blocked after the second that found no way, until one does', async () => {
    const { state } = await begin();
    for (const each of [0, 1]) {
      expect(state().media).toBe('connecting');
      await says({ t: 'answer', number: offers()[each]!.number, sdp: 'a' });
      peers[each]!.becomes('failed');
      if (each === 0) await pass(PAUSE_MS / 2);
    }
    expect(state().media).toBe('blocked');
    await pass(PAUSE_MS / 2);
    expect(state().media).toBe('blocked');
    await says({ t: 'answer', number: offers()[2]!.number, sdp: 'a' });
    peers[2]!.becomes('connected');
    expect(state().media).toBe('up');
  });

  it('wait for the line', async () => {
    const { state } = await begin();
    sockets[0]!.onclose?.();
    await pass(ANSWER_MAX_MS * 3);
    expect(offers()).toHaveLength(1);
    expect(state().media).toBe('off');
    await greeted();
    expect(offers()).toHaveLength(2);
  });
});

describe('a way that is lost', () => {
  const ANSWER = 'a\r\na=ice-ufrag:first\r\na=ice-pwd:secret\r\n';
  const restarts = () => sent.filter((message) => message.t === 'restart_ice');

  async function up() {
    const { state } = await begin();
    const { number } = offers()[0]!;
    await says({ t: 'answer', number, sdp: ANSWER });
    peers[0]!.becomes('connected');
    return { state, number };
  }

  it('is followed by another on the same connection, and nothing is offered', async () => {
    const { state, number } = await up();
    peers[0]!.becomes('disconnected');
    expect(state().media).toBe('restoring');
    await pass(DISCONNECTED_MAX_MS);
    expect(restarts()).toEqual([{ t: 'restart_ice', number, ufrag: 'own1', password: 'secret1' }]);
    await says({ t: 'ice_restarted', number, to: 'own1', ufrag: 'second', password: 'other' });
    expect(peers[0]!.remote).toContain('a=ice-ufrag:second\r\na=ice-pwd:other');
    peers[0]!.becomes('connected');
    expect(state().media).toBe('up');
    await pass(60_000);
    expect([peers.length, offers().length, restarts().length]).toEqual([1, 1, 1]);
  });

  it('is taken to be found by no answer to an earlier try', async () => {
    const { number } = await up();
    device.online!();
    await pass(0);
    device.online!();
    await pass(0);
    expect(restarts().map((message) => message.ufrag)).toEqual(['own1', 'own2']);
    await says({ t: 'ice_restarted', number, to: 'own1', ufrag: 'early', password: 'x' });
    expect(peers[0]!.remote).not.toContain('early');
    await says({ t: 'ice_restarted', number: number - 1, to: 'own2', ufrag: 'stale', password: 'x' });
    expect(peers[0]!.remote).not.toContain('stale');
    await says({ t: 'ice_restarted', number, to: 'own2', ufrag: 'late', password: 'x' });
    expect(peers[0]!.remote).toContain('a=ice-ufrag:late');
  });

  it('that is not found in time is given up for another connection', async () => {
    const { number } = await up();
    peers[0]!.becomes('failed');
    await pass(0);
    await says({ t: 'ice_restarted', number, to: 'own1', ufrag: 'second', password: 'other' });
    await pass(RESTART_MAX_MS - 1);
    expect(offers()).toHaveLength(1);
    await pass(1);
    expect(offers()).toHaveLength(2);
    expect(peers[0]!.connectionState).toBe('closed');
  });

  it('is looked for again on the next line, if the server still holds its side', async () => {
    const { state } = await up();
    peers[0]!.becomes('failed');
    await pass(0);
    sockets[0]!.onclose?.();
    await pass(ANSWER_MAX_MS);
    expect(state().media).toBe('restoring');
    await greeted(true);
    await pass(0);
    expect([peers.length, offers().length, restarts().length]).toEqual([1, 1, 2]);
  });

  it('is of no use where the server holds its side no more', async () => {
    const { number } = await up();
    peers[0]!.becomes('failed');
    await pass(0);
    await says({ t: 'media_lost', number });
    expect([offers().length, restarts().length]).toEqual([2, 1]);
  });

  it('or that cannot be asked for, ends in another connection', async () => {
    await up();
    trouble.offer = true;
    peers[0]!.becomes('failed');
    await pass(0);
    trouble.offer = false;
    await pass(RETRY_MIN_MS + 250);
    expect(offers()).toHaveLength(2);
  });
});

describe('a telephone on another network', () => {
  it('looks for another way at once, and not at each new estimate of the same network', async () => {
    const { visit } = await begin();
    await says({ t: 'answer', number: offers()[0]!.number, sdp: 'a=ice-ufrag:first\r\na=ice-pwd:secret\r\n' });
    peers[0]!.becomes('connected');
    const changes = async (type: string) => {
      network.type = type;
      network.dispatchEvent(new Event('change'));
      await pass(0);
      return sent.filter((message) => message.t === 'restart_ice').length;
    };
    expect(await changes('wifi')).toBe(0);
    expect(await changes('none')).toBe(0);
    expect(await changes('cellular')).toBe(1);
    expect(visit.state.media).toBe('up');
    expect(offers()).toHaveLength(1);
    visit.stop();
    expect(await changes('wifi')).toBe(1);
  });
});

describe('a device that wakes up', () => {
  /** Longest pause before the first try of a new line. */
  const FIRST_PAUSE_MS = 250;

  it.each(['online', 'visibilitychange'])('opens a lost line at once: %s', async (event) => {
    await begin();
    for (const each of [0, 1, 2]) {
      sockets[each]!.onclose?.();
      device[event]!();
      expect(sockets).toHaveLength(each + 2);
    }
    await greeted();
    expect(offers()).toHaveLength(2);
  });

  it.each(['online', 'visibilitychange'])('offers at once what was to be offered later: %s', async (event) => {
    await begin();
    await says({ t: 'refused', to: 'offer', code: 'fault', number: offers()[0]!.number });
    device[event]!();
    await pass(0);
    expect(offers()).toHaveLength(2);
  });

  it('finds out soon that its line is dead, and leaves alone what works', async () => {
    await begin();
    device.online!();
    await pass(AWAKE_ANSWER_MAX_MS * 2);
    expect(sockets).toHaveLength(1);
    device.online!();
    await vi.advanceTimersByTimeAsync(AWAKE_ANSWER_MAX_MS + FIRST_PAUSE_MS);
    expect(sockets).toHaveLength(2);
    await greeted();
    expect(offers()).toHaveLength(2);
  });

  it('disturbs nobody while it is hidden, or after the end', async () => {
    const { visit } = await begin();
    sockets[0]!.onclose?.();
    (document as { hidden: boolean }).hidden = true;
    device.visibilitychange!();
    expect(sockets).toHaveLength(1);
    visit.stop();
    expect(device).toEqual({});
  });
});
