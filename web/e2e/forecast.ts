// What the simulator has said of the same lines. In: target/sim/scoreboard.json, where `bedside sim page` was run. Out: its number for a phase and a metric, and whether the two agree. Never: a failure of the browsers' run; a disagreement is for the client model.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Phase } from './phases';
import type { Metric } from './quality';

/** A row of the scoreboard. */
export type Row = { scenario: string; metric: string; unit: string; median: number | null };

/** Ours to the simulator's. */
const NAMES: Record<string, { name: string; isCount?: true }> = {
  audio_concealed: { name: 'voice concealed' },
  audio_buffer: { name: 'jitter buffer delay' },
  video_height: { name: 'height' },
  video_frames: { name: 'frame rate' },
  video_freezes: { name: 'freezes', isCount: true },
  video_frozen: { name: 'frozen', isCount: true },
  former_picture_after: { name: 'former layer back' },
};
/** Model and browser may be this far apart before one of them is wrong. */
const AGREES_WITHIN = 0.25;
/** And this far, whatever the share: smaller differences are the reading's own. */
const AGREES_WITHIN_UNITS: Record<string, number> = { '%': 1, ms: 40, s: 1, '1/s': 2, lines: 0, '': 1 };

export function forecasts(target: string): Row[] {
  try {
    return JSON.parse(readFileSync(join(target, 'sim/scoreboard.json'), 'utf8')) as Row[];
  } catch {
    return [];
  }
}

/** The simulator's number for what was measured in a phase; null where it has none. */
export function forecastOf(rows: Row[], phase: Phase, metric: string): number | null {
  const [there, ours] = [phase.forecast, NAMES[metric]];
  if (!there || !ours) return null;
  const { scenario, from, until, person, isSteady } = there;
  const label = `${ours.name}${person ? `, person ${person}` : ''}, ${from}–${until} s`;
  const median = rows.find((row) => row.scenario === scenario && row.metric === label)?.median ?? null;
  if (median === null) return null;
  const scale = ours.isCount && isSteady ? phase.seconds / (until - from) : 1;
  return Math.round(median * scale * 10) / 10;
}

export function agrees({ unit, value }: Metric, forecast: number): boolean {
  const apart = Math.abs(value - forecast);
  return apart <= AGREES_WITHIN * Math.max(value, forecast) || apart <= (AGREES_WITHIN_UNITS[unit] ?? 0);
}
