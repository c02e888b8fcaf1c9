// What a person hears and sees, in numbers. In: a page's own statistics, and what the line says of itself. Out: readings, and what became of them in a stretch of time. Never: an opinion of the server's.
import type { Page } from 'playwright-core';
import type { WayReport } from './relay';

/** Counts of one receive line since the connection began; those that only voices or only pictures have are zero in the other. */
export type Counts = {
  packets: number; lost: number; bytes: number; bufferSeconds: number; emitted: number;
  samples: number; concealed: number; silent: number;
  frames: number; freezes: number; frozenSeconds: number; height: number;
};
/** `at` in milliseconds; `connection` counts the page's connections. */
export type Reading = { at: number; connection: number; audio: Counts; video: Counts };
export type Metric = { metric: string; unit: string; value: number };

/** What the page receives of the one other person there. */
export function read(page: Page): Promise<Reading> {
  return page.evaluate(async () => {
    const peer = window.probe.peers.at(-1);
    const reports = peer && peer.signalingState !== 'closed' ? ([...(await peer.getStats()).values()] as Record<string, unknown>[]) : [];
    const number = (value: unknown) => (typeof value === 'number' ? value : 0);
    const counts = (kind: string) => {
      // Slots nobody is bound to have no packets.
      const lines = reports.filter((report) => report.type === 'inbound-rtp' && report.kind === kind);
      const line = lines.sort((a, b) => number(b.packetsReceived) - number(a.packetsReceived))[0] ?? {};
      return {
        packets: number(line.packetsReceived), lost: number(line.packetsLost), bytes: number(line.bytesReceived) + number(line.headerBytesReceived),
        bufferSeconds: number(line.jitterBufferDelay), emitted: number(line.jitterBufferEmittedCount),
        samples: number(line.totalSamplesReceived), concealed: number(line.concealedSamples), silent: number(line.silentConcealedSamples),
        frames: number(line.framesDecoded), freezes: number(line.freezeCount), frozenSeconds: number(line.totalFreezesDuration), height: number(line.frameHeight),
      };
    };
    return { at: performance.now(), connection: window.probe.peers.length, audio: counts('audio'), video: counts('video') };
  });
}

/** From one reading to a later one; a new connection counts from zero. */
export function since(before: Reading, now: Reading): Reading {
  if (now.connection !== before.connection) return { ...now, at: now.at - before.at };
  const less = (a: Counts, b: Counts): Counts => ({
    packets: a.packets - b.packets, lost: Math.max(0, a.lost - b.lost), bytes: a.bytes - b.bytes, bufferSeconds: a.bufferSeconds - b.bufferSeconds, emitted: a.emitted - b.emitted,
    samples: a.samples - b.samples, concealed: a.concealed - b.concealed, silent: a.silent - b.silent,
    frames: a.frames - b.frames, freezes: a.freezes - b.freezes, frozenSeconds: a.frozenSeconds - b.frozenSeconds, height: a.height,
  });
  return { at: now.at - before.at, connection: now.connection, audio: less(now.audio, before.audio), video: less(now.video, before.video) };
}

const share = (part: number, whole: number) => (whole > 0 ? (100 * part) / whole : 0);
const round = (value: number) => Math.round(value * 10) / 10;

/** Of what was to be heard, how much was made up. Made-up silence in a silence is missed by nobody. */
export function concealedPercent(stretch: Reading): number {
  return share(stretch.audio.concealed - stretch.audio.silent, stretch.audio.samples);
}

/** What became of a stretch of readings. */
export function summary(readings: Reading[]): Metric[] {
  const [first, last] = [readings[0], readings.at(-1)];
  if (!first || !last || first === last) return [];
  const { at, audio, video } = since(first, last);
  const seconds = at / 1000;
  const kbps = (bytes: number) => (8 * bytes) / at;
  const metrics: [string, string, number][] = [
    ['audio_concealed', '%', concealedPercent(since(first, last))],
    ['audio_lost', '%', share(audio.lost, audio.lost + audio.packets)],
    ['audio_buffer', 'ms', audio.emitted > 0 ? (1000 * audio.bufferSeconds) / audio.emitted : 0],
    ['audio_rate', 'kbit/s', kbps(audio.bytes)],
    ['video_rate', 'kbit/s', kbps(video.bytes)],
    ['video_height', 'lines', medianHeight(readings)],
    ['video_frames', '1/s', video.frames / seconds],
    ['video_lost', '%', share(video.lost, video.lost + video.packets)],
    ['video_freezes', '', video.freezes],
    ['video_frozen', 's', video.frozenSeconds],
    ['video_longest_gap', 's', longestGap(readings)],
    ['reconnects', '', last.connection - first.connection],
  ];
  return metrics.map(([metric, unit, value]) => ({ metric, unit, value: round(value) }));
}

/** Pairs of readings that follow each other. */
function pairs(readings: Reading[]): { seconds: number; frames: number; height: number }[] {
  return readings.slice(1).map((now, index) => {
    const { at, video } = since(readings[index] ?? now, now);
    return { seconds: at / 1000, frames: video.frames, height: now.video.height };
  });
}

/** Half of the time the picture was at least this high; a still counts, and zero where there was none. */
function medianHeight(readings: Reading[]): number {
  const all = pairs(readings);
  if (all.every(({ frames }) => frames === 0)) return 0;
  return all.map(({ height }) => height).sort((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0;
}

/** Seconds in a row without a new picture. */
export function longestGap(readings: Reading[]): number {
  let [longest, gap] = [0, 0];
  for (const { seconds, frames } of pairs(readings)) {
    gap = frames > 0 ? 0 : gap + seconds;
    longest = Math.max(longest, gap);
  }
  return longest;
}

/** Seconds until the picture moves again at this height or better; null where it does not. */
export function pictureAfter(readings: Reading[], height: number): number | null {
  const start = readings[0]?.at ?? 0;
  const back = readings.slice(1).find((now, index) => {
    const stretch = since(readings[index] ?? now, now);
    return stretch.video.frames >= MOVING_FRAMES && now.video.height >= height;
  });
  return back ? (back.at - start) / 1000 : null;
}
/** Fewer new frames from one reading to the next are stills, not a moving picture. */
const MOVING_FRAMES = 3;

/** What the line says of itself, from its reports at equal distances. */
export function lineSummary(reports: WayReport[], everySeconds: number): Metric[] {
  const most = (of: (report: WayReport) => number) => Math.max(0, ...reports.map(of));
  const typical = reports.map((report) => report.queue_p50_ms).sort((a, b) => a - b)[Math.floor(reports.length / 2)] ?? 0;
  const long = reports.map((report) => report.queue_max_ms > QUEUE_CALM_MS);
  const sum = (of: (report: WayReport) => number) => reports.reduce((total, report) => total + of(report), 0);
  const packets = sum((report) => report.datagrams + report.dropped_full + report.lost);
  return [
    { metric: 'line_rate', unit: 'kbit/s', value: round((8 * sum((report) => report.bytes)) / 1000 / (everySeconds * Math.max(1, reports.length))) },
    { metric: 'queue_typical', unit: 'ms', value: typical },
    { metric: 'queue_longest', unit: 'ms', value: most((report) => report.queue_max_ms) },
    { metric: 'queue_calm_after', unit: 's', value: round((long.lastIndexOf(true) + 1) * everySeconds) },
    { metric: 'queue_dropped', unit: '%', value: round(share(sum((report) => report.dropped_full), packets)) },
    { metric: 'relay_late_p99', unit: 'ms', value: most((report) => report.late_p99_ms) },
    { metric: 'relay_late_most', unit: 'ms', value: most((report) => report.late_max_ms) },
  ];
}
/** A queue longer than this is heard in a conversation. */
export const QUEUE_CALM_MS = 150;
