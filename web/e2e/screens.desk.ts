// Pictures of the desk, to be looked at. In: a day with visits. Out: target/screens/20-*.png, phone and desktop, light and dark, in English and in Arabic. Never: a judgement.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, it } from 'vitest';
import { TABS } from '../src/desk/desk';
import { bothOf } from '../src/desk/words';
import { context, DESKTOP, launch, PHONE } from './browser';
import { CLINICIAN, disperse, FAMILY, PATIENT, PHARMACIST, WAITING } from './cast';
import { Person } from './person';
import { seatOf, Server } from './server';
import { shoot } from './shoot';

/** Pictures take as long as they take, on a busy machine too. */
const LONG_MS = 600_000;
const MINUTE_MS = 60_000;

let server: Server;
let browser: Browser;
let guests: Person[];

beforeAll(async () => {
  server = await Server.start({ settings: { BEDSIDE__OUTWARD__ALLOW: '127.0.0.1' } });
  browser = await launch();
  const palliative = await server.visit([CLINICIAN, PATIENT, FAMILY], { policy: 'us-all-party', queue: 'palliative-team' });
  const pharmacy = await server.visit([PHARMACIST, { ...PATIENT, display_name: 'مريم حداد', language: 'ar' }], { policy: 'telepharmacy', queue: 'pharmacy' });
  await server.visit([CLINICIAN, { ...PATIENT, display_name: 'Jonas Vik', language: 'de' }], { queue: 'palliative-team', starts_at: new Date(Date.now() + 5 * MINUTE_MS).toISOString() });
  guests = await Promise.all([palliative, pharmacy].map((visit) => Person.open(browser, seatOf(visit, 'patient'))));
  for (const guest of guests) {
    await guest.page.locator('button[lang="en"]').click();
    await guest.join();
    await guest.at(WAITING);
  }
  await server.call('POST', '/v1/webhooks', { url: 'http://127.0.0.1:9/bedside', description: 'Scheduling system' });
}, LONG_MS);

afterAll(async () => {
  await disperse(guests ?? []);
  await browser?.close();
  await server?.stop();
});

const cases = (['en', 'ar'] as const).flatMap((tongue) => ([['phone', PHONE], ['desktop', DESKTOP]] as const).map(([size, window]) => ({ tongue, size, window })));

it.each(cases)('$tongue on a $size', async ({ tongue, window }) => {
  const { desk: words } = await bothOf(tongue);
  const own = await context(browser, window, tongue);
  const page = await own.newPage();
  const picture = (name: string) => shoot({ page }, `20-desk-${name}-${tongue}`, window);
  await page.goto(`${server.base}/desk`);
  await page.getByLabel(words.door.key).fill(server.key);
  await picture('door');
  // The pages' clock alone: one has waited long, as the colours show.
  await page.clock.setFixedTime(Date.now() + 12 * MINUTE_MS);
  await page.getByRole('button', { name: words.door.enter }).click();
  for (const tab of TABS) {
    await page.getByRole('button', { name: words.tab[tab], exact: true }).click();
    await page.getByRole('heading', { level: 1, name: words.tab[tab], exact: true }).waitFor();
    if (tab === 'audit') await page.getByRole('button', { name: words.audit.search }).click();
    await page.locator(tab === 'audit' ? 'tbody tr' : '.visit, .things > li').first().waitFor();
    await picture(tab);
    if (tab !== 'board') continue;
    const card = page.locator('.visit', { hasText: PATIENT.display_name });
    await card.getByRole('button', { name: words.message.openName(PATIENT.display_name) }).click();
    await picture('board-writing');
    await page.getByRole('button', { name: words.message.send, exact: true }).click();
    const [told] = guests;
    await told?.page.setViewportSize(window);
    await told?.page.getByRole('log').getByRole('paragraph').first().waitFor();
    if (told) await shoot(told, `20-desk-told-${tongue}`, window);
    await card.getByRole('button', { name: words.transfer.openName(PATIENT.display_name) }).click();
    await picture('board-moving');
    await page.getByRole('button', { name: words.transfer.no, exact: true }).click();
  }
  await own.close();
}, LONG_MS);
