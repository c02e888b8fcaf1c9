// How a person's own voice is sent: bits a second, length of a packet, once or twice.
// In: what the server wants, the rung. Out: a voice, what it takes of a line, and the answer (SDP) that makes our encoder do it.
// Never: a peer connection. Measured: Chromium ignores `codec` of an encoding for RED, and with
// `adaptivePtime` it ignores `maxBitrate`; the order of codecs and `ptime` in the answer it obeys.
import type { Sent } from './counts';
import type { Rung } from './rung';

export type Voice = {
  kbps: number;
  packetMs: 20 | 40 | 60;
  /** Each word twice (RFC 2198). */
  redundant: boolean;
};

/** What browsers send when nobody says otherwise. */
export const PLAIN_VOICE: Voice = { kbps: 32, packetMs: 20, redundant: false };
/** Below this Opus is no telephone any more; in packets of 60 ms three quarters of the headers are saved. */
export const THIN_VOICE: Voice = { kbps: 12, packetMs: 60, redundant: false };

/** A voice is never asked for in fewer or more bits than these: less is not understood, more is not heard. */
const KBPS_MIN = 6;
const KBPS_MAX = 128;

/** IPv4, UDP, RTP with its extensions, and the tag of SRTP, in bytes. */
const HEADER_BYTES = 28 + 20 + 16;
/** The same without what browsers count themselves, which is RTP's. */
const OUTER_BYTES = HEADER_BYTES - 20;

/** What a voice takes of the line while somebody speaks, with all headers. */
export function voiceKbps({ kbps, packetMs, redundant }: Voice): number {
  return kbps * (redundant ? 2 : 1) + (HEADER_BYTES * 8) / packetMs;
}

/** What has been sent between two counts, as the line sees it. */
export function takenKbps(before: Sent, now: Sent, ms: number): number {
  const bytes = now.bytes - before.bytes + (now.packets - before.packets) * OUTER_BYTES;
  return ms > 0 ? Math.max(0, (bytes * 8) / ms) : 0;
}

/** The voice the server wants, in words our encoder knows. */
export function voiceOf(wanted: { kbps: number; packet_ms: number; redundant: boolean }): Voice {
  const packetMs = wanted.packet_ms >= 60 ? 60 : wanted.packet_ms >= 40 ? 40 : 20;
  return { kbps: Math.min(KBPS_MAX, Math.max(KBPS_MIN, wanted.kbps)), packetMs, redundant: wanted.redundant };
}

/** On the last rung the voice is thin, whatever the server has wanted of a better line. */
export function voiceOn(rung: Rung, wanted: Voice): Voice {
  return rung === 'thin' ? { ...THIN_VOICE, kbps: Math.min(THIN_VOICE.kbps, wanted.kbps) } : wanted;
}

/** The answer with this voice on one of its media lines. Read again by our own browser only: the server is asked nothing. */
export function withVoice(sdp: string, mid: string, voice: Voice): string {
  return sdp
    .split(/(?=^m=)/m)
    .map((section) => (hasMid(section, mid) ? sectionWithVoice(section, voice) : section))
    .join('');
}

function hasMid(section: string, mid: string): boolean {
  return section.startsWith('m=audio ') && section.split(/\r?\n/).includes(`a=mid:${mid}`);
}

function sectionWithVoice(section: string, { packetMs, redundant }: Voice): string {
  const opus = payloadType(section, 'opus');
  const red = payloadType(section, 'red');
  const lines = section.split('\r\n').filter((line) => !/^a=(max)?ptime:/.test(line));
  const [head = '', ...rest] = lines;
  const [media, port, protocol, ...types] = head.split(' ');
  const first = [red, opus].filter((type): type is string => type !== null && (redundant || type !== red));
  const order = [...first, ...types.filter((type) => !first.includes(type))];
  // Twenty milliseconds are what browsers do without a word.
  const ptime = packetMs === PLAIN_VOICE.packetMs ? [] : [`a=ptime:${packetMs}`];
  const end = rest.pop() ?? '';
  return [[media, port, protocol, ...order].join(' '), ...rest, ...ptime, end].join('\r\n');
}

function payloadType(section: string, codec: string): string | null {
  return new RegExp(`^a=rtpmap:(\\d+) ${codec}/48000/2\\s*$`, 'im').exec(section)?.[1] ?? null;
}
