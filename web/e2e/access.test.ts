// Can everybody use the pages? In: each screen, light and dark, small and zoomed, by keyboard. Out: what stands in somebody's way. Never: an exception from a rule.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch, PHONE } from './browser';
import { CLINICIAN, disperse, FAMILY, PATIENT, WAITING } from './cast';
import { Person } from './person';
import { seatOf, Server } from './server';
import { focusIsOn, tabTo } from './keys';
import { everybodyCanUse } from './usable';

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

describe('each screen', () => {
  it('passes from the first to the last', async () => {
    const visit = await server.visit([CLINICIAN, PATIENT, FAMILY]);
    const patient = await Person.open(browser, seatOf(visit, 'patient'));
    await patient.page.locator('.own-picture video.flowing').waitFor();
    await everybodyCanUse(patient, 'welcome');
    await patient.page.locator('summary').click();
    await everybodyCanUse(patient, 'welcome with devices');
    await patient.join();
    await patient.at(WAITING);
    await everybodyCanUse(patient, 'waiting');

    const clinician = await Person.open(browser, seatOf(visit, 'clinician'));
    await clinician.join();
    await clinician.isLive();
    await everybodyCanUse(clinician, 'live, one waits');
    await clinician.press('Let in Maria Berg');
    await everybodyCanUse(clinician, 'live, looking again');
    await clinician.press('Yes, let in');
    await clinician.seesAndHears([patient.seat]);
    await everybodyCanUse(clinician, 'live, two people');
    for (const more of ['More about Maria Berg', 'Confer apart', 'Ask somebody more to come']) await clinician.page.locator('summary', { hasText: more }).click();
    await everybodyCanUse(clinician, 'live, what staff can do');
    await clinician.press('Put on hold: Maria Berg');
    await patient.says('You are on hold.');
    await patient.press('Chat');
    await everybodyCanUse(patient, 'live, on hold, writing');
    await patient.press('Close');
    await clinician.press('Bring back Maria Berg');
    await clinician.seesAndHears([patient.seat]);
    await everybodyCanUse(patient, 'live, patient');
    await patient.press('View of Dr. Vera Lindt');
    await everybodyCanUse(patient, 'live, view of one');
    await patient.press('Done');
    await patient.press('Mute');
    await patient.press('Stop camera');
    await clinician.press('Take out Maria Berg');
    await everybodyCanUse(clinician, 'live, asking');
    await clinician.press('Keep');
    await clinician.press('Share screen');
    await patient.tile(clinician.seat, 'screen').waitFor();
    await everybodyCanUse(patient, 'live, screen shared');
    await clinician.press('End for all');
    await everybodyCanUse(clinician, 'live, asking to end');
    await clinician.page.getByRole('alertdialog').getByRole('button', { name: 'End for all' }).click();
    await patient.at('The visit is over');
    await everybodyCanUse(patient, 'ended');
    await disperse([patient, clinician]);
  });

  it('passes where much is asked', async () => {
    const visit = await server.visit([CLINICIAN, PATIENT], { policy: 'telepharmacy' });
    const patient = await Person.open(browser, seatOf(visit, 'patient'), { window: PHONE });
    await patient.join();
    await patient.at(WAITING);
    await patient.says('Who you are');
    await patient.page.locator('summary').click();
    await everybodyCanUse(patient, 'waiting, asked');
    const clinician = await Person.open(browser, seatOf(visit, 'clinician'), { window: PHONE });
    await clinician.join();
    await clinician.press('See who');
    await clinician.page.locator('summary', { hasText: 'Check Maria Berg' }).click();
    await everybodyCanUse(clinician, 'live, what is missing');
    await clinician.press('Go on without: number to call back');
    await clinician.page.getByLabel('Why?').fill('It is in her record.');
    await clinician.press('Yes, go on without');
    await clinician.page.getByRole('button', { name: 'Go on without: number to call back' }).waitFor({ state: 'detached' });
    await clinician.press('Checked: who they are');
    await patient.page.getByRole('group', { name: 'Who you are' }).waitFor({ state: 'detached' });
    await disperse([patient, clinician]);
  });

  it('passes where something is wrong', async () => {
    const visit = await server.visit([CLINICIAN, PATIENT]);
    const seat = seatOf(visit, 'patient');
    const lost = await Person.open(browser, { ...seat, link: `${server.base}/j` });
    await lost.at('Please open your personal link');
    await everybodyCanUse(lost, 'no link');
    const broken = await Person.open(browser, { ...seat, link: `${seat.link}x` });
    await broken.join();
    await broken.says('This link does not work.');
    await everybodyCanUse(broken, 'broken link');
    await disperse([lost, broken]);
  });
});

describe('without a mouse', () => {
  it('one can join, mute, and think better of ending the visit', async () => {
    const visit = await server.visit([CLINICIAN, PATIENT]);
    const clinician = await Person.open(browser, seatOf(visit, 'clinician'), { window: PHONE });
    const { page } = clinician;
    await page.getByRole('meter').waitFor();
    await tabTo(page, 'Join');
    await page.keyboard.press('Enter');
    await clinician.isLive();
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('H1');
    await tabTo(page, 'Mute');
    await page.keyboard.press('Space');
    await page.getByRole('button', { name: 'Unmute', exact: true }).waitFor();
    await tabTo(page, 'End for all');
    await page.keyboard.press('Enter');
    await page.getByRole('alertdialog').waitFor();
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Go on');
    await page.keyboard.press('Escape');
    await page.getByRole('alertdialog').waitFor({ state: 'detached' });
    await focusIsOn(page, 'End for all');
    await page.keyboard.press('Enter');
    await focusIsOn(page, 'Go on');
    await page.keyboard.press('Enter');
    await focusIsOn(page, 'End for all');
    await clinician.isLive();
    await disperse([clinician]);
  });

  it('the focus stays where the person is, in the list of people too', async () => {
    const visit = await server.visit([CLINICIAN, PATIENT]);
    const clinician = await Person.open(browser, seatOf(visit, 'clinician'), { window: PHONE });
    const { page } = clinician;
    await clinician.join();
    await clinician.isLive();
    const patient = await Person.open(browser, seatOf(visit, 'patient'));
    await patient.join();
    await page.getByRole('button', { name: 'See who' }).waitFor();
    await tabTo(page, 'See who');
    await page.keyboard.press('Enter');
    await focusIsOn(page, 'People', 'H2');
    await tabTo(page, 'Let in');
    await page.keyboard.press('Enter');
    await focusIsOn(page, 'Not now');
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Enter');
    await patient.isLive();
    await focusIsOn(page, 'People', 'H2');
    for (const key of ['Escape', 'Enter']) {
      await tabTo(page, 'Take out');
      await page.keyboard.press('Enter');
      await focusIsOn(page, 'Keep');
      await page.keyboard.press(key);
      await focusIsOn(page, 'Take out');
    }
    await page.keyboard.press('Enter');
    await focusIsOn(page, 'Keep');
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Enter');
    await patient.at('You were taken out of the visit');
    await focusIsOn(page, 'People', 'H2');
    await tabTo(page, 'Close');
    await page.keyboard.press('Enter');
    await focusIsOn(page, 'People', 'BUTTON');
    await page.keyboard.press('Enter');
    await focusIsOn(page, 'People', 'H2');
    await disperse([clinician, patient]);
  });

  it('one can say that somebody signs, and is back where one was', async () => {
    const visit = await server.visit([CLINICIAN, PATIENT]);
    const clinician = await Person.open(browser, seatOf(visit, 'clinician'));
    await clinician.join();
    await clinician.isLive();
    const patient = await Person.open(browser, seatOf(visit, 'patient'));
    await patient.join();
    await clinician.letsIn(patient.seat);
    await patient.isLive();
    const { page } = patient;
    await page.getByRole('button', { name: 'View of Dr. Vera Lindt' }).waitFor();
    await tabTo(page, 'View');
    await page.keyboard.press('Enter');
    await focusIsOn(page, 'Signing');
    await page.keyboard.press('Space');
    await page.getByRole('button', { name: 'Signing', exact: true, pressed: true }).waitFor();
    await page.keyboard.press('Escape');
    await focusIsOn(page, 'View');
    await page.keyboard.press('Enter');
    await focusIsOn(page, 'Signing');
    await patient.page.getByRole('dialog').getByRole('button', { name: 'Done' }).press('Enter');
    await focusIsOn(page, 'View');
    await disperse([clinician, patient]);
  });
});

/** The focus comes to rest there. */
describe('to a screen reader', () => {
  it('arrivals are told in words', async () => {
    const visit = await server.visit([CLINICIAN, PATIENT]);
    const clinician = await Person.open(browser, seatOf(visit, 'clinician'));
    await clinician.join();
    await clinician.isLive();
    const patient = await Person.open(browser, seatOf(visit, 'patient'));
    await patient.join();
    await clinician.page.getByRole('status').getByText('Maria Berg is waiting to come in.').waitFor({ state: 'attached' });
    await clinician.letsIn(patient.seat);
    await clinician.page.getByRole('status').getByText('Maria Berg is here.').waitFor({ state: 'attached' });
    expect(await clinician.page.evaluate(() => [document.documentElement.lang, document.documentElement.dir])).toEqual(['en', 'ltr']);
    await disperse([clinician, patient]);
  });
});
