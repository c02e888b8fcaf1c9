// Encodings, codecs, Opus settings. In: sizes and lists. Out: what would be offered. Never: a browser.
import { describe, expect, it } from 'vitest';
import { audioCodecs, cameraEncodings, offeredLayers, screenEncodings, usableLayers, videoCodecs, withOpusSettings } from '../src/sdk/offer';

const HD = { width: 1280, height: 720 };
const VGA = { width: 640, height: 480 };
const SMALL = { width: 640, height: 360 };
const TINY = { width: 320, height: 180 };

describe('camera layers', () => {
  it('are three of a large picture, two of 640 by 360 and of 640 by 480, where browsers drop the third', () => {
    expect([HD, { width: 720, height: 1280 }, VGA, SMALL, TINY, null].map(offeredLayers)).toEqual([3, 3, 2, 2, 2, 3]);
    expect([HD, VGA, SMALL, TINY].map(usableLayers)).toEqual([3, 2, 2, 1]);
  });

  it('halve the picture from layer to layer and end at its full size', () => {
    expect(cameraEncodings(3, HD, undefined).map(({ rid, scaleResolutionDownBy, maxBitrate, active }) => [rid, scaleResolutionDownBy, maxBitrate, active])).toEqual([
      ['q', 4, 150_000, true], ['h', 2, 500_000, true], ['f', 1, 1_500_000, true],
    ]);
    expect(cameraEncodings(2, SMALL, undefined).map(({ rid, scaleResolutionDownBy }) => [rid, scaleResolutionDownBy])).toEqual([['q', 2], ['h', 1]]);
    expect(cameraEncodings(3, HD, undefined).every(({ scalabilityMode }) => scalabilityMode === 'L1T3')).toBe(true);
  });

  it('move down when a smaller camera replaces the one that was offered', () => {
    expect(cameraEncodings(3, SMALL, undefined).map(({ scaleResolutionDownBy, active }) => [scaleResolutionDownBy, active])).toEqual([
      [2, true], [1, true], [1, false],
    ]);
  });

  it('are paused when nobody watches them', () => {
    expect(cameraEncodings(3, HD, [true, false, false]).map(({ active }) => active)).toEqual([true, false, false]);
    expect(cameraEncodings(2, SMALL, [false, false]).map(({ active }) => active)).toEqual([false, false]);
    expect(screenEncodings([false]).map(({ active }) => active)).toEqual([false]);
  });
});

describe('codecs', () => {
  const offered = [
    { mimeType: 'video/VP8' },
    { mimeType: 'video/rtx' },
    { mimeType: 'video/VP9', sdpFmtpLine: 'profile-id=0' },
    { mimeType: 'video/H264', sdpFmtpLine: 'level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42001f' },
    { mimeType: 'video/H264', sdpFmtpLine: 'level-asymmetry-allowed=1;packetization-mode=0;profile-level-id=42e01f' },
    { mimeType: 'video/H264', sdpFmtpLine: 'level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f' },
    { mimeType: 'video/AV1' },
    { mimeType: 'video/red' },
  ];

  it('are VP8, then one H.264, then retransmission', () => {
    expect(videoCodecs(offered).map((codec) => codec.mimeType)).toEqual(['video/VP8', 'video/H264', 'video/rtx']);
    expect(videoCodecs(offered)[1]).toBe(offered[5]);
  });

  it('are Opus alone for voices', () => {
    expect(audioCodecs([{ mimeType: 'audio/red' }, { mimeType: 'audio/opus' }, { mimeType: 'audio/PCMU' }])).toEqual([{ mimeType: 'audio/opus' }]);
  });
});

describe('Opus settings', () => {
  const sdp = (...lines: string[]) => ['v=0', 'm=audio 9 UDP/TLS/RTP/SAVPF 111', ...lines, ''].join('\r\n');

  it('are added to the line there is, without losing what it says', () => {
    const out = withOpusSettings(sdp('a=rtpmap:111 opus/48000/2', 'a=fmtp:111 minptime=10;useinbandfec=0'));
    expect(out).toContain('a=fmtp:111 minptime=10;useinbandfec=1;usedtx=1;stereo=0\r\n');
  });

  it('get a line where there is none', () => {
    expect(withOpusSettings(sdp('a=rtpmap:111 opus/48000/2'))).toContain('a=rtpmap:111 opus/48000/2\r\na=fmtp:111 useinbandfec=1;usedtx=1;stereo=0\r\n');
  });

  it('touch nothing else', () => {
    const video = sdp('a=rtpmap:96 VP8/90000', 'a=fmtp:97 apt=96');
    expect(withOpusSettings(video)).toBe(video);
    const once = withOpusSettings(sdp('a=rtpmap:111 opus/48000/2', 'a=fmtp:111 minptime=10'));
    expect(withOpusSettings(once)).toBe(once);
  });
});
