// What the browser counts of one media connection (W3C webrtc-stats), as plain values.
// In: its report. Out: counts that only ever rise, and what holds now. What a browser does not say is zero or null.
// Never: a rate; those are differences of two counts (`felt.ts`).
import type { Limited } from '../protocol';

/** One voice that is received. */
export type VoiceCounts = { samples: number; concealed: number; waitedMs: number; emitted: number };
/** One picture that is received. */
export type PictureCounts = { frames: number; freezes: number; frozenMs: number; height: number; pixels: number };

export type Sent = { bytes: number; packets: number };

export type Counts = {
  voiceById: Record<string, VoiceCounts>;
  /** Of the own voice, and of everything, with the headers of RTP. */
  voice: Sent;
  all: Sent;
  pictureById: Record<string, PictureCounts>;
  /** What the line is thought to carry upwards, in kilobits a second. */
  lineKbps: number | null;
  /** Share of the own voice's packets that did not arrive lately. */
  loss: number | null;
  rttMs: number | null;
  limited: Limited;
};

type Entry = Record<string, unknown>;

/** As much of `RTCStatsReport` as is read here. */
export type Report = { forEach(each: (entry: Entry) => void): void };

export function counted(report: Report): Counts {
  const entries: Entry[] = [];
  report.forEach((entry) => entries.push(entry));
  const of = (type: string, kind?: string) => entries.filter((entry) => entry.type === type && (!kind || entry.kind === kind));
  const pair = chosenPair(entries);
  const [remote] = of('remote-inbound-rtp', 'audio');
  const line = known(pair?.availableOutgoingBitrate);
  const rtt = known(pair?.currentRoundTripTime) ?? known(remote?.roundTripTime);
  return {
    voice: sentOf(of('outbound-rtp', 'audio')),
    all: sentOf(of('outbound-rtp')),
    voiceById: byId(of('inbound-rtp', 'audio'), voiceCounts),
    pictureById: byId(of('inbound-rtp', 'video'), pictureCounts),
    lineKbps: line === null ? null : line / 1_000,
    loss: known(remote?.fractionLost),
    rttMs: rtt === null ? null : rtt * 1_000,
    limited: limited(of('outbound-rtp', 'video')),
  };
}

function chosenPair(entries: readonly Entry[]): Entry | undefined {
  const chosen = entries.find(({ type }) => type === 'transport')?.selectedCandidatePairId;
  const pairs = entries.filter(({ type }) => type === 'candidate-pair');
  // Firefox names no transport; it marks the pair instead.
  return pairs.find((pair) => pair.id === chosen) ?? pairs.find((pair) => pair.selected === true) ?? pairs.find((pair) => pair.nominated === true);
}

function byId<T>(entries: readonly Entry[], read: (entry: Entry) => T): Record<string, T> {
  return Object.fromEntries(entries.map((entry) => [String(entry.id), read(entry)]));
}

function voiceCounts(entry: Entry): VoiceCounts {
  // What is made up while somebody is silent anyway, nobody misses.
  const concealed = count(entry.concealedSamples) - count(entry.silentConcealedSamples);
  return {
    samples: count(entry.totalSamplesReceived),
    concealed: Math.max(0, concealed),
    waitedMs: count(entry.jitterBufferDelay) * 1_000,
    emitted: count(entry.jitterBufferEmittedCount),
  };
}

function pictureCounts(entry: Entry): PictureCounts {
  const height = count(entry.frameHeight);
  return {
    frames: count(entry.framesDecoded),
    freezes: count(entry.freezeCount),
    frozenMs: count(entry.totalFreezesDuration) * 1_000,
    height,
    pixels: height * count(entry.frameWidth),
  };
}

function sentOf(entries: readonly Entry[]): Sent {
  const sum = (key: string) => entries.reduce((total, entry) => total + count(entry[key]), 0);
  return { bytes: sum('bytesSent') + sum('headerBytesSent'), packets: sum('packetsSent') };
}

function limited(sent: readonly Entry[]): Limited {
  // A layer that is not sent keeps the last reason it had.
  const reasons = sent.filter((entry) => entry.active !== false).map((entry) => entry.qualityLimitationReason);
  if (reasons.includes('bandwidth')) return 'line';
  return reasons.includes('cpu') ? 'device' : 'none';
}

function known(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : null;
}

function count(value: unknown): number {
  return known(value) ?? 0;
}
