// What a browser counts, and what a person has felt. In: reports as browsers write them. Out: the message. Never: a number that is none.
import { describe, expect, it } from 'vitest';
import { type Counts, counted } from '../src/sdk/counts';
import { felt } from '../src/sdk/felt';

type Entry = Record<string, unknown>;
const report = (...entries: Entry[]) => counted(new Map(entries.map((entry, index) => [String(entry.id ?? index), { id: String(index), ...entry }])));

const voice = (id: string, seconds: number, over: Entry = {}): Entry => ({
  id, type: 'inbound-rtp', kind: 'audio', totalSamplesReceived: 48_000 * seconds, concealedSamples: 0, silentConcealedSamples: 0,
  jitterBufferDelay: 4_800 * seconds, jitterBufferEmittedCount: 48_000 * seconds, ...over,
});
const picture = (id: string, frames: number, height: number, over: Entry = {}): Entry => ({
  id, type: 'inbound-rtp', kind: 'video', framesDecoded: frames, frameHeight: height, frameWidth: (height * 16) / 9, freezeCount: 0, totalFreezesDuration: 0, ...over,
});
const NOTHING = report();

describe('the counts', () => {
  it('of Chromium', () => {
    const counts = report(
      { type: 'transport', selectedCandidatePairId: 'p2' },
      { id: 'p1', type: 'candidate-pair', nominated: true, availableOutgoingBitrate: 1, currentRoundTripTime: 9 },
      { id: 'p2', type: 'candidate-pair', nominated: true, availableOutgoingBitrate: 640_000, currentRoundTripTime: 0.043 },
      { type: 'remote-inbound-rtp', kind: 'video', fractionLost: 0.5 },
      { type: 'remote-inbound-rtp', kind: 'audio', fractionLost: 0.02, roundTripTime: 0.08 },
      { type: 'outbound-rtp', kind: 'audio', bytesSent: 100, headerBytesSent: 40, packetsSent: 2 },
      { type: 'outbound-rtp', kind: 'video', active: true, qualityLimitationReason: 'bandwidth', bytesSent: 1_000, packetsSent: 1 },
      { type: 'outbound-rtp', kind: 'video', active: true, qualityLimitationReason: 'cpu' },
    );
    expect(counts).toMatchObject({ lineKbps: 640, rttMs: 43, loss: 0.02, limited: 'line', voice: { bytes: 140, packets: 2 }, all: { bytes: 1_140, packets: 3 } });
  });

  it('of Firefox, which says less', () => {
    const counts = report(
      { type: 'candidate-pair', nominated: true, selected: false },
      { type: 'candidate-pair', nominated: true, selected: true },
      { type: 'remote-inbound-rtp', kind: 'audio', roundTripTime: 0.08 },
      { type: 'outbound-rtp', kind: 'audio', packetsSent: 2, bytesSent: 100 },
      { type: 'outbound-rtp', kind: 'video' },
    );
    expect(counts).toMatchObject({ lineKbps: null, rttMs: 80, loss: null, limited: 'none', voice: { bytes: 100, packets: 2 }, all: { bytes: 100, packets: 2 } });
  });

  it('of one that says nothing, or nonsense', () => {
    expect(NOTHING).toEqual({ voice: { bytes: 0, packets: 0 }, all: { bytes: 0, packets: 0 }, voiceById: {}, pictureById: {}, lineKbps: null, loss: null, rttMs: null, limited: 'none' });
    const odd = report({ type: 'candidate-pair', nominated: true, availableOutgoingBitrate: Number.NaN, currentRoundTripTime: -1 }, voice('v', Number.NaN));
    expect(odd).toMatchObject({ lineKbps: null, rttMs: null, voiceById: { v: { samples: 0, emitted: 0 } } });
  });

  it('take no reason from a layer that is not sent', () => {
    const layer = (active: boolean, qualityLimitationReason: string) => ({ type: 'outbound-rtp', kind: 'video', active, qualityLimitationReason });
    expect(report(layer(true, 'none'), layer(false, 'bandwidth')).limited).toBe('none');
    expect(report(layer(true, 'cpu'), layer(true, 'none')).limited).toBe('device');
  });
});

describe('what was felt', () => {
  it('is the difference of two counts, of all voices and the largest picture', () => {
    const before = report(voice('a', 10), voice('b', 10), picture('p', 100, 180), picture('q', 100, 720, { freezeCount: 1, totalFreezesDuration: 1 }));
    const now = report(
      voice('a', 15, { concealedSamples: 5_000, silentConcealedSamples: 200 }), voice('b', 15, { jitterBufferDelay: 48_000 + 5 * 48_000 * 0.3 }),
      picture('p', 250, 180, { freezeCount: 9 }), picture('q', 225, 720, { freezeCount: 3, totalFreezesDuration: 1.75 }),
      { type: 'candidate-pair', nominated: true, availableOutgoingBitrate: 812_345 },
    );
    expect(felt(before, now, 5_000)).toEqual({
      span_ms: 5_000, samples: 480_000, concealed: 4_800, jitter_buffer_ms: 200, freezes: 2, frozen_ms: 750, frames_per_second: 25, height: 720,
      up_kbps: 812, limited: 'none',
    });
  });

  it('of nothing is nothing', () => {
    expect(felt(NOTHING, NOTHING, 5_000)).toEqual({
      span_ms: 5_000, samples: 0, concealed: 0, jitter_buffer_ms: 0, freezes: 0, frozen_ms: 0, frames_per_second: null, height: null, up_kbps: null, limited: 'none',
    });
  });

  it('leaves out a picture that stands', () => {
    const standing = picture('q', 100, 720);
    expect(felt(report(standing), report(standing, picture('p', 50, 180)), 5_000)).toMatchObject({ height: 180, frames_per_second: 10 });
    expect(felt(report(standing), report(standing), 5_000)).toMatchObject({ height: null, frames_per_second: null });
  });

  it('tells the frames of a picture whose size the browser does not say', () => {
    const unsized = (frames: number) => report({ id: 'p', type: 'inbound-rtp', kind: 'video', framesDecoded: frames });
    expect(felt(unsized(0), unsized(125), 5_000)).toMatchObject({ height: null, frames_per_second: 25 });
  });

  it('begins anew with counts that fall, and with lines that come and go', () => {
    const restarted = felt(report(voice('a', 100, { concealedSamples: 90_000 })), report(voice('a', 2, { concealedSamples: 480 })), 5_000);
    expect(restarted).toMatchObject({ samples: 96_000, concealed: 480 });
    expect(felt(report(voice('a', 100), voice('b', 100)), report(voice('a', 105)), 5_000).samples).toBe(240_000);
  });

  it('is always whole, finite and not negative', () => {
    const values = [Number.NaN, -5, Infinity, 1e12, 0.4, undefined, '7'];
    for (let walk = 0; walk < 400; walk += 1) {
      const pick = (step: number) => values[(walk * 31 + step * 17 + ((walk * step) % 5)) % values.length];
      const odd = (at: number): Counts => report(
        { ...voice('v', 1), totalSamplesReceived: pick(at), concealedSamples: pick(at + 1), silentConcealedSamples: pick(at + 2), jitterBufferDelay: pick(at + 3), jitterBufferEmittedCount: pick(at + 4) },
        { ...picture('p', 1, 180), framesDecoded: pick(at + 5), freezeCount: pick(at + 6), totalFreezesDuration: pick(at + 7), frameHeight: pick(at + 8) },
        { type: 'candidate-pair', nominated: true, availableOutgoingBitrate: pick(at + 9) },
      );
      const span = [5_000, 0, Number.NaN, -1][walk % 4] ?? 0;
      const { limited: _, ...numbers } = felt(odd(walk), odd(walk + 1), span);
      for (const [key, value] of Object.entries(numbers)) {
        if (value === null) continue;
        expect(Number.isSafeInteger(value) && value >= 0, `${key}: ${value}`).toBe(true);
      }
      expect(numbers.concealed).toBeLessThanOrEqual(numbers.samples);
    }
  });
});
