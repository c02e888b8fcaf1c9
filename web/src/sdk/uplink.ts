// How much a person's own line carries upwards, and so on which rung they send.
// In: one sample a second, the time. Out: the rung. Down at once to what fits, up step by step, and later after each failure.
// Never: a browser's report (`counts.ts`), a parameter of a sender (`offer.ts`), a clock; and never a voice thinned while a picture is still sent.
import { layersSent, lowerRung, type Rung, RUNGS, SLOW_BPS, topLayer } from './rung';
import { THIN_VOICE, voiceKbps } from './voice';

/** What one camera layer would take. */
export type LayerWanted = { watched: boolean; kbps: number };

/** One second of the way up, as far as this browser tells. */
export type Sample = {
  /** What the browser thinks the line carries, in kilobits a second. */
  lineKbps: number | null;
  /** The browser leaves out pictures, or makes them smaller, because the line carries no more. */
  limited: boolean;
  /** Share of the voice's packets that the server did not get. */
  loss: number | null;
  rttMs: number | null;
  /** What the voice takes when it is not thin, with all headers. */
  voiceKbps: number;
  /** What it has really taken in this second: little while nobody speaks. */
  spokenKbps: number;
  /** What everything together has taken. */
  sentKbps: number;
  /** The camera's layers that could be sent, lowest first; empty when the camera is off. */
  layers: readonly LayerWanted[];
  /** Somebody watches the person's screen. */
  screen: boolean;
};

export type Uplink = {
  rung: Rung;
  /** Samples in a row that did not fit the rung. */
  misfits: number;
  /** Since when every sample has fitted. */
  calmSince: number | null;
  /** When it last went up a rung. */
  climbedAt: number | null;
  /** Times in a row that going up was a mistake. */
  failures: number;
  /** The round trip of this line without a queue. */
  rttMs: number | null;
  /** The shortest there was. */
  rttMsMin: number;
  /** What was sent in the second before. */
  sentKbps: number;
  /** The rung to speak of: one that was gone up to counts once it has held. */
  said: Rung;
};

/** A rung's largest layer is no use below this share of what it may take; browsers leave it out there too. */
const LEAST_SHARE = 0.35;
/** The smallest alone: below half of it a face is a smear. */
const LEAST_SHARE_LOWEST = 0.5;
/** The least a picture takes at all: browsers go no lower, and then the voice pays. */
const PICTURE_KBPS_MIN = 30;
/** A screen that takes less than this is not legible within a minute. */
const SCREEN_KBPS_MIN = 100;
/** A voice drops into its own silences, so a line a little thinner than it still carries it. */
const VOICE_SHARE = 0.9;

/**
 * Samples that must not fit before a layer is given up. The browser leaves it out by itself
 * meanwhile; fewer would give it up each time an estimate dips.
 */
export const PATIENCE = 5;
/**
 * While going up is being tried: browsers fill the line with padding to reach a layer it does not
 * carry, and a line that does carry it is known within two seconds.
 */
export const PATIENCE_TRIAL = 3;
/** The same where the picture takes from the voice: long enough to tell a dip from a line, no longer. */
export const PATIENCE_VOICE = 2;
/** Of a browser that tells only of loss and of round trips, which come every few seconds. */
export const PATIENCE_BLIND = 3;

/**
 * So many times more sent than the line is thought to carry is a line that has collapsed, and its
 * buffer is full of pictures. Until they are through, every word waits behind them: none is added.
 */
const COLLAPSE = 2.5;

/** Room that a rung has to spare before the next is thought of. */
const SPARE = 1.15;
/** A line with this much room for a rung carries it beyond doubt, and those between need no trying. */
const PLENTY = 2;
/** Calm for this long is enough when the line is known to carry the next rung too. */
export const CALM_KNOWN_MS = 3_000;
/**
 * And when it can only be tried, as a browser that sends little knows little. The browser itself
 * keeps the upper layers back until they fit, so trying those costs nobody anything.
 */
export const CALM_UPPER_MS = 4_000;
/** Trying a picture may cost the voice a second or two. */
export const CALM_LOWER_MS = 8_000;
/** Trying a full voice where a thin one fits costs as much and gains less. */
export const CALM_THIN_MS = 20_000;
/** Without room to spare, as an estimate may stay low only because nobody has spoken; or when there is nothing to try it with. */
export const CALM_NO_ROOM_MS = 30_000;
/** Having to go down this soon after going up was a mistake, and doubles the wait for the next try. */
export const TRIAL_MS = 10_000;
/** Nobody is told that it is over, and a moment later that it is not. */
export const SAID_MS = 5_000;
/** Doublings at most, and the longest wait: each try costs a picture two seconds, and few lines get better in the hour of a visit. */
const FAILURES_MAX = 6;
const CALM_MAX_MS = 240_000;

/** Loss of a line that should carry less, where the browser does not say how much. */
const LOSS_MAX = 0.08;
/** And the queue; also of the smallest picture where it does say, as an estimate does not see a queue that stands. */
const QUEUE_MS_MAX = 200;
/**
 * Signs that a low estimate of a voice alone is no mistake, as an estimate falls in silence too:
 * loss, a queue, or far more sent than is thought to arrive. On a good line an estimate
 * keeps up with a voice that begins to speak.
 */
const VOICE_LOSS_MAX = 0.02;
const VOICE_QUEUE_MS_MAX = 100;
const VOICE_OVERSENT = 1.6;
/** How fast a longer round trip is taken for a longer path: most of it in a minute. */
const RTT_ADOPTED = 0.03;
/** And how much longer a path is taken for at most: beyond it a longer round trip is a queue, however long it stands. */
const RTT_LONGER_MS_MAX = 300;

export function startUplink(rung: Rung): Uplink {
  return { rung, misfits: 0, calmSince: null, climbedAt: null, failures: 0, rttMs: null, rttMsMin: Infinity, sentKbps: 0, said: rung };
}

export function stepUplink(before: Uplink, sample: Sample, now: number): Uplink {
  const after = decided(before, sample, now);
  return { ...after, sentKbps: sample.sentKbps, said: saidRung(before.said, after, now) };
}

function saidRung(before: Rung, { rung, climbedAt }: Uplink, now: number): Rung {
  const tried = climbedAt !== null && now - climbedAt < SAID_MS;
  return tried && lowerRung(before, rung) === before ? before : rung;
}

function decided(before: Uplink, sample: Sample, now: number): Uplink {
  const rttMsMin = sample.rttMs === null ? before.rttMsMin : Math.min(before.rttMsMin, sample.rttMs);
  const uplink = { ...before, rttMsMin, rttMs: baseRtt(before.rttMs, sample.rttMs, rttMsMin + RTT_LONGER_MS_MAX) };
  if (uplink.climbedAt !== null && now - uplink.climbedAt >= TRIAL_MS) {
    uplink.climbedAt = null;
    uplink.failures = 0;
  }
  if (!fits(uplink, sample)) return misfit(uplink, sample);
  // What was too much is still on its way.
  if (queueMs(uplink, sample) > QUEUE_MS_MAX) return { ...uplink, misfits: 0, calmSince: null };
  return climb({ ...uplink, misfits: 0, calmSince: uplink.calmSince ?? now }, sample, now);
}

/**
 * Whether others see or hear less of this person than they would on a better line. What is
 * watched now does not matter: a layer that has not come for a while, the server gives up as well.
 * Of a camera that sends one layer anyway, only fewer frames and no picture are less.
 */
export function givesUp(rung: Rung, { layers, screen }: Pick<Sample, 'layers' | 'screen'>): boolean {
  const lessSeen = rung === 'slow' ? layers.length > 0 : topLayer(layers.length, rung) < layers.length - 1;
  return lessSeen || (!showsPictures(rung) && screen) || rung === 'thin';
}

function showsPictures(rung: Rung): boolean {
  return rung !== 'voice' && rung !== 'thin';
}

/** What each layer that is sent may take, lowest first. */
function capsKbps({ layers }: Sample, rung: Rung): number[] {
  const sent = layersSent(layers.map(({ watched }) => watched), topLayer(layers.length, rung));
  const most = rung === 'slow' ? SLOW_BPS / 1_000 : Infinity;
  return layers.filter((_, layer) => sent[layer]).map(({ kbps }) => Math.min(kbps, most));
}

function sameSent(sample: Sample, a: Rung, b: Rung): boolean {
  const sent = (rung: Rung) => `${capsKbps(sample, rung)} ${sample.screen && showsPictures(rung)} ${rung === 'thin'}`;
  return sent(a) === sent(b);
}

/** The least a line must carry for a rung to be worth it. */
export function needsKbps(sample: Sample, rung: Rung): number {
  if (rung === 'thin') return 0;
  const sent = capsKbps(sample, rung);
  const screen = sample.screen && showsPictures(rung) ? SCREEN_KBPS_MIN : 0;
  const full = sent.slice(0, -1).reduce((sum, kbps) => sum + kbps, 0);
  const top = sent[sent.length - 1];
  if (top === undefined) return screen === 0 ? sample.voiceKbps * VOICE_SHARE : sample.voiceKbps + screen;
  const share = sent.length > 1 ? LEAST_SHARE : LEAST_SHARE_LOWEST;
  return sample.voiceKbps + screen + Math.max(PICTURE_KBPS_MIN, full + share * top);
}

function fits(uplink: Uplink, sample: Sample): boolean {
  const { rung } = uplink;
  const { lineKbps } = sample;
  if (lineKbps === null) return rung === 'thin' || !suffers(uplink, sample, LOSS_MAX, QUEUE_MS_MAX);
  const sent = capsKbps(sample, rung);
  // With several layers the browser says itself whether it has to leave one out.
  if (sent.length > 1 && !sample.limited && !voiceAtRisk(uplink, sample)) return true;
  // A voice that waits behind the smallest picture is not what a picture is worth.
  if (lineKbps >= needsKbps(sample, rung)) return sent.length !== 1 || queueMs(uplink, sample) <= QUEUE_MS_MAX;
  const voiceAlone = sent.length === 0 && !(sample.screen && showsPictures(rung));
  return voiceAlone && sample.spokenKbps < lineKbps * VOICE_OVERSENT && !suffers(uplink, sample, VOICE_LOSS_MAX, VOICE_QUEUE_MS_MAX);
}

function suffers(uplink: Uplink, sample: Sample, lossMax: number, queueMsMax: number): boolean {
  return (sample.loss ?? 0) > lossMax || queueMs(uplink, sample) > queueMsMax;
}

function queueMs({ rttMs }: Uplink, { rttMs: now }: Sample): number {
  return rttMs !== null && now !== null ? now - rttMs : 0;
}

/**
 * Is what is sent at the very least more than the line carries, so that the voice waits or is
 * lost? Not while little is sent: then the estimate is low because nobody speaks.
 */
function voiceAtRisk({ rung }: Uplink, { lineKbps, sentKbps, voiceKbps: voice }: Sample): boolean {
  if (lineKbps === null || sentKbps < lineKbps * VOICE_SHARE) return false;
  return lineKbps < voice * VOICE_SHARE + (showsPictures(rung) ? PICTURE_KBPS_MIN : 0);
}

function misfit(uplink: Uplink, sample: Sample): Uplink {
  const misfits = uplink.misfits + 1;
  const waiting = { ...uplink, misfits, calmSince: null };
  const rung = rungThatFits(uplink, sample);
  if (rung === null || (misfits < patience(uplink, sample) && !collapsed(uplink, sample))) return waiting;
  const failures = uplink.climbedAt === null ? 0 : Math.min(FAILURES_MAX, uplink.failures + 1);
  return { ...waiting, rung, misfits: 0, climbedAt: null, failures };
}

/** The best of those below. */
function rungThatFits(uplink: Uplink, sample: Sample): Rung | null {
  if (collapsed(uplink, sample)) return 'voice';
  const { lineKbps } = sample;
  const below = rungsBelow(uplink.rung, sample);
  return below.find((each) => lineKbps === null || lineKbps >= needsKbps(sample, each)) ?? below[below.length - 1] ?? null;
}

function collapsed({ rung, sentKbps: before }: Uplink, { lineKbps, sentKbps }: Sample): boolean {
  return showsPictures(rung) && lineKbps !== null && Math.max(before, sentKbps) > lineKbps * COLLAPSE;
}

function patience(uplink: Uplink, sample: Sample): number {
  if (sample.lineKbps === null) return PATIENCE_BLIND;
  if (voiceAtRisk(uplink, sample)) return PATIENCE_VOICE;
  return uplink.climbedAt === null ? PATIENCE : PATIENCE_TRIAL;
}

/** Those that send less. The voice is thinned only once the pictures are gone and it has not helped. */
function rungsBelow(rung: Rung, sample: Sample): Rung[] {
  const below = RUNGS.slice(RUNGS.indexOf(rung) + 1).filter((each) => !sameSent(sample, each, rung));
  return below.length > 1 ? below.filter((each) => each !== 'thin') : below;
}

function climb(uplink: Uplink, sample: Sample, now: number): Uplink {
  const { rung, calmSince, failures } = uplink;
  const next = rungAbove(rung, sample);
  if (next === null || calmSince === null) return uplink;
  const beyondDoubt = rungsAbove(rung).find((each) => (sample.lineKbps ?? 0) >= needsKbps(allWatched(sample), each) * PLENTY);
  const calm = beyondDoubt ? CALM_KNOWN_MS : Math.min(CALM_MAX_MS, calmMs(rung, next, sample, failures));
  if (now - calmSince < calm) return uplink;
  return { ...uplink, rung: beyondDoubt ?? next, calmSince: null, climbedAt: now };
}

/** `slow` is only a step down: a browser that may send so little does not look for what the line carries. */
function rungsAbove(rung: Rung): Rung[] {
  return RUNGS.slice(0, RUNGS.indexOf(rung)).filter((each) => each !== 'slow');
}

/** The next one up, and whatever above it is the same with so few layers. */
function rungAbove(rung: Rung, sample: Sample): Rung | null {
  const above = rungsAbove(rung);
  const next = above[above.length - 1];
  return next ? above.find((each) => sameSent(allWatched(sample), each, next)) ?? null : null;
}

function allWatched(sample: Sample): Sample {
  return { ...sample, layers: sample.layers.map(({ kbps }) => ({ watched: true, kbps })) };
}

function calmMs(rung: Rung, next: Rung, sample: Sample, failures: number): number {
  const { lineKbps } = sample;
  const later = 2 ** failures;
  // What nobody watches now cannot be tried: going up would only seem to work.
  const untried = sameSent(sample, rung, next);
  if (lineKbps !== null && lineKbps >= needsKbps(untried ? allWatched(sample) : sample, next) * SPARE) return CALM_KNOWN_MS * later;
  if (untried) return CALM_NO_ROOM_MS;
  const needed = rung === 'thin' ? voiceKbps(THIN_VOICE) : needsKbps(sample, rung);
  if (lineKbps !== null && lineKbps < needed * SPARE) return CALM_NO_ROOM_MS * later;
  // The server asks for a fuller voice of a line that carries one, and then the browser knows more.
  if (rung === 'voice' && lineKbps !== null && lineKbps < sample.voiceKbps + PICTURE_KBPS_MIN) return CALM_NO_ROOM_MS * later;
  return triedMs(next) * later;
}

function triedMs(next: Rung): number {
  if (next === 'voice') return CALM_THIN_MS;
  return next === 'all' || next === 'without_top' ? CALM_UPPER_MS : CALM_LOWER_MS;
}

/** Down at once, up slowly: a queue must not be taken for the path, nor a longer path for a queue for ever. */
function baseRtt(base: number | null, now: number | null, longest: number): number | null {
  if (base === null || now === null) return now ?? base;
  return now < base ? Math.min(now, longest) : Math.min(base + (now - base) * RTT_ADOPTED, longest);
}
