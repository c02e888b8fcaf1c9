// How much is sent, carried out. In: the server's wishes, what the browser counts of its line. Out: parameters of the senders, the answer as it was read, what is told. Never: a network.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ClientMessage } from '../src/protocol';
import { begin, greeted, install, offers, pass, peers, says, sent, sockets, trouble, uninstall } from './browser';

beforeEach(install);
afterEach(uninstall);

const ANSWER = ['v=0', 'm=audio 9 UDP/TLS/RTP/SAVPF 63 111', 'a=mid:0', 'a=rtpmap:63 red/48000/2', 'a=rtpmap:111 opus/48000/2', ''].join('\r\n');
const LAYERS = [true, true, true].map((watched) => ({ watched, kbps_max: null }));

/** Voice and picture flow. */
async function live() {
  const visit = await begin();
  await says({ t: 'answer', number: offers()[0]!.number, sdp: ANSWER });
  peers[0]!.becomes('connected');
  return visit;
}

const sender = (line: number, peer = peers.length - 1) => peers[peer]!.transceivers[line]!.sender;
const actives = () => sender(1).encodings.map(({ active }) => active);
const head = () => peers[peers.length - 1]!.remote?.split('\r\n')[1];
const felt = () => sent.filter((message): message is Extract<ClientMessage, { t: 'felt' }> => message.t === 'felt').map((message) => message.felt);
const line = (kbps: number, limited = false) => [
  { type: 'candidate-pair', nominated: true, availableOutgoingBitrate: kbps * 1_000, currentRoundTripTime: 0.04 },
  { type: 'outbound-rtp', kind: 'video', active: true, qualityLimitationReason: limited ? 'bandwidth' : 'none' },
];

describe('what is worth sending', () => {
  it('is sent, and in as many bits as the server has said', async () => {
    await live();
    await says({ t: 'watched', source: 'camera', layers: [{ watched: true, kbps_max: 80 }, { watched: false, kbps_max: null }, { watched: true, kbps_max: null }] });
    expect(sender(1).encodings.map(({ active, maxBitrate }) => [active, maxBitrate])).toEqual([[true, 80_000], [false, 500_000], [true, 1_500_000]]);
    await says({ t: 'watched', source: 'camera', layers: LAYERS });
    expect(sender(1).encodings.map(({ active, maxBitrate }) => [active, maxBitrate])).toEqual([[true, 150_000], [true, 500_000], [true, 1_500_000]]);
    await says({ t: 'watched', source: 'screen', layers: [{ watched: false, kbps_max: null }] });
    expect(sender(2).encodings.map(({ active }) => active)).toEqual([false]);
  });

  it('is taken one word after the other, however fast they come', async () => {
    await live();
    for (const kbps_max of [40, 50, 60, 70, 80, 90]) {
      sockets[0]!.onmessage?.({ data: JSON.stringify({ t: 'watched', source: 'camera', layers: [{ watched: true, kbps_max }] }) });
      await Promise.resolve();
    }
    await pass(0);
    expect(sender(1).encodings[0]?.maxBitrate).toBe(90_000);
  });
});

describe('the voice', () => {
  it('goes before the pictures, once, in the bits and packets that are wanted', async () => {
    await live();
    expect(sender(0).encodings[0]).toMatchObject({ priority: 'high', networkPriority: 'high', maxBitrate: 32_000 });
    expect(head()).toBe('m=audio 9 UDP/TLS/RTP/SAVPF 111 63');
    await says({ t: 'voice_wanted', kbps: 16, packet_ms: 60, redundant: false });
    expect(sender(0).encodings[0]?.maxBitrate).toBe(16_000);
    expect(peers[0]!.remote).toContain('a=ptime:60');
  });

  it('goes twice without a word to the server, and the pictures stay as they were', async () => {
    await live();
    await says({ t: 'watched', source: 'camera', layers: LAYERS.map((each, layer) => ({ ...each, watched: layer === 0 })) });
    const reads = peers[0]!.reads;
    await says({ t: 'voice_wanted', kbps: 32, packet_ms: 20, redundant: true });
    expect(head()).toBe('m=audio 9 UDP/TLS/RTP/SAVPF 63 111');
    expect(peers[0]!.reads).toBe(reads + 1);
    expect(actives()).toEqual([true, false, false]);
    await says({ t: 'voice_wanted', kbps: 32, packet_ms: 20, redundant: true });
    expect(peers[0]!.reads).toBe(reads + 1);
    // A new rate for a doubled voice is understood only with the answer.
    await says({ t: 'voice_wanted', kbps: 24, packet_ms: 20, redundant: true });
    expect(peers[0]!.reads).toBe(reads + 2);
    expect(offers()).toHaveLength(1);
  });

  it('goes on as before in a browser that does not like it', async () => {
    const { state } = await live();
    trouble.answer = true;
    await says({ t: 'voice_wanted', kbps: 32, packet_ms: 20, redundant: true });
    expect(peers[0]!.signalingState).toBe('stable');
    expect(state().media).toBe('up');
    trouble.answer = false;
    await says({ t: 'watched', source: 'camera', layers: LAYERS.map((each) => ({ ...each, watched: false })) });
    expect(actives()).toEqual([false, false, false]);
  });

  it('is read again once a browser that did not like it does', async () => {
    await live();
    trouble.answer = true;
    await says({ t: 'voice_wanted', kbps: 32, packet_ms: 20, redundant: true });
    expect(head()).toBe('m=audio 9 UDP/TLS/RTP/SAVPF 111 63');
    trouble.answer = false;
    await says({ t: 'watched', source: 'camera', layers: LAYERS });
    expect(head()).toBe('m=audio 9 UDP/TLS/RTP/SAVPF 63 111');
  });

  it('that cannot be set keeps no picture from making room', async () => {
    await live();
    sender(0).setParameters = () => Promise.reject(new Error('no voice'));
    await says({ t: 'voice_wanted', kbps: 16, packet_ms: 60, redundant: false });
    await says({ t: 'watched', source: 'camera', layers: LAYERS.map((each, layer) => ({ ...each, watched: layer === 0 })) });
    expect(actives()).toEqual([true, false, false]);
  });

  it('that cannot be rolled back keeps no picture from making room either', async () => {
    await live();
    trouble.answer = true;
    const peer = peers[0]!;
    const set = peer.setLocalDescription.bind(peer);
    peer.setLocalDescription = (description) => (description?.type === 'rollback' ? Promise.reject(new Error('no way back')) : set(description));
    await says({ t: 'voice_wanted', kbps: 32, packet_ms: 20, redundant: true });
    await says({ t: 'watched', source: 'camera', layers: LAYERS.map((each, layer) => ({ ...each, watched: layer === 0 })) });
    expect(actives()).toEqual([true, false, false]);
  });

  it('may be wanted before the answer has come', async () => {
    await begin();
    await says({ t: 'voice_wanted', kbps: 16, packet_ms: 40, redundant: true });
    await says({ t: 'answer', number: offers()[0]!.number, sdp: ANSWER });
    expect(peers[0]!.remote).toContain('a=ptime:40');
    expect(head()).toBe('m=audio 9 UDP/TLS/RTP/SAVPF 63 111');
    expect(peers[0]!.reads).toBe(1 + 1);
  });
});

describe('a poor line', () => {
  it('costs the picture and not the voice, is told, and the picture comes back', async () => {
    const { state } = await live();
    peers[0]!.report = line(4_000);
    await pass(10_000);
    expect(state().givenUp).toBe('all');
    peers[0]!.report = line(60, true);
    await pass(6_000);
    expect(state().givenUp).toBe('voice');
    expect(actives()).toEqual([false, false, false]);
    expect(sender(0).encodings[0]).toMatchObject({ active: true, maxBitrate: 32_000 });
    peers[0]!.report = line(4_000);
    await pass(5_000);
    expect(actives()).toEqual([true, true, true]);
    expect(state().givenUp).toBe('voice');
    await pass(5_000);
    expect(state().givenUp).toBe('all');
  });

  it('makes the frames fewer, and again as many', async () => {
    await live();
    peers[0]!.report = line(110, true);
    await pass(10_000);
    expect(sender(1).encodings[0]).toMatchObject({ active: true, maxFramerate: 10, maxBitrate: 60_000 });
    peers[0]!.report = line(4_000);
    await pass(10_000);
    expect(sender(1).encodings[0]).not.toHaveProperty('maxFramerate');
  });

  it('is remembered by the next connection', async () => {
    const { state } = await live();
    peers[0]!.report = line(60, true);
    await pass(5_000);
    await says({ t: 'media_lost', number: offers()[0]!.number });
    expect(offers()).toHaveLength(2);
    expect(state().givenUp).toBe('all');
    await says({ t: 'answer', number: offers()[1]!.number, sdp: ANSWER });
    expect(actives()).toEqual([false, false, false]);
    peers[1]!.becomes('connected');
    await pass(1_000);
    expect(state().givenUp).toBe('voice');
  });
});

describe('what the person has felt', () => {
  it('is told about every five seconds, and no more when it is over', async () => {
    const { visit } = await live();
    peers[0]!.report = [...line(900), { type: 'inbound-rtp', kind: 'audio', totalSamplesReceived: 240_000, concealedSamples: 480, silentConcealedSamples: 0 }];
    await pass(5_500);
    expect(felt()).toMatchObject([{ samples: 240_000, concealed: 480, up_kbps: 900, limited: 'none' }]);
    expect(felt()[0]!.span_ms).toBeGreaterThanOrEqual(5_000);
    await pass(5_000);
    expect(felt()).toHaveLength(2);
    expect(felt()[1]).toMatchObject({ samples: 0, concealed: 0 });
    visit.stop();
    peers[0]!.report = [];
    await pass(20_000);
    expect(felt()).toHaveLength(2);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('includes what was given up for the line', async () => {
    await live();
    peers[0]!.report = line(60, true);
    await pass(7_000);
    peers[0]!.report = line(60, false);
    await pass(5_000);
    expect(felt()).toMatchObject([{ limited: 'line' }, { limited: 'line' }]);
  });
});

describe('a person who saves data', () => {
  const shown = () => sent.filter((message) => message.t === 'show');
  const views = [{ participant: 'a', source: 'camera' as const, height: 360, pinned: true, signing: false }];

  it('says so with what is shown, and sends the smallest picture only', async () => {
    const { visit, state } = await live();
    visit.show(views);
    visit.saveData(true);
    await pass(0);
    expect(shown()).toEqual([{ t: 'show', views, data_saver: false }, { t: 'show', views, data_saver: true }]);
    expect(actives()).toEqual([true, false, false]);
    expect(state().givenUp).toBe('all');
    visit.saveData(false);
    await pass(0);
    expect(actives()).toEqual([true, true, true]);
  });

  it('has said so once and for all connections', async () => {
    const { visit } = await begin();
    visit.saveData(true);
    visit.show(views);
    expect(shown()).toMatchObject([{ data_saver: true }]);
    sockets[0]!.onclose?.();
    await pass(1_000);
    await greeted();
    await says({ t: 'answer', number: offers()[1]!.number, sdp: ANSWER });
    expect(shown().slice(-1)).toMatchObject([{ data_saver: true }]);
    expect(actives()).toEqual([true, false, false]);
  });
});
