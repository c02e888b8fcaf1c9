// Pictures of what is kept: recordings and films. In: a visit that is recorded, a film that is shown. Out: target/screens/*.png. Never: a judgement.
import { afterEach, beforeEach, it } from 'vitest';
import type { Browser } from 'playwright-core';
import { DESKTOP, launch, PHONE, SMALL } from './browser';
import { CLINICIAN, disperse, PATIENT, WAITING } from './cast';
import { Holder } from './holder';
import { Person } from './person';
import { seatOf, Server } from './server';
import { COLOURS, shoot } from './shoot';

const TITLE = 'How to use the pump at home';
const CAPTIONS = 'WEBVTT\n\n00:00.000 --> 01:00.000\nPress the green button once, and wait until the light stays on.\n';

let holder: Holder;
let server: Server;
let browser: Browser;

beforeEach(async () => {
  holder = new Holder();
  server = await Server.start({ settings: { BEDSIDE__RECORDING__RECIPIENTS: holder.recipients(2) } });
  browser = await launch();
});

afterEach(async () => {
  await browser?.close();
  await server?.stop();
  holder?.remove();
});

it.each([['phone', PHONE], ['desktop', DESKTOP]] as const)('on a %s', async (_, window) => {
  const visit = await server.visit([CLINICIAN, PATIENT], { policy: 'us-all-party' });
  const open = (role: 'clinician' | 'patient') => Person.open(browser, seatOf(visit, role), { window, camera: { ...SMALL, colour: COLOURS[role] } });
  const isPhone = window === PHONE;

  const clinician = await open('clinician');
  await clinician.join();
  await clinician.isLive();
  await clinician.press('Films');
  await clinician.press('Record a film');
  await shoot(clinician, '10-film-begin', window);
  await clinician.press('Record the camera');
  await clinician.page.getByText('Recording, 0:12').waitFor();
  await shoot(clinician, '10-film-running', window);
  await clinician.press('Stop recording');
  await clinician.page.getByLabel('Title').fill(TITLE);
  await clinician.page.getByLabel('Captions').setInputFiles({ name: 'pump.vtt', mimeType: 'text/vtt', buffer: Buffer.from(CAPTIONS) });
  await shoot(clinician, '10-film-keep', window);
  await clinician.press('Store the film');
  await clinician.says(TITLE);
  await shoot(clinician, '10-films', window);

  const patient = await open('patient');
  await patient.join();
  await patient.at(WAITING);
  await patient.press('Yes, I agree: Video visit');
  await clinician.page.getByRole('checkbox', { name: /Offer while they wait/ }).check();
  await patient.page.getByRole('button', { name: TITLE }).waitFor();
  await patient.page.getByText('While you wait').scrollIntoViewIfNeeded();
  await shoot(patient, '11-lobby-offered', window);
  await clinician.press(`Play in the lobby: ${TITLE}`);
  await patient.says('Press the green button once');
  await patient.page.locator('.film').scrollIntoViewIfNeeded();
  await shoot(patient, '11-lobby-film', window);
  await shoot(clinician, '11-lobby-film-staff', window);
  await clinician.press('Stop the film');

  await clinician.page.getByRole('button', { name: /^People/ }).click();
  await clinician.press('Let in Maria Berg');
  await clinician.page.getByLabel(/^Not checked yet/).fill('She is known to us.');
  await clinician.press('Yes, let in');
  await patient.isLive();
  if (isPhone) await clinician.press('Close');
  await clinician.press('Record');
  await patient.page.getByRole('button', { name: 'Yes, you may record' }).waitFor();
  await shoot(patient, '12-recording-asked', window);
  await shoot(clinician, '12-recording-asked-staff', window);
  for (const person of [clinician, patient]) await person.press('Yes, you may record');
  for (const person of [clinician, patient]) await person.says(/This visit is being recorded/);
  await patient.seesAndHears([clinician.seat]);
  await shoot(patient, '12-recording-on', window);
  await shoot(clinician, '12-recording-on-staff', window);
  await clinician.press('Pause recording');
  await patient.says(/The recording rests/);
  await shoot(patient, '12-recording-rests', window);
  await shoot(clinician, '12-recording-rests-staff', window);

  await clinician.press('Films');
  await clinician.press(`Play to all: ${TITLE}`);
  if (isPhone) await clinician.press('Close');
  for (const person of [clinician, patient]) await person.says('Press the green button once');
  await shoot(patient, '13-live-film', window);
  await shoot(clinician, '13-live-film-staff', window);
  await clinician.press('Stop the film');
  await clinician.press('Stop recording');
  await disperse([patient, clinician]);
});
