// A camera's view for browsers that have no camera. In: nothing. Out: a film of a room with somebody in it, loops. Never: the built-in test picture, which is so plain that it fits any line.
import { closeSync, openSync, writeSync } from 'node:fs';
import { SMALL } from './browser';

const FRAMES_A_SECOND = 20;
const SECONDS = 4;
/** Grain of a camera in a dim room: what an encoder spends its bits on. */
const GRAIN = 10;
/** Edge of a patch of the wall, in pixels. */
const PATCH = 6;
const { width, height } = SMALL;

/** Frames of a wall and of a head that sways before it, in grain: a Y4M file. */
export function writeScene(path: string): void {
  const file = openSync(path, 'w');
  writeSync(file, `YUV4MPEG2 W${width} H${height} F${FRAMES_A_SECOND}:1 Ip A1:1 C420\n`);
  const chance = chances(1);
  const patches = Array.from({ length: 4096 }, () => 70 + 90 * chance());
  const frames = FRAMES_A_SECOND * SECONDS;
  for (let frame = 0; frame < frames; frame += 1) {
    writeSync(file, 'FRAME\n');
    writeSync(file, picture((2 * Math.PI * frame) / frames, patches, chance));
  }
  closeSync(file);
}

/** One frame at this part of the way round, so that the last leads to the first. */
function picture(turn: number, patches: number[], chance: () => number): Buffer {
  const frame = Buffer.alloc((width * height * 3) / 2, 128);
  const [x, y] = [width / 2 + 60 * Math.sin(turn), height / 2 + 12 * Math.sin(3 * turn)];
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      const isHead = ((column - x) / 90) ** 2 + ((row - y) / 120) ** 2 < 1;
      const [across, down] = isHead ? [column - x + 900, row - y + 500] : [column, row];
      const patch = Math.floor(across / PATCH) * 67 + Math.floor(down / PATCH) * 131;
      const light = (patches[patch % patches.length] ?? 0) + (isHead ? 40 : 0) + GRAIN * (chance() - 0.5);
      frame[row * width + column] = Math.round(light);
    }
  }
  return frame;
}

/** Numbers from 0 to 1, the same each time. */
function chances(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
