// What helps before and around a visit: a sound to hear, a picture of how to allow a device, somebody called in by two presses. In: real Chromium, with and without its permissions. Out: what is heard, drawn and made. Never: a device opened that was refused.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch, PHONE } from './browser';
import { CLINICIAN, PATIENT, WAITING } from './cast';
import { Person } from './person';
import { seatOf, Server } from './server';
import { everybodyCanUse } from './usable';

/** Chromium asks, and without anybody there the answer is no. */
const ASKS = '--use-fake-ui-for-media-stream';
/** As loud as this is no noise of a converter, and the greatest that a calm voice is played at. */
const HEARD_MIN = 0.05;
const HEARD_MAX = 0.3;

declare global {
  interface Window {
    loudest: number;
  }
}

let server: Server;
let browsers: Browser[];

beforeAll(async () => {
  server = await Server.start();
  browsers = await Promise.all([launch(), launch([], [ASKS])]);
});

afterAll(async () => {
  for (const browser of browsers ?? []) await browser.close();
  await server?.stop();
});

/** Listens in on whatever the page plays by itself. */
async function listenIn(page: Page): Promise<void> {
  await page.addInitScript(() => {
    window.loudest = 0;
    const connect = AudioNode.prototype.connect as (this: AudioNode, to: AudioNode) => AudioNode;
    AudioNode.prototype.connect = function (this: AudioNode, to: AudioNode) {
      if (to === this.context.destination) {
        const meter = (this.context as AudioContext).createAnalyser();
        connect.call(this, meter);
        const samples = new Float32Array(meter.fftSize);
        setInterval(() => {
          meter.getFloatTimeDomainData(samples);
          window.loudest = Math.max(window.loudest, ...samples.map(Math.abs));
        }, 50);
      }
      return connect.call(this, to);
    } as typeof AudioNode.prototype.connect;
  });
}

describe('before joining', () => {
  it('plays a sound that can be heard, and says what to do if not', async () => {
    const visit = await server.visit([CLINICIAN, PATIENT]);
    const patient = await Person.open(browsers[0]!, seatOf(visit, 'patient'), { window: PHONE, prepare: listenIn });
    await patient.page.getByRole('meter').waitFor();
    expect(await patient.page.evaluate(() => window.loudest)).toBe(0);
    await patient.press('Play a sound');
    await expect.poll(() => patient.page.evaluate(() => window.loudest)).toBeGreaterThan(HEARD_MIN);
    await patient.page.getByRole('button', { name: 'Play a sound', disabled: false }).waitFor();
    expect(await patient.page.evaluate(() => window.loudest)).toBeLessThan(HEARD_MAX);
    patient.hasNoProblems();
    await patient.leaveWindow();
  });

  it('draws how each refused device is allowed again, and does not stand in the way', async () => {
    const visit = await server.visit([CLINICIAN, PATIENT]);
    const patient = await Person.open(browsers[1]!, seatOf(visit, 'patient'), { window: PHONE });
    for (const name of ['How to allow the camera', 'How to allow the microphone']) await patient.page.getByRole('img', { name }).waitFor();
    await patient.says('Then press “Ask again”.');
    await everybodyCanUse(patient, 'devices refused');
    await patient.press('Join');
    await patient.at(WAITING);
    await patient.leaveWindow();
  });
});

describe('somebody more', () => {
  it('is called in by two presses', async () => {
    const visit = await server.visit([CLINICIAN, PATIENT]);
    const clinician = await Person.open(browsers[0]!, seatOf(visit, 'clinician'));
    await clinician.join();
    await clinician.isLive();
    await clinician.page.locator('summary', { hasText: 'Ask somebody more to come' }).click();
    await clinician.press('Make a link: Interpreter');
    await clinician.page.getByRole('heading', { name: 'Personal link of Interpreter' }).waitFor();
    await everybodyCanUse(clinician, 'somebody called in');
    const link = await clinician.page.getByLabel('Personal link of Interpreter').last().inputValue();
    expect(link).toContain('/j#');
    await clinician.leaveWindow();
  });
});
