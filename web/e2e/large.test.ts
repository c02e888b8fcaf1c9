// Two people with large cameras. In: 1280 by 720. Out: three layers, and the whole picture where there is room for it. Never: more than two people; two cores encode no more.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LARGE, launch } from './browser';
import { type Cast, CLINICIAN, gather, others, PATIENT } from './cast';
import { Server } from './server';

let server: Server;
let browser: Browser;
let cast: Cast;

beforeAll(async () => {
  server = await Server.start();
  browser = await launch();
  cast = await gather(server, browser, [CLINICIAN, PATIENT], LARGE);
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

describe('two people with large cameras', () => {
  it('offer three layers', async () => {
    for (const person of cast.all) {
      await expect.poll(async () => {
        const video = (await person.page.evaluate(() => window.probe.outbound())).filter((report) => report.kind === 'video' && report.rid);
        return video.map((report) => report.rid).sort();
      }, { message: 'three layers are sent' }).toEqual(['f', 'h', 'q']);
    }
  });

  it('see each other in the largest', async () => {
    for (const person of cast.all) {
      await person.seesAndHears(others(cast, person));
      await expect.poll(async () => Math.max(...(await person.inbound()).map((report) => report.height)), {
        message: 'the picture has all its lines',
        timeout: 60_000,
      }).toBe(720);
    }
  });
});
