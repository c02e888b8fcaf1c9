// The page gives up and takes back just what its model in the simulator does, on lines of every kind.
// In: `ladder.json`, which `loadtest/src/sim/page/same.rs` writes. Out: nothing.
import { expect, it } from 'vitest';
import { startUplink, stepUplink } from '../src/sdk/uplink';
import walk from './ladder.json';

/** What each layer takes at most, as the model has it. */
const LAYER_KBPS = [150, 500, 1_500];

it('takes the same steps as its model', () => {
  let uplink = startUplink('all');
  let second = 0;
  walk.forEach(({ watched, rungs, lossPercent, ...stretch }, index) => {
    const layers = LAYER_KBPS.map((kbps, layer) => ({ watched: watched[layer] ?? false, kbps }));
    const sample = { ...stretch, loss: lossPercent / 100, layers, screen: false };
    const taken = rungs.map(() => {
      second += 1;
      uplink = stepUplink(uplink, sample, second * 1_000);
      return uplink.rung;
    });
    expect(taken, `line ${index + 2} of ladder.json`).toEqual(rungs);
  });
});
