// Sharing a screen. In: one who shares, three who look. Out: all see it, and see it end. Never: a renegotiation.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch } from './browser';
import { type Cast, CLINICIAN, FAMILY, gather, PATIENT, PHARMACIST } from './cast';
import { Server } from './server';

let server: Server;
let browser: Browser;
let cast: Cast;

beforeAll(async () => {
  server = await Server.start();
  browser = await launch();
  cast = await gather(server, browser, [CLINICIAN, PATIENT, FAMILY, PHARMACIST]);
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

describe('a shared screen', () => {
  it('is seen by all, large and legible', async () => {
    const [clinician, ...viewers] = cast.all;
    await clinician!.press('Share screen');
    for (const viewer of viewers) {
      await viewer.tile(clinician!.seat, 'screen').waitFor();
      await expect.poll(async () => (await viewer.tiles()).filter((tile) => tile.source === 'screen').map((tile) => tile.brightness > 8), {
        message: `${viewer.seat.name} sees the screen`,
      }).toEqual([true]);
      const [face, screen] = await Promise.all([viewer.tile(clinician!.seat).boundingBox(), viewer.tile(clinician!.seat, 'screen').boundingBox()]);
      expect(screen!.width * screen!.height).toBeGreaterThan(4 * face!.width * face!.height);
      await viewer.says(`${clinician!.seat.name} shares a screen`);
    }
    const sent = (await clinician!.page.evaluate(() => window.probe.outbound())).find((report) => report.kind === 'video' && !report.rid);
    expect(sent?.height).toBeGreaterThanOrEqual(600);
  });

  it('does not push the faces away', async () => {
    const [clinician, ...viewers] = cast.all;
    for (const viewer of viewers) {
      await viewer.seesAndHears(cast.all.filter((each) => each !== viewer).map((each) => each.seat));
    }
    expect(clinician!.sent.filter((text) => text.startsWith('{"t":"offer"'))).toHaveLength(1);
  });

  it('ends for all', async () => {
    const [clinician, ...viewers] = cast.all;
    await clinician!.press('Stop sharing');
    for (const viewer of viewers) await viewer.tile(clinician!.seat, 'screen').waitFor({ state: 'detached' });
    for (const person of cast.all) person.hasNoProblems();
  });
});
