// The own line upwards. In: a modelled line and a browser that estimates it, second by second. Out: the rungs, and what the voice suffers. Never: chance; a fixed walk of numbers stands in for it.
import { describe, expect, it } from 'vitest';
import { layersSent, type Rung, RUNGS, SLOW_BPS, topLayer } from '../src/sdk/rung';
import {
  CALM_KNOWN_MS, givesUp, needsKbps, PATIENCE, PATIENCE_BLIND, PATIENCE_TRIAL, PATIENCE_VOICE, SAID_MS, type Sample, startUplink,
  stepUplink, TRIAL_MS, type Uplink,
} from '../src/sdk/uplink';
import { PLAIN_VOICE, THIN_VOICE, voiceKbps } from '../src/sdk/voice';

const VOICE_KBPS = voiceKbps(PLAIN_VOICE);
/** Of 16 kilobytes, as the cheaper routers have. */
const BUFFER_KBIT = 128;
const LAYERS = [150, 500, 1_500].map((kbps) => ({ watched: true, kbps }));
const GOOD: Sample = {
  lineKbps: 4_000, limited: false, loss: 0, rttMs: 40, voiceKbps: VOICE_KBPS, spokenKbps: VOICE_KBPS, sentKbps: VOICE_KBPS, layers: LAYERS, screen: false,
};

/** Samples a second apart, from a rung; the rung after each. */
function rungs(from: Rung, samples: Partial<Sample>[]): Rung[] {
  let uplink = startUplink(from);
  return samples.map((sample, second) => {
    uplink = stepUplink(uplink, { ...GOOD, ...sample }, second * 1_000);
    return uplink.rung;
  });
}

function times<T>(count: number, value: T): T[] {
  return Array.from({ length: count }, () => value);
}

/**
 * As much as a browser's estimate does: falls below what arrives and on while a queue stands,
 * grows no faster than what is sent shows, and is probed where a layer waits for room.
 */
function estimated(before: number, sentKbps: number, lineKbps: number, queueMs: number, limited: boolean): number {
  if (sentKbps > lineKbps || queueMs > 150) return Math.max(10, Math.min(before, lineKbps) * 0.85);
  if (limited) return Math.max(before, Math.min(lineKbps * 0.95, before * 2));
  return Math.max(before, Math.min(lineKbps * 0.95, before * 1.15, sentKbps * 1.5 + 10));
}

/** Pictures take what the estimate leaves them, but no encoder goes below 30 kbit/s. */
function pictureKbps(rung: Rung, roomKbps: number): { kbps: number; limited: boolean } {
  const sent = layersSent(LAYERS.map(() => true), topLayer(LAYERS.length, rung));
  const caps = LAYERS.filter((_, layer) => sent[layer]).map(({ kbps }) => (rung === 'slow' ? Math.min(kbps, SLOW_BPS / 1_000) : kbps));
  const wanted = caps.reduce((sum, kbps) => sum + kbps, 0);
  if (wanted === 0) return { kbps: 0, limited: false };
  return { kbps: Math.max(30, Math.min(wanted, roomKbps)), limited: caps.length > 1 && roomKbps < wanted * 0.7 };
}

type Played = { rungs: Rung[]; harmed: number };

/** Seconds of a line of so many kilobits a second; `harmed` counts those in which a standing queue of 400 ms holds the voice up. */
function play(lines: number[], speaks: (second: number) => boolean = () => true): Played {
  let uplink: Uplink = startUplink('all');
  let estimate = 300;
  let queueKbit = 0;
  const played: Played = { rungs: [], harmed: 0 };
  lines.forEach((line, second) => {
    const voice = !speaks(second) ? 5 : uplink.rung === 'thin' ? voiceKbps(THIN_VOICE) : VOICE_KBPS;
    const { kbps, limited } = pictureKbps(uplink.rung, estimate - VOICE_KBPS);
    const sent = voice + kbps;
    queueKbit = Math.min(BUFFER_KBIT, Math.max(0, queueKbit + sent - line));
    const queueMs = (queueKbit / line) * 1_000;
    estimate = estimated(estimate, sent, line, queueMs, limited);
    const sample = { ...GOOD, lineKbps: estimate, limited, rttMs: 40 + queueMs, spokenKbps: voice, sentKbps: sent };
    uplink = stepUplink(uplink, sample, second * 1_000);
    played.rungs.push(uplink.rung);
    if (queueMs > 400) played.harmed += 1;
  });
  return played;
}

function changes(played: readonly Rung[]): number {
  return played.filter((rung, second) => second > 0 && rung !== played[second - 1]).length;
}

describe('going down', () => {
  it('waits while a dip may pass, and less where the voice pays for it', () => {
    const dip = { lineKbps: 500, limited: true };
    expect(rungs('all', [...times(PATIENCE - 1, dip), {}, ...times(PATIENCE - 1, dip)])).toEqual(times(2 * PATIENCE - 1, 'all'));
    expect(rungs('all', times(PATIENCE, dip)).pop()).toBe('without_top');
    const thin = { lineKbps: 60, limited: true, sentKbps: 90 };
    expect(rungs('all', times(PATIENCE_VOICE, thin)).pop()).toBe('voice');
    expect(rungs('all', times(PATIENCE_VOICE - 1, thin)).pop()).toBe('all');
    // Nobody speaks and little is sent, so nobody is hurt while more is found out.
    expect(rungs('all', times(PATIENCE - 1, { ...thin, sentKbps: 40 })).pop()).toBe('all');
  });

  it('goes at once to what fits', () => {
    const onto = (lineKbps: number) => rungs('all', times(PATIENCE, { lineKbps, limited: true })).pop();
    expect([1_000, 500, 250, 120, 70].map(onto)).toEqual(['without_top', 'without_top', 'lowest', 'slow', 'voice']);
  });

  it('does not take a small estimate for a poor line where the browser leaves nothing out', () => {
    expect(rungs('all', times(60, { lineKbps: 400, limited: false })).pop()).toBe('all');
  });

  it('adds no picture to a line that has collapsed, until what is in it is through', () => {
    expect(rungs('all', [{ lineKbps: 210, limited: true, sentKbps: 1_000 }])).toEqual(['voice']);
    expect(rungs('all', [{ sentKbps: 1_000 }, { lineKbps: 210, limited: true, sentKbps: 150 }])).toEqual(['all', 'voice']);
    expect(rungs('all', [{ lineKbps: 450, limited: true, sentKbps: 1_000 }])).toEqual(['all']);
    expect(rungs('all', [{ lineKbps: 1_700, limited: false, sentKbps: 5_000 }])).toEqual(['all']);
  });

  it('thins the voice last: after the pictures, and only when the voice really suffers', () => {
    const poor = { lineKbps: 20, limited: true, spokenKbps: 10, sentKbps: 40 };
    expect(rungs('all', times(30, poor)).indexOf('thin')).toBe(-1);
    const suffers = rungs('all', times(10, { ...poor, rttMs: 900 }).map((sample, second) => (second === 0 ? { ...sample, rttMs: 40 } : sample)));
    expect(suffers.indexOf('voice')).toBe(PATIENCE_VOICE - 1);
    expect(suffers.indexOf('thin')).toBe(2 * PATIENCE_VOICE - 1);
    const lossy = rungs('voice', times(PATIENCE_VOICE, { ...poor, loss: 0.05 }));
    expect(lossy.pop()).toBe('thin');
  });

  it('believes a low estimate of a voice only while somebody speaks', () => {
    const low = { lineKbps: 36, layers: [] };
    expect(rungs('voice', times(20, { ...low, spokenKbps: 10 })).includes('thin')).toBe(false);
    expect(rungs('voice', times(PATIENCE_VOICE, { ...low, spokenKbps: 62 })).pop()).toBe('thin');
  });

  it('gives up what is really watched, not what is on the list', () => {
    const layers = LAYERS.map(({ kbps }, layer) => ({ kbps, watched: layer === 0 }));
    expect(rungs('all', times(PATIENCE, { layers, lineKbps: 140 })).pop()).toBe('all');
    expect(rungs('all', times(PATIENCE, { layers, lineKbps: 120 })).pop()).toBe('slow');
  });

  it('gives up the smallest picture where the voice waits behind it, and no larger one', () => {
    const queued = { ...GOOD, lineKbps: 140, rttMs: 400 };
    const rest = (rung: Rung, sample: Sample) => rungs(rung, [GOOD, ...times(PATIENCE, sample)]).at(-1);
    expect(rest('lowest', queued)).toBe('slow');
    expect(rest('lowest', { ...queued, rttMs: 200 })).toBe('lowest');
    expect(rest('all', { ...queued, lineKbps: 4_000 })).toBe('all');
  });

  it('leaves room for a shared screen', () => {
    expect(needsKbps({ ...GOOD, screen: true }, 'lowest') - needsKbps(GOOD, 'lowest')).toBe(100);
    expect(needsKbps({ ...GOOD, screen: true }, 'voice')).toBe(needsKbps(GOOD, 'voice'));
  });
});

describe('a browser that does not say what its line carries', () => {
  const blind = { lineKbps: null };
  it('goes down a rung at a time by loss or by a queue', () => {
    const lossy = rungs('all', times(PATIENCE_BLIND * 5, { ...blind, loss: 0.2 }));
    expect(lossy.filter((rung, at) => rung !== lossy[at - 1])).toEqual(['all', 'without_top', 'lowest', 'slow', 'voice', 'thin']);
    expect(rungs('all', [blind, ...times(PATIENCE_BLIND, { ...blind, rttMs: 400 })]).pop()).toBe('without_top');
    expect(rungs('all', times(60, { ...blind, loss: 0.05, rttMs: null })).pop()).toBe('all');
  });

  it('comes back when the line is calm, and takes a longer path for what it is', () => {
    expect(rungs('voice', times(60, blind)).pop()).toBe('all');
    expect(rungs('all', [...times(30, blind), ...times(240, { ...blind, rttMs: 340 })]).pop()).toBe('all');
  });

  it('says nothing at all: nothing is given up', () => {
    expect(rungs('all', times(100, { lineKbps: null, loss: null, rttMs: null })).every((rung) => rung === 'all')).toBe(true);
  });
});

describe('coming back', () => {
  it('goes all the way at once where there is no doubt', () => {
    const seconds = CALM_KNOWN_MS / 1_000;
    expect(rungs('voice', times(seconds + 1, GOOD))).toEqual([...times(seconds, 'voice'), 'all']);
  });

  it('waits twice as long after each mistake', () => {
    let uplink = startUplink('voice');
    const climbs: number[] = [];
    for (let second = 0; second < 400; second += 1) {
      // A line that carries the voice and never a picture.
      const { rung } = uplink;
      uplink = stepUplink(uplink, { ...GOOD, lineKbps: rung === 'voice' ? 90 : 60, limited: rung !== 'voice' }, second * 1_000);
      if (uplink.rung !== 'voice' && rung === 'voice') climbs.push(second);
    }
    const waits = climbs.map((at, index) => at - (climbs[index - 1] ?? 0)).slice(1);
    expect(waits.length).toBeGreaterThan(3);
    waits.reduce((before, wait) => {
      expect(wait).toBeGreaterThan(Math.min(before, 60));
      return wait;
    }, 0);
  });

  it('waits until what was too much is through, however long the way was taken for', () => {
    const full = { ...GOOD, rttMs: 2_000 };
    expect(rungs('voice', [GOOD, ...times(120, full)]).at(-1)).toBe('voice');
    expect(rungs('voice', [GOOD, ...times(120, full), ...times(CALM_KNOWN_MS / 1_000 + 1, GOOD)]).at(-1)).toBe('all');
  });

  it('tries a picture soon only where there is room for the least of one', () => {
    const tried = (lineKbps: number) => rungs('voice', times(10, { ...GOOD, lineKbps })).at(-1);
    expect([tried(VOICE_KBPS + 29), tried(VOICE_KBPS + 31)]).toEqual(['voice', 'lowest']);
  });

  it('is tried for a shorter time than a dip is borne with', () => {
    const trial = { ...startUplink('all'), climbedAt: 0 };
    const dip = { ...GOOD, lineKbps: 500, limited: true };
    let uplink: Uplink = trial;
    for (let second = 1; second <= PATIENCE_TRIAL; second += 1) {
      expect(uplink.rung).toBe('all');
      uplink = stepUplink(uplink, dip, second * 1_000);
    }
    expect(uplink).toMatchObject({ rung: 'without_top', failures: 1 });
    expect(PATIENCE_TRIAL).toBeLessThan(PATIENCE);
  });

  it('is spoken of once it has held', () => {
    let uplink = startUplink('voice');
    const said: Rung[] = [];
    for (let second = 0; second <= 12; second += 1) {
      uplink = stepUplink(uplink, second < 10 ? GOOD : { ...GOOD, lineKbps: 450, limited: true }, second * 1_000);
      said.push(uplink.said);
    }
    const held = (CALM_KNOWN_MS + SAID_MS) / 1_000;
    expect(said).toEqual([...times(held, 'voice'), ...times(12 - held, 'all'), 'without_top']);
  });

  it('forgets old mistakes once a rung has held', () => {
    const held = { ...startUplink('slow'), failures: 3, climbedAt: 0 };
    expect(stepUplink(held, GOOD, TRIAL_MS - 1).failures).toBe(3);
    expect(stepUplink(held, GOOD, TRIAL_MS)).toMatchObject({ failures: 0, climbedAt: null });
  });

  it('does not climb on what nobody watches, as it cannot be tried', () => {
    const layers = LAYERS.map(({ kbps }, layer) => ({ kbps, watched: layer === 0 }));
    expect(rungs('lowest', times(20, { layers, lineKbps: 300 })).pop()).toBe('lowest');
    expect(rungs('lowest', times(60, { layers, lineKbps: 300 })).pop()).not.toBe('lowest');
  });

  it('starts afresh with a camera that was off', () => {
    expect(rungs('lowest', times(5, { layers: [], lineKbps: 100 })).pop()).toBe('all');
  });
});

describe('what the person is told', () => {
  it('is something only where others get less of them', () => {
    const camera = { layers: LAYERS, screen: false };
    expect(RUNGS.map((rung) => givesUp(rung, camera))).toEqual([false, true, true, true, true, true]);
    expect(RUNGS.map((rung) => givesUp(rung, { layers: [], screen: false }))).toEqual([false, false, false, false, false, true]);
    expect(givesUp('voice', { layers: [], screen: true })).toBe(true);
  });

  it('is nothing of layers that a small camera or a saver of data does not send anyway', () => {
    const small = { layers: LAYERS.slice(0, 1), screen: false };
    expect(RUNGS.map((rung) => givesUp(rung, small))).toEqual([false, false, false, true, true, true]);
    expect(RUNGS.map((rung) => givesUp(rung, { layers: LAYERS.slice(0, 2), screen: false }))).toEqual([false, true, true, true, true, true]);
  });
});

describe('a line of', () => {
  it.each([
    // The first picture fills the line's buffer, and a try now and then does: seconds of 300.
    [30, 'thin', 36], [50, 'thin', 8], [75, 'voice', 8], [100, 'slow', 4], [200, 'lowest', 2], [450, 'without_top', 0],
    [900, 'without_top', 0], [2_000, 'all', 0], [5_000, 'all', 0],
  ] as const)('%i kbit/s comes to rest on %s', (kbps, rest, harmedMax) => {
    const { rungs: played, harmed } = play(times(300, kbps));
    const lastMinutes = played.slice(120);
    expect(lastMinutes.filter((rung) => rung === rest).length / lastMinutes.length, played.join(' ')).toBeGreaterThan(0.75);
    // At most a try and its end a minute.
    expect(changes(lastMinutes)).toBeLessThanOrEqual(6);
    expect(harmed).toBeLessThanOrEqual(harmedMax);
  });

  it('3 Mbit/s that falls to 100 kbit/s and comes back', () => {
    const { rungs: played } = play([...times(30, 3_000), ...times(60, 100), ...times(60, 3_000)]);
    expect(played.slice(20, 30).every((rung) => rung === 'all')).toBe(true);
    const cut = played.slice(30, 90);
    expect(cut.findIndex((rung) => rung !== 'all')).toBeLessThan(3);
    const back = played.slice(90);
    const again = back.indexOf('all');
    expect(again, back.join(' ')).toBeGreaterThanOrEqual(0);
    expect(again).toBeLessThan(25);
    expect(back.slice(again).every((rung) => rung === 'all')).toBe(true);
  });

  it('a voice that comes and goes is not thinned on a good line', () => {
    const { rungs: played } = play(times(300, 3_000), (second) => second % 20 < 5);
    expect(played.slice(10).every((rung) => rung === 'all')).toBe(true);
  });
});

describe('whatever the line does', () => {
  it('the voice goes last, the rungs do not flap, and the rung is one of those there are', () => {
    let chance = 1;
    const next = () => {
      chance = (chance * 48_271) % 2_147_483_647;
      return chance / 2_147_483_647;
    };
    for (let run = 0; run < 40; run += 1) {
      let line = 2_000;
      const lines = times(300, 0).map(() => {
        if (next() < 0.03) line = 20 * 10 ** (next() * 2.5);
        return line * (0.9 + next() * 0.2);
      });
      const { rungs: played } = play(lines);
      played.forEach((rung, second) => {
        expect(RUNGS).toContain(rung);
        if (rung === 'thin' && second > 0) expect(['voice', 'thin']).toContain(played[second - 1]);
      });
      expect(changes(played), `run ${run}`).toBeLessThan(60);
    }
    // Many seconds of many lines; a busy machine takes its time.
  }, 60_000);
});
