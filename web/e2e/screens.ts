// Pictures of every screen, to be looked at. In: a visit. Out: target/screens/*.png, phone and desktop, light and dark. Never: a judgement.
import { afterAll, beforeAll, it } from 'vitest';
import type { Browser } from 'playwright-core';
import { DESKTOP, launch, PHONE, SMALL } from './browser';
import { CLINICIAN, disperse, FAMILY, PATIENT, PHARMACIST, WAITING } from './cast';
import { Person } from './person';
import { seatOf, Server } from './server';
import { COLOURS, shoot } from './shoot';

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

it.each([['phone', PHONE], ['desktop', DESKTOP]] as const)('on a %s', async (_, window) => {
  const visit = await server.visit([CLINICIAN, PATIENT, FAMILY, PHARMACIST, { role: 'interpreter', display_name: 'Jun Arai' }]);
  const open = (role: keyof typeof COLOURS) => Person.open(browser, seatOf(visit, role), { window, camera: { ...SMALL, colour: COLOURS[role] } });
  const lost = await Person.open(browser, { ...seatOf(visit, 'patient'), link: `${server.base}/j` }, { window });
  await lost.at('Please open your personal link');
  await shoot(lost, '0-no-link', window);
  await lost.leaveWindow();

  const asking = await server.visit([PATIENT], { policy: 'telepharmacy' });
  const asked = await Person.open(browser, seatOf(asking, 'patient'), { window });
  await asked.join();
  await asked.at(WAITING);
  await asked.page.getByText('Who you are').scrollIntoViewIfNeeded();
  await shoot(asked, '2-asked', window);
  await asked.leaveWindow();

  const patient = await open('patient');
  await patient.page.locator('video.flowing').waitFor();
  await shoot(patient, '1-welcome', window);
  await patient.join();
  await patient.at(WAITING);
  await shoot(patient, '2-waiting', window);

  const clinician = await open('clinician');
  await clinician.join();
  await clinician.isLive();
  if (window === PHONE) {
    await shoot(clinician, '3-staff-waits', window);
    await clinician.press('See who');
  }
  await shoot(clinician, '4-staff-people', window);
  await clinician.press('Let in Maria Berg');
  await shoot(clinician, '4-staff-looks-again', window);
  await clinician.press('Yes, let in');
  if (window === PHONE) await clinician.press('Close');
  await clinician.seesAndHears([patient.seat]);
  await shoot(clinician, '5-live-two-staff', window);
  await shoot(patient, '5-live-two-patient', window);

  const pharmacist = await open('pharmacist');
  await pharmacist.join();
  await pharmacist.isLive();
  const family = await open('family');
  await family.join();
  if (window === PHONE) await clinician.press('See who');
  await clinician.letsIn(family.seat);
  if (window === PHONE) await clinician.press('Close');
  await family.press('Mute');
  await pharmacist.press('Stop camera');
  await patient.seesAndHears([clinician.seat, family.seat]);
  await patient.tile(family.seat).getByText('Muted').waitFor();
  await shoot(patient, '6-live-four', window);
  await patient.press('Chat');
  await patient.page.getByLabel('Message').fill('Good morning to all.');
  await patient.press('Send');
  await patient.page.getByRole('log').getByText('Good morning to all.').waitFor();
  await shoot(patient, '6-chat', window);
  await patient.press('Close');
  await clinician.press('Share screen');
  await patient.page.locator('.tile.screen video.flowing').waitFor();
  await shoot(patient, '7-live-screen', window);
  await clinician.press('End for all');
  await shoot(clinician, '8-asking', window);
  await clinician.page.getByRole('alertdialog').getByRole('button', { name: 'End for all' }).click();
  await patient.at('The visit is over');
  await shoot(patient, '9-ended', window);
  await disperse([patient, clinician, pharmacist, family]);
});
