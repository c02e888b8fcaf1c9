// Encodings, codecs, Opus settings. In: sizes and lists. Out: what would be offered. Never: a browser.
import { describe, expect, it } from 'vitest';
import type { LayerWorth } from '../src/protocol';
import { audioCodecs, cameraEncodings, layerBps, offeredLayers, screenEncodings, usableLayers, videoCodecs, withOpusSettings } from '../src/sdk/offer';
import { layersSent, lowerRung, RUNGS, topLayer } from '../src/sdk/rung';

const HD = { width: 1280, height: 720 };
const VGA = { width: 640, height: 480 };
const SMALL = { width: 640, height: 360 };
const TINY = { width: 320, height: 180 };

const worth = (...watched: boolean[]): LayerWorth[] => watched.map((is) => ({ watched: is, kbps_max: null }));
const actives = (encodings: { active?: boolean }[]) => encodings.map(({ active }) => active);

describe('camera layers', () => {
  it('are three of a large picture, two of 640 by 360 and of 640 by 480, where browsers drop the third', () => {
    expect([HD, { width: 720, height: 1280 }, VGA, SMALL, TINY, null].map(offeredLayers)).toEqual([3, 3, 2, 2, 2, 3]);
    expect([HD, VGA, SMALL, TINY].map(usableLayers)).toEqual([3, 2, 2, 1]);
  });

  it('halve the picture from layer to layer and end at its full size', () => {
    expect(cameraEncodings(3, HD).map(({ rid, scaleResolutionDownBy, maxBitrate, active }) => [rid, scaleResolutionDownBy, maxBitrate, active])).toEqual([
      ['q', 4, 150_000, true], ['h', 2, 500_000, true], ['f', 1, 1_500_000, true],
    ]);
    expect(cameraEncodings(2, SMALL).map(({ rid, scaleResolutionDownBy }) => [rid, scaleResolutionDownBy])).toEqual([['q', 2], ['h', 1]]);
    expect(cameraEncodings(3, HD).every(({ scalabilityMode }) => scalabilityMode === 'L1T3')).toBe(true);
  });

  it('move down when a smaller camera replaces the one that was offered', () => {
    expect(cameraEncodings(3, SMALL).map(({ scaleResolutionDownBy, active }) => [scaleResolutionDownBy, active])).toEqual([
      [2, true], [1, true], [1, false],
    ]);
  });

  it('are paused when nobody watches them', () => {
    expect(actives(cameraEncodings(3, HD, worth(true, false, false)))).toEqual([true, false, false]);
    expect(actives(cameraEncodings(2, SMALL, worth(false, false)))).toEqual([false, false]);
    expect(actives(screenEncodings(worth(false)))).toEqual([false]);
  });

  it('take no more than the server has said, and never less than an encoder can', () => {
    const said = [80, 9_000, 0, null].map((kbps_max) => ({ watched: true, kbps_max }));
    expect([0, 1, 2, 3].map((layer) => layerBps(layer, said))).toEqual([80_000, 500_000, 30_000, 150_000]);
    expect(cameraEncodings(3, HD, said).map(({ maxBitrate }) => maxBitrate)).toEqual([80_000, 500_000, 30_000]);
    expect(screenEncodings([{ watched: true, kbps_max: 400 }])[0]?.maxBitrate).toBe(400_000);
    expect(cameraEncodings(3, HD, [{ watched: true, kbps_max: null }]).map(({ maxBitrate }) => maxBitrate)).toEqual([150_000, 500_000, 1_500_000]);
  });
});

describe('the rungs of a poor line', () => {
  const sent = (rung: (typeof RUNGS)[number], layers = worth(true, true, true)) => actives(cameraEncodings(3, HD, layers, rung));

  it('give up layer after layer, then frames, then the picture', () => {
    expect(RUNGS.map((rung) => sent(rung))).toEqual([
      [true, true, true], [true, true, false], [true, false, false], [true, false, false], [false, false, false], [false, false, false],
    ]);
    expect(RUNGS.map((rung) => cameraEncodings(3, HD, undefined, rung)[0]?.maxFramerate)).toEqual([undefined, undefined, undefined, 10, undefined, undefined]);
    expect(cameraEncodings(3, HD, undefined, 'slow')[0]?.maxBitrate).toBe(60_000);
    expect(cameraEncodings(3, HD, [{ watched: true, kbps_max: 40 }], 'slow')[0]?.maxBitrate).toBe(40_000);
  });

  it('send the largest left instead of a larger one that was watched', () => {
    expect(sent('without_top', worth(false, false, true))).toEqual([false, true, false]);
    expect(sent('lowest', worth(false, false, true))).toEqual([true, false, false]);
    expect(sent('lowest', worth(false, true, false))).toEqual([true, false, false]);
    expect(sent('without_top', worth(true, false, false))).toEqual([true, false, false]);
    expect(sent('voice', worth(false, false, true))).toEqual([false, false, false]);
  });

  it('send the largest a smaller camera gives to whoever watched a larger one', () => {
    expect(actives(cameraEncodings(3, SMALL, worth(false, false, true)))).toEqual([false, true, false]);
  });

  it('keep a shared screen legible until there is no picture', () => {
    expect(RUNGS.map((rung) => screenEncodings(undefined, rung)[0]).map((each) => [each?.active, each?.maxFramerate])).toEqual([
      [true, 10], [true, 10], [true, 10], [true, 3], [false, 10], [false, 10],
    ]);
  });

  it('are defined for any number of layers', () => {
    expect([0, 1, 2, 3].map((usable) => RUNGS.map((rung) => topLayer(usable, rung)))).toEqual([
      [-1, -1, -1, -1, -1, -1], [0, 0, 0, 0, -1, -1], [1, 0, 0, 0, -1, -1], [2, 1, 0, 0, -1, -1],
    ]);
    expect(layersSent([], -1)).toEqual([]);
    expect([lowerRung('all', 'lowest'), lowerRung('voice', 'lowest')]).toEqual(['lowest', 'voice']);
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

  it('are Opus for voices, and behind it RED where the browser has it', () => {
    const [opus, red, other] = [{ mimeType: 'audio/opus' }, { mimeType: 'audio/red' }, { mimeType: 'audio/PCMU' }];
    expect(audioCodecs([red, opus, other])).toEqual([opus, red]);
    expect(audioCodecs([other, opus])).toEqual([opus]);
    expect(audioCodecs([red, other])).toEqual([]);
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
