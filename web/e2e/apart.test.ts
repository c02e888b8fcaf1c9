// Two visits at once. In: a red visit and a blue one. Out: each sees its own colour only. Never: a person, a frame or a voice of the other.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch, SMALL } from './browser';
import { type Cast, CLINICIAN, gather, others, PATIENT } from './cast';
import { Server } from './server';

let server: Server;
let browser: Browser;
let red: Cast;
let blue: Cast;

beforeAll(async () => {
  server = await Server.start();
  browser = await launch();
  red = await gather(server, browser, [CLINICIAN, PATIENT], { ...SMALL, colour: 'rgb(200, 30, 30)' });
  blue = await gather(server, browser, [
    { role: 'clinician', display_name: 'Dr. Bo Blue' },
    { role: 'patient', display_name: 'Bea Blue' },
  ], { ...SMALL, colour: 'rgb(30, 30, 200)' });
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

describe('two visits at once', () => {
  it('each see their own people only', async () => {
    for (const [cast, strangers] of [[red, blue], [blue, red]] as const) {
      for (const person of cast.all) {
        await person.seesAndHears(others(cast, person));
        expect(await person.page.locator('.tile').count()).toBe(1);
        for (const stranger of strangers.all) expect(await person.page.getByText(stranger.seat.name).count()).toBe(0);
      }
    }
  });

  it('each see their own colour only, at every one of many looks', async () => {
    for (let look = 0; look < 20; look += 1) {
      for (const [cast, isRed] of [[red, true], [blue, false]] as const) {
        for (const person of cast.all) {
          const tiles = await person.tiles();
          expect(tiles, person.seat.name).toHaveLength(1);
          for (const tile of tiles) {
            expect(isRed ? tile.red - tile.blue : tile.blue - tile.red).toBeGreaterThan(60);
          }
        }
      }
    }
  });

  it('receive one voice and one picture each', async () => {
    for (const person of [...red.all, ...blue.all]) {
      await person.hears(1);
      // The server looks for room with packets that show nothing; only what is decoded counts.
      const flowing = (await person.inbound()).filter((report) => (report.kind === 'audio' ? report.bytes : report.framesDecoded) > 0);
      expect(flowing.map((report) => report.kind).sort()).toEqual(['audio', 'video']);
    }
  });
});
