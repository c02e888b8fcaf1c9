// The program stops and starts again during a visit. In: Ctrl-C. Out: a clean exit, a page that says so, people back in without a press. Never: a lost seat.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launch } from './browser';
import { CLINICIAN, gather, others, PATIENT } from './cast';
import { Server } from './server';

let server: Server;
let browser: Browser;

beforeAll(async () => {
  server = await Server.start();
  browser = await launch();
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

it('people are back in after a restart', async () => {
  const cast = await gather(server, browser, [CLINICIAN, PATIENT]);
  for (const person of cast.all) await person.seesAndHears(others(cast, person));
  expect(await server.interrupt()).toBe(0);
  for (const person of cast.all) await person.says('The connection is being restored.');
  server = await Server.start({ dataDir: server.dataDir, http: `127.0.0.1:${new URL(server.base).port}` });
  for (const person of cast.all) {
    await person.page.getByText('The connection is being restored.').waitFor({ state: 'detached' });
    await person.seesAndHears(others(cast, person));
    await person.hears(1);
  }
});

it('a lost WebSocket alone costs no picture', async () => {
  const cast = await gather(server, browser, [CLINICIAN, PATIENT]);
  const [clinician, patient] = cast.all;
  await clinician!.seesAndHears([patient!.seat]);
  // The window loses its connections to the server; what runs over UDP goes on.
  const before = clinician!.sent.filter((text) => text.startsWith('{"t":"hello"')).length;
  await clinician!.context.setOffline(true);
  await clinician!.says('The connection is being restored.');
  await clinician!.seesAndHears([patient!.seat]);
  await clinician!.context.setOffline(false);
  await clinician!.page.getByText('The connection is being restored.').waitFor({ state: 'detached' });
  expect(clinician!.sent.filter((text) => text.startsWith('{"t":"hello"')).length).toBeGreaterThan(before);
  expect(clinician!.sent.filter((text) => text.startsWith('{"t":"offer"'))).toHaveLength(1);
});
