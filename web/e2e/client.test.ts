// A page of somebody else's: the example of docs/client.md with the library as it is built. In: the document, a visit. Out: pictures and sound both ways. Never: a line of the example changed.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { context, launch, PHONE, SMALL } from './browser';
import { CLINICIAN, PATIENT } from './cast';
import { example } from './example';
import { front } from './front';
import { library } from './library';
import { Person } from './person';
import { install } from './probe';
import { seatOf, Server } from './server';

let server: Server;
let browser: Browser;
let address: string;
let stopFront: () => void;

beforeAll(async () => {
  const client = await library();
  server = await Server.start();
  const { base, stop } = await front(server.base, {
    '/visit/': { type: 'text/html', text: example() },
    '/visit/client.js': { type: 'text/javascript', text: client },
  });
  [address, stopFront] = [`${base}/visit/`, stop];
  browser = await launch();
});

afterAll(async () => {
  await browser?.close();
  stopFront?.();
  await server?.stop();
});

describe('the example for pages of others', () => {
  it('joins, waits, is let in, sees, hears and is seen', async () => {
    const visit = await server.visit([CLINICIAN, PATIENT]);
    const clinician = await Person.open(browser, seatOf(visit, 'clinician'));
    await clinician.join();
    await clinician.isLive();

    const window = await context(browser, PHONE);
    const page = await window.newPage();
    const problems: string[] = [];
    page.on('pageerror', (error) => problems.push(String(error)));
    await page.addInitScript(install, SMALL);
    const patient = seatOf(visit, 'patient');
    await page.goto(`${address}${new URL(patient.link).hash}`);
    await page.getByRole('button', { name: 'Join' }).click();

    const status = page.getByRole('status');
    await expect.poll(() => status.textContent()).toBe('waiting');
    await clinician.letsIn(patient);
    await expect.poll(() => status.textContent()).toBe('admitted');
    await expect.poll(() => page.locator('video').evaluateAll((all) => all.map((each) => (each as HTMLVideoElement).videoWidth > 0 && !(each as HTMLVideoElement).paused))).toEqual([true]);
    await expect.poll(() => page.locator('audio').count()).toBe(1);
    await clinician.seesAndHears([patient]);

    await clinician.press('Stop camera');
    await expect.poll(() => page.locator('video').count()).toBe(0);
    expect(problems).toEqual([]);
    await clinician.leaveWindow();
    await window.close();
  });

  it('says why a link does not work', async () => {
    const window = await context(browser, PHONE);
    const page = await window.newPage();
    await page.goto(`${address}#nothing-of-ours`);
    await page.getByRole('button', { name: 'Join' }).click();
    await expect.poll(() => page.getByRole('status').textContent()).toBe('unknown');
    await window.close();
  });
});
