// The arithmetic of the browsers' run on bad lines. In: readings and reports as they come. Out: the numbers of the table. Never: a browser; that is e2e/lines.test.ts.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { agrees, forecastOf, forecasts, type Row } from '../e2e/forecast';
import { SHORT, WHOLE } from '../e2e/phases';
import { concealedPercent, type Counts, lineSummary, longestGap, pictureAfter, type Reading, since, summary } from '../e2e/quality';
import type { WayReport } from '../e2e/relay';

const NOTHING: Counts = { packets: 0, lost: 0, bytes: 0, bufferSeconds: 0, emitted: 0, samples: 0, concealed: 0, silent: 0, frames: 0, freezes: 0, frozenSeconds: 0, height: 0 };
const reading = (at: number, audio: Partial<Counts> = {}, video: Partial<Counts> = {}, connection = 1): Reading => ({
  at, connection, audio: { ...NOTHING, ...audio }, video: { ...NOTHING, ...video },
});
const value = (metrics: { metric: string; value: number }[], name: string) => metrics.find(({ metric }) => metric === name)?.value;

describe('a stretch of readings', () => {
  it('counts from its beginning, and from zero on a new connection', () => {
    const before = reading(1000, { samples: 48_000, concealed: 4_800 });
    const later = reading(2000, { samples: 96_000, concealed: 14_400, silent: 4_800 });
    expect(concealedPercent(since(before, later))).toBeCloseTo(10);
    const renewed = reading(3000, { samples: 48_000, concealed: 12_000 }, {}, 2);
    expect(concealedPercent(since(later, renewed))).toBeCloseTo(25);
  });

  it('is summed up in the units of the table', () => {
    const readings = [
      reading(0, { samples: 0 }, { frames: 0, height: 360 }),
      reading(500, { samples: 24_000, bytes: 2_000, packets: 20, lost: 5 }, { frames: 10, bytes: 31_250, height: 360 }),
      reading(1000, { samples: 48_000, bytes: 4_000, packets: 40, lost: 10, bufferSeconds: 4.8, emitted: 48_000 }, { frames: 20, bytes: 62_500, height: 360 }),
    ];
    const metrics = summary(readings);
    expect(value(metrics, 'audio_rate')).toBe(32);
    expect(value(metrics, 'audio_lost')).toBe(20);
    expect(value(metrics, 'audio_buffer')).toBe(0.1);
    expect(value(metrics, 'video_rate')).toBe(500);
    expect(value(metrics, 'video_frames')).toBe(20);
    expect(value(metrics, 'video_height')).toBe(360);
    expect(summary(readings.slice(0, 1))).toEqual([]);
  });

  it('knows how long there was no new picture, and when it was back', () => {
    const frames = [0, 10, 10, 10, 11, 12, 22];
    const readings = frames.map((count, index) => reading(index * 500, {}, { frames: count, height: index < 6 ? 180 : 360 }));
    expect(longestGap(readings)).toBe(1);
    // A still now and then is no picture that is back.
    expect(pictureAfter(readings.slice(2), 1)).toBe(2);
    expect(pictureAfter(readings, 360)).toBe(3);
    expect(pictureAfter(readings, 720)).toBeNull();
    const none = readings.map(({ at }) => reading(at, {}, { height: 180 }));
    expect(value(summary(none), 'video_height')).toBe(0);
  });
});

describe('the reports of a line', () => {
  const report = (queue_max_ms: number): WayReport => ({
    datagrams: 90, bytes: 31_250, dropped_full: 5, lost: 5, queue_p50_ms: queue_max_ms / 2, queue_p95_ms: queue_max_ms, queue_max_ms, late_p99_ms: 1, late_max_ms: 2,
  });

  it('say when the queue was short for good', () => {
    const metrics = lineSummary([400, 100, 200, 100, 80].map(report), 1);
    expect(value(metrics, 'queue_calm_after')).toBe(3);
    expect(value(metrics, 'queue_longest')).toBe(400);
    expect(value(metrics, 'queue_typical')).toBe(50);
    expect(value(metrics, 'line_rate')).toBe(250);
    expect(value(metrics, 'queue_dropped')).toBe(5);
    expect(value(lineSummary([100].map(report), 1), 'queue_calm_after')).toBe(0);
  });
});

describe('the simulator’s forecast', () => {
  const target = mkdtempSync(join(tmpdir(), 'bedside-forecast-'));
  afterAll(() => rmSync(target, { recursive: true, force: true }));

  it('is read by scenario, person and span, and counts are scaled to the phase', () => {
    const rows: Row[] = [
      { scenario: 'page-down', metric: 'voice concealed, 20–50 s', unit: '%', median: 3.17 },
      { scenario: 'page-up', metric: 'freezes, person 2, 20–50 s', unit: '', median: 6 },
      { scenario: 'page-loss-10', metric: 'freezes, 10–80 s', unit: '', median: 35 },
      { scenario: 'page-60', metric: 'height, 10–80 s', unit: 'lines', median: null },
    ];
    expect(forecasts(target)).toEqual([]);
    mkdirSync(join(target, 'sim'));
    writeFileSync(join(target, 'sim/scoreboard.json'), JSON.stringify(rows));
    const of = (name: string, metric: string) => forecastOf(forecasts(target), WHOLE.find((phase) => phase.name === name)!, metric);
    expect(of('down 250 kbit/s', 'audio_concealed')).toBe(3.2);
    expect(of('up 250 kbit/s', 'video_freezes')).toBe(6);
    expect(of('10 % lost', 'video_freezes')).toBe(10);
    expect(of('60 kbit/s', 'video_height')).toBeNull();
    expect(of('down 250 kbit/s', 'queue_longest')).toBeNull();
    expect(of('at last 2 Mbit/s', 'audio_concealed')).toBeNull();
  });

  it('agrees within a quarter, or within what a reading is worth', () => {
    const metric = (unit: string, measured: number) => ({ metric: 'x', unit, value: measured });
    expect(agrees(metric('ms', 400), 310)).toBe(true);
    expect(agrees(metric('ms', 400), 290)).toBe(false);
    expect(agrees(metric('%', 0), 0.9)).toBe(true);
    expect(agrees(metric('lines', 180), 360)).toBe(false);
  });
});

it('a phase has a name of its own, and each way down is lifted', () => {
  for (const phases of [SHORT, WHOLE]) {
    expect(new Set(phases.map(({ name }) => name)).size).toBe(phases.length);
    expect(phases.at(-1)?.isLifted).toBe(true);
  }
});
