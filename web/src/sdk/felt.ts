// What a person has heard and seen in a span of time.
// In: the counts at its start and at its end. Out: the message `felt` of it, in whole numbers that are never negative.
// Never: trusts that a count rises; one that falls has begun anew.
import type { Felt } from '../protocol';
import type { Counts, PictureCounts } from './counts';

const NO_PICTURE: PictureCounts = { frames: 0, freezes: 0, frozenMs: 0, height: 0, pixels: 0 };

export function felt(before: Counts, now: Counts, spanMs: number): Felt {
  const voice = { samples: 0, concealed: 0, waitedMs: 0, emitted: 0 };
  for (const [id, counts] of Object.entries(now.voiceById)) {
    const was = before.voiceById[id];
    for (const key of ['samples', 'concealed', 'waitedMs', 'emitted'] as const) voice[key] += risen(was?.[key], counts[key]);
  }
  const best = largest(before, now);
  return {
    span_ms: whole(spanMs),
    samples: whole(voice.samples),
    concealed: whole(Math.min(voice.concealed, voice.samples)),
    jitter_buffer_ms: voice.emitted > 0 ? whole(voice.waitedMs / voice.emitted) : 0,
    freezes: whole(best?.freezes ?? 0),
    frozen_ms: whole(best?.frozenMs ?? 0),
    frames_per_second: best && spanMs > 0 ? whole((best.frames * 1_000) / spanMs) : null,
    height: best && best.height > 0 ? whole(best.height) : null,
    up_kbps: now.lineKbps === null ? null : whole(now.lineKbps),
    limited: now.limited,
  };
}

/**
 * Of the pictures that have moved, what has happened to the largest. Of one that has not, only the
 * server knows whether it should have: it may be paused, a still, or of somebody who has left.
 */
function largest(before: Counts, now: Counts): PictureCounts | null {
  let best: PictureCounts | null = null;
  for (const [id, counts] of Object.entries(now.pictureById)) {
    const was = before.pictureById[id] ?? NO_PICTURE;
    const frames = risen(was.frames, counts.frames);
    if (frames === 0 || (best && best.pixels >= counts.pixels)) continue;
    best = { ...counts, frames, freezes: risen(was.freezes, counts.freezes), frozenMs: risen(was.frozenMs, counts.frozenMs) };
  }
  return best;
}

function risen(before: number | undefined, now: number): number {
  return now >= (before ?? 0) ? now - (before ?? 0) : now;
}

function whole(value: number): number {
  return Number.isFinite(value) ? Math.max(0, Math.round(value)) : 0;
}
