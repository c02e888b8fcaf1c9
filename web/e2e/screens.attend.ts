// Pictures of what staff does beside the talk: a sharp picture, sound only, a counselling, what comes next. In: a visit. Out: target/screens/*.png. Never: a judgement.
import { afterEach, beforeEach, it } from 'vitest';
import type { Browser } from 'playwright-core';
import { DESKTOP, launch, PHONE, SMALL } from './browser';
import { CLINICIAN, disperse, PATIENT, PHARMACIST, WAITING } from './cast';
import { Person } from './person';
import { seatOf, Server } from './server';
import { COLOURS, shoot } from './shoot';

let server: Server;
let browser: Browser;

beforeEach(async () => {
  server = await Server.start();
  browser = await launch();
});

afterEach(async () => {
  await browser?.close();
  await server?.stop();
});

it.each([['phone', PHONE], ['desktop', DESKTOP]] as const)('on a %s', async (_, window) => {
  const isPhone = window === PHONE;
  const segments = [{ kind: 'counselling' as const, minutes: 10, led_by: ['pharmacist' as const] }];
  const visit = await server.visit([CLINICIAN, PHARMACIST, PATIENT], { segments, policy: 'us-all-party' });
  const open = async (role: 'clinician' | 'pharmacist' | 'patient') => {
    const person = await Person.open(browser, seatOf(visit, role), { window, camera: { ...SMALL, colour: COLOURS[role] } });
    await person.join();
    return person;
  };
  const clinician = await open('clinician');
  await clinician.isLive();
  const pharmacist = await open('pharmacist');
  await pharmacist.isLive();
  const patient = await open('patient');
  await patient.at(WAITING);
  await patient.press('Yes, I agree: Video visit');
  if (isPhone) await clinician.press('See who');
  await clinician.press('Let in Maria Berg');
  await clinician.page.getByLabel(/^Not checked yet/).fill('She is known to us.');
  await clinician.press('Yes, let in');
  await patient.isLive();
  await clinician.page.locator('summary', { hasText: 'More about Maria Berg' }).click();
  await shoot(clinician, '12-row', window);
  await clinician.press('Ask Maria Berg for a sharp picture');
  await patient.says('Dr. Vera Lindt asks for a sharp picture from your camera.');
  await shoot(patient, '12-asked-for-picture', window);
  await patient.press('Take the picture');
  await clinician.page.locator('.still img').waitFor();
  if (isPhone) await clinician.page.locator('.people-head').getByRole('button').click();
  await shoot(clinician, '12-sharp-picture', window);
  await clinician.page.locator('.still').getByRole('button', { name: 'Close' }).click();
  if (isPhone) {
    await clinician.press('People');
    await clinician.page.locator('summary', { hasText: 'More about Maria Berg' }).click();
  }
  await clinician.press('Sound only for Maria Berg');
  await patient.says('You have been switched to sound only, so that voices get through.');
  await shoot(patient, '12-sound-only', window);
  if (isPhone) await pharmacist.press('People');
  await pharmacist.press('Next part: Medicines explained');
  if (isPhone) await pharmacist.page.locator('.people-head').getByRole('button').click();
  await pharmacist.press('Side effects');
  await pharmacist.says('Medicines: 1 of 8 topics');
  await shoot(pharmacist, '12-counselling', window);
  if (isPhone) await clinician.page.locator('.people-head').getByRole('button').click();
  await clinician.press('End for all');
  await clinician.page.getByLabel('How did it go?').selectOption('follow_up');
  const why = clinician.page.getByLabel(/^Not checked yet/);
  if (await why.count() > 0) await why.fill('She is known to us.');
  await clinician.page.getByRole('alertdialog').getByRole('button', { name: 'End for all' }).click();
  await patient.says('Another visit is wanted. You will be told when it is.');
  await shoot(patient, '12-next', window);
  await disperse([clinician, pharmacist, patient]);
});
