// A live recording made seekable. In: WebM as a browser writes it, made here by hand. Out: a head with a length and an index. Never: a frame that is another than before.
import { describe, expect, it } from 'vitest';
import { seekable } from '../src/sdk/webm';

const UNKNOWN = [0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];

function id(value: number): number[] {
  return value < 256 ? [value] : [...id(Math.floor(value / 256)), value % 256];
}

function element(name: number, content: number[]): number[] {
  return [...id(name), 0x40 | (content.length >> 8), content.length & 255, ...content];
}

function track(number: number, type: number): number[] {
  return element(0xae, [...element(0xd7, [number]), ...element(0x83, [type])]);
}

function block(of: number, timeMs: number, key: boolean): number[] {
  return element(0xa3, [0x80 | of, timeMs >> 8, timeMs & 255, key ? 0x80 : 0, 1, 2, 3]);
}

function cluster(timeMs: number, blocks: number[][]): number[] {
  return [...id(0x1f43b675), ...UNKNOWN, ...element(0xe7, [timeMs >> 8, timeMs & 255]), ...blocks.flat()];
}

const HEAD = element(0x1a45dfa3, [...element(0x4282, [...'webm'].map((letter) => letter.charCodeAt(0)))]);
const INFO = element(0x1549a966, element(0x2ad7b1, [0x0f, 0x42, 0x40]));
const TRACKS = element(0x1654ae6b, [...track(1, 2), ...track(2, 1)]);
const CLUSTERS = [
  cluster(0, [block(1, 0, true), block(2, 0, true), block(2, 40, false)]),
  cluster(1_000, [block(2, 0, false), block(1, 10, true)]),
  cluster(2_000, [block(2, 0, true), block(1, 25, true)]),
];
const LIVE = Uint8Array.from([...HEAD, ...id(0x18538067), ...UNKNOWN, ...INFO, ...TRACKS, ...CLUSTERS.flat()]);

function joined(parts: Uint8Array[]): number[] {
  return parts.flatMap((part) => [...part]);
}

/** Where these bytes stand, at every place. */
function places(bytes: number[], wanted: number[]): number[] {
  return bytes.flatMap((_, at) => (wanted.every((byte, offset) => bytes[at + offset] === byte) ? [at] : []));
}

describe('a recording', () => {
  it('gets a length and an index, and keeps every frame', () => {
    const film = seekable(LIVE)!;
    expect(film.lengthMs).toBe(2_025);
    const bytes = joined(film.bytes);
    expect(bytes.slice(-CLUSTERS.flat().length)).toEqual(CLUSTERS.flat());
    const [duration = 0] = places(bytes, [0x44, 0x89]);
    expect(new DataView(Uint8Array.from(bytes).buffer).getFloat64(duration + 10)).toBe(2_025);
    // Each line of the index leads to a cluster that begins with a whole picture; the second does not.
    const segment = places(bytes, id(0x18538067))[0]! + 4 + UNKNOWN.length;
    const starts = places(bytes, [0xf1]).map((at) => bytes.slice(at + 9, at + 17).reduce((sum, byte) => sum * 256 + byte, 0) + segment);
    const clusters = places(bytes, id(0x1f43b675));
    expect(starts).toEqual([clusters[0], clusters[2]]);
    expect(places(bytes, [0xf7, 0x01, 0, 0, 0, 0, 0, 0, 1, 2])).toHaveLength(2);
  });

  it('is the same a second time as any film with an index: left alone', () => {
    expect(seekable(Uint8Array.from(joined(seekable(LIVE)!.bytes)))).toBeNull();
  });

  it('that is none, or was cut off, does no harm', () => {
    expect(seekable(new Uint8Array())).toBeNull();
    expect(seekable(Uint8Array.from([1, 2, 3, 0, 0, 0]))).toBeNull();
    for (let length = 0; length < LIVE.length; length += 1) {
      const film = seekable(LIVE.slice(0, length));
      if (film) expect(film.lengthMs).toBeLessThanOrEqual(2_025);
    }
  });
});
