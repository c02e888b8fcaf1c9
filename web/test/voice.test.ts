// The own voice. In: what the server wants, an answer. Out: how our encoder is to send it. Never: a browser.
import { describe, expect, it } from 'vitest';
import { PLAIN_VOICE, takenKbps, THIN_VOICE, type Voice, voiceKbps, voiceOf, voiceOn, withVoice } from '../src/sdk/voice';

const ANSWER = [
  'v=0', 's=-',
  'm=audio 9 UDP/TLS/RTP/SAVPF 63 111', 'a=mid:0', 'a=recvonly', 'a=rtpmap:63 red/48000/2', 'a=fmtp:63 111/111', 'a=rtpmap:111 opus/48000/2', 'a=fmtp:111 usedtx=1',
  'm=video 9 UDP/TLS/RTP/SAVPF 96', 'a=mid:1', 'a=rtpmap:96 VP8/90000',
  'm=audio 9 UDP/TLS/RTP/SAVPF 63 111', 'a=mid:2', 'a=sendonly', 'a=rtpmap:63 red/48000/2', 'a=rtpmap:111 opus/48000/2',
  '',
].join('\r\n');

const lines = (sdp: string) => sdp.split('\r\n');
const heads = (sdp: string) => lines(sdp).filter((line) => line.startsWith('m='));
const voice = (over: Partial<Voice>) => withVoice(ANSWER, '0', { ...PLAIN_VOICE, ...over });

describe('the answer with a voice', () => {
  it('sends Opus once, whatever the server lists first', () => {
    expect(heads(voice({}))).toEqual([
      'm=audio 9 UDP/TLS/RTP/SAVPF 111 63', 'm=video 9 UDP/TLS/RTP/SAVPF 96', 'm=audio 9 UDP/TLS/RTP/SAVPF 63 111',
    ]);
  });

  it('sends it twice where that is wanted', () => {
    expect(heads(voice({ redundant: true }))[0]).toBe('m=audio 9 UDP/TLS/RTP/SAVPF 63 111');
    const single = ANSWER.replace(/a=rtpmap:63 red.*\r\na=fmtp:63.*\r\n/, '').replace('SAVPF 63 111', 'SAVPF 111');
    expect(heads(withVoice(single, '0', { ...PLAIN_VOICE, redundant: true }))[0]).toBe('m=audio 9 UDP/TLS/RTP/SAVPF 111');
  });

  it('lengthens the packets of that line alone, and again shortens them', () => {
    const long = voice({ packetMs: 60 });
    expect(lines(long).filter((line) => line.startsWith('a=ptime'))).toEqual(['a=ptime:60']);
    expect(lines(long).indexOf('a=ptime:60')).toBeLessThan(lines(long).indexOf('a=mid:1'));
    expect(lines(withVoice(long, '0', { ...PLAIN_VOICE, packetMs: 40 })).filter((line) => line.startsWith('a=ptime'))).toEqual(['a=ptime:40']);
    expect(withVoice(long, '0', PLAIN_VOICE)).toBe(voice({}));
  });

  it('keeps every other line as it was', () => {
    const before = lines(ANSWER).filter((line) => !line.startsWith('m='));
    expect(lines(voice({ packetMs: 20, redundant: true })).filter((line) => !line.startsWith('m='))).toEqual(before);
    expect(withVoice(ANSWER, '7', THIN_VOICE)).toBe(ANSWER);
    expect(withVoice(ANSWER, '1', THIN_VOICE)).toBe(ANSWER);
    expect(withVoice('', '0', THIN_VOICE)).toBe('');
  });
});

describe('what the server wants of a voice', () => {
  it('is taken in words our encoder knows', () => {
    const wanted = (kbps: number, packet_ms: number) => voiceOf({ kbps, packet_ms, redundant: false });
    expect([0, 20, 39, 40, 60, 255].map((ms) => wanted(24, ms).packetMs)).toEqual([20, 20, 20, 40, 60, 60]);
    expect([0, 16, 4_000].map((kbps) => wanted(kbps, 20).kbps)).toEqual([6, 16, 128]);
    expect(voiceOf({ kbps: 24, packet_ms: 20, redundant: true }).redundant).toBe(true);
  });

  it('is thin on the last rung, and never more than was wanted', () => {
    const wanted = voiceOf({ kbps: 24, packet_ms: 20, redundant: true });
    expect(voiceOn('voice', wanted)).toBe(wanted);
    expect(voiceOn('thin', wanted)).toEqual({ kbps: 12, packetMs: 60, redundant: false });
    expect(voiceOn('thin', { ...wanted, kbps: 8 }).kbps).toBe(8);
  });
});

describe('what a voice takes', () => {
  it('counts the headers, which longer packets save', () => {
    expect(Math.round(voiceKbps(PLAIN_VOICE) * 10)).toBe(576);
    expect(Math.round(voiceKbps(THIN_VOICE) * 10)).toBe(205);
    expect(voiceKbps({ ...PLAIN_VOICE, redundant: true }) - voiceKbps(PLAIN_VOICE)).toBeCloseTo(32);
  });

  it('is measured by what the browser has counted', () => {
    // Fifty packets of 80 bytes and RTP's 20, with IP, UDP and the tag of SRTP 144.
    const [before, now] = [{ bytes: 700, packets: 7 }, { bytes: 700 + 50 * 100, packets: 57 }];
    expect(takenKbps(before, now, 1_000)).toBeCloseTo(57.6);
    expect([takenKbps(before, now, 0), takenKbps(now, before, 1_000)]).toEqual([0, 0]);
  });
});
