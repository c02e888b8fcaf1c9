// What this client offers to send, and how.
// In: the size the camera gives, what is worth sending, the rung of the own line. Out: encodings, codec preferences, fmtp lines.
// Never: a peer connection; these are decisions over plain values.
import type { LayerWorth } from '../protocol';
import { layersSent, type Rung, SLOW_BPS, SLOW_FRAMES, topLayer } from './rung';

/** Simulcast layers, lowest first, by their `rid`. */
export const RIDS = ['q', 'h', 'f'] as const;

export type Size = { width: number; height: number };

/**
 * Highest bit rate of a layer by the share of the capture it carries. Chromium spends these on
 * 180, 360 and 720 lines; more is not seen in a tile, less blurs a face.
 */
const LAYER_BPS = [150_000, 500_000, 1_500_000] as const;

/** Chromium sends a third layer only of captures from about 960 by 540 up, and silently drops the last one below. */
const THREE_LAYERS_PIXELS = 960 * 540;
/** And a second one only from about 480 by 270 up. */
const TWO_LAYERS_PIXELS = 480 * 270;

/** No encoder makes a picture of less, whatever it is told. */
const VIDEO_BPS_MIN = 30_000;

/** A slide or a lab sheet must be legible; it may be slow. */
const SCREEN_BPS = 2_500_000;
const SCREEN_FRAMES = 10;
/** On a line that carries hardly a picture, a screen keeps its lines and gives up frames. */
const SCREEN_FRAMES_SLOW = 3;

/** How many layers the browser really sends of a capture of this size. Unknown sizes count as large. */
export function usableLayers(size: Size | null): 1 | 2 | 3 {
  if (!size) return 3;
  const pixels = size.width * size.height;
  if (pixels >= THREE_LAYERS_PIXELS) return 3;
  return pixels >= TWO_LAYERS_PIXELS ? 2 : 1;
}

/** How many layers to offer: never one, since the number cannot grow without a new offer. */
export function offeredLayers(size: Size | null): 2 | 3 {
  return usableLayers(size) === 3 ? 3 : 2;
}

export type Encoding = RTCRtpEncodingParameters & { scalabilityMode?: string };

/** The most a layer may take: the server's word, where it has one and it is less than ours. */
export function layerBps(layer: number, worth: readonly LayerWorth[] | undefined): number {
  return capped(LAYER_BPS[layer] ?? LAYER_BPS[0], worth?.[layer]);
}

function capped(bps: number, worth: LayerWorth | undefined): number {
  const most = worth?.kbps_max ?? null;
  return most === null ? bps : Math.max(VIDEO_BPS_MIN, Math.min(bps, most * 1_000));
}

/** Whether each of so many layers is watched; all are, until the server has said. */
export function watchedLayers(count: number, worth: readonly LayerWorth[] | undefined): boolean[] {
  return RIDS.slice(0, count).map((_, layer) => worth?.[layer]?.watched ?? true);
}

/**
 * The camera's encodings. When a smaller camera has replaced the one the offer was made for, the
 * usable layers move down, so that the best one still carries the whole picture.
 */
export function cameraEncodings(offered: 2 | 3, size: Size | null, worth?: readonly LayerWorth[], rung: Rung = 'all'): Encoding[] {
  const usable = Math.min(offered, usableLayers(size));
  const sent = layersSent(watchedLayers(offered, worth), topLayer(usable, rung));
  return RIDS.slice(0, offered).map((rid, layer) => ({
    rid,
    active: sent[layer] ?? false,
    scaleResolutionDownBy: 2 ** Math.max(0, usable - 1 - layer),
    maxBitrate: Math.min(layerBps(layer, worth), rung === 'slow' ? SLOW_BPS : Infinity),
    ...(rung === 'slow' ? { maxFramerate: SLOW_FRAMES } : {}),
    scalabilityMode: 'L1T3',
  }));
}

export function screenEncodings(worth?: readonly LayerWorth[], rung: Rung = 'all'): Encoding[] {
  return [{
    active: (worth?.[0]?.watched ?? true) && topLayer(1, rung) === 0,
    maxBitrate: capped(SCREEN_BPS, worth?.[0]),
    maxFramerate: rung === 'slow' ? SCREEN_FRAMES_SLOW : SCREEN_FRAMES,
    scalabilityMode: 'L1T3',
  }];
}

/** Constrained Baseline, one NAL unit or more a packet: the H.264 every browser has. */
const H264_FMTP = /profile-level-id=42e01f/i;
const H264_MODE = /packetization-mode=1/;

/** VP8 first, H.264 second, retransmission; nothing else, which also keeps the offer small. */
export function videoCodecs<C extends { mimeType: string; sdpFmtpLine?: string }>(codecs: readonly C[]): C[] {
  const of = (name: string) => codecs.filter((codec) => codec.mimeType.toLowerCase() === name);
  const h264 = of('video/h264').filter((codec) => H264_FMTP.test(codec.sdpFmtpLine ?? '') && H264_MODE.test(codec.sdpFmtpLine ?? ''));
  return [...of('video/vp8'), ...h264, ...of('video/rtx')];
}

/** Opus, and behind it RED, which carries Opus twice: agreed on, but not used unless one of us has a reason. */
export function audioCodecs<C extends { mimeType: string }>(codecs: readonly C[]): C[] {
  const of = (name: string) => codecs.filter((codec) => codec.mimeType.toLowerCase() === name);
  const opus = of('audio/opus');
  return opus.length > 0 ? [...opus, ...of('audio/red')] : [];
}

/** In-band error correction carries a voice over a lost packet; DTX is silent in silence; one channel is a voice. */
const OPUS_FMTP: Record<string, string> = { useinbandfec: '1', usedtx: '1', stereo: '0' };

/** The answer with the Opus settings that our own encoder reads from it (RFC 7587). */
export function withOpusSettings(sdp: string): string {
  const payloadTypes = new Set([...sdp.matchAll(/^a=rtpmap:(\d+) opus\/48000\/2\s*$/gim)].map((match) => match[1]));
  const seen = new Set<string>();
  const lines = sdp.split(/\r\n/).map((line) => {
    const fmtp = /^a=fmtp:(\d+) (.*)$/.exec(line);
    const [, payloadType = '', settings = ''] = fmtp ?? [];
    if (!fmtp || !payloadTypes.has(payloadType)) return line;
    seen.add(payloadType);
    return `a=fmtp:${payloadType} ${mergedFmtp(settings)}`;
  });
  return lines
    .flatMap((line) => {
      const payloadType = /^a=rtpmap:(\d+) opus\/48000\/2\s*$/i.exec(line)?.[1];
      return payloadType && !seen.has(payloadType) ? [line, `a=fmtp:${payloadType} ${mergedFmtp('')}`] : [line];
    })
    .join('\r\n');
}

function mergedFmtp(settings: string): string {
  const values = new Map<string, string>();
  for (const part of settings.split(';')) {
    const [key = '', value = ''] = part.trim().split('=');
    if (key) values.set(key, value);
  }
  for (const [key, value] of Object.entries(OPUS_FMTP)) values.set(key, value);
  return [...values].map(([key, value]) => `${key}=${value}`).join(';');
}
