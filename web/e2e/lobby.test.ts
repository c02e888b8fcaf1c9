// The lobby and the queue. In: people who wait, what they are asked. Out: who comes in, when, and after which second look. Never: somebody let in unseen.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch } from './browser';
import { CLINICIAN, disperse, PATIENT, WAITING } from './cast';
import { Person } from './person';
import { type More, type Planned, seatOf, Server, type Wanted } from './server';

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

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

async function patientWaits(more: More, patient: Wanted = PATIENT): Promise<{ visit: Planned; patient: Person }> {
  const visit = await server.visit([CLINICIAN, patient], more);
  const person = await Person.open(browser, seatOf(visit, 'patient'));
  await person.join();
  await person.at(WAITING);
  return { visit, patient: person };
}

async function clinicianOf(visit: Planned): Promise<Person> {
  const clinician = await Person.open(browser, seatOf(visit, 'clinician'));
  await clinician.join();
  await clinician.isLive();
  return clinician;
}

/** The form of one question. */
const question = (person: Person, name: string) => person.page.getByRole('group', { name, exact: true });

describe('the queue', () => {
  it('tells two visits their places, and moves on', async () => {
    const first = await patientWaits({ queue: 'palliative-team' });
    await first.patient.says('You are next.');
    const second = await patientWaits({ queue: 'palliative-team' }, { role: 'patient', display_name: 'Ada Holm' });
    await second.patient.says('You are number 2 in the queue.');
    const clinician = await clinicianOf(first.visit);
    await clinician.letsIn(first.patient.seat);
    await first.patient.isLive();
    await second.patient.says(/^You are next\. It may take about \d+ minutes\.$/);
    await second.patient.page.reload();
    await second.patient.says('You are next.');
    await disperse([first.patient, second.patient, clinician]);
  });
});

describe('the lobby', () => {
  it('carries words both ways', async () => {
    const { visit, patient } = await patientWaits({});
    const clinician = await clinicianOf(visit);
    await clinician.press('Write to Maria Berg');
    await clinician.page.getByLabel('Message').fill('I am with you in five minutes.');
    await clinician.press('Send');
    const log = patient.page.getByRole('log');
    await log.getByText('I am with you in five minutes.').waitFor();
    await log.getByText('Clinician').waitFor();
    expect(await patient.page.getByText(clinician.seat.name).count()).toBe(0);
    await patient.page.getByLabel('Message to the care team').fill('Thank you.');
    await patient.press('Send');
    await clinician.page.getByRole('log').getByText('Thank you.').waitFor();
    await disperse([patient, clinician]);
  });

  it('is told what keeps the care team, in everybody’s own language', async () => {
    const { visit, patient } = await patientWaits({});
    const clinician = await clinicianOf(visit);
    await clinician.press('Write to Maria Berg');
    await clinician.page.getByLabel('To', { exact: true }).selectOption('Everybody who waits');
    await clinician.page.getByLabel('Ready-made sentence').selectOption('The care team is about 15 minutes late.');
    await clinician.press('Send the sentence');
    const told = patient.page.getByRole('log', { name: 'From the care team' });
    await told.getByText('The care team is about 15 minutes late.').waitFor();
    await told.getByText('Clinician').waitFor();
    await clinician.page.getByRole('log').getByText('The care team is about 15 minutes late.').waitFor();
    await patient.press('Language and display');
    await patient.page.locator('button[lang="de"]').click();
    await patient.page.getByText('Das Betreuungsteam kommt etwa 15 Minuten später.').waitFor();
    patient.hasNoProblems();
    clinician.hasNoProblems();
    await disperse([patient, clinician]);
  });

  it('asks what the rules ask, and staff sees what is missing', async () => {
    const known = { birth_date: '1941-03-02', second: 'Kiel 24103' };
    const { visit, patient } = await patientWaits({ policy: 'telepharmacy' }, { ...PATIENT, identifiers: known });
    const clinician = await clinicianOf(visit);
    await clinician.says('Still needed: who they are, number to call back.');

    await clinician.press('Let in Maria Berg');
    await clinician.page.getByLabel(/^Not checked yet/).fill('Known.');
    await clinician.press('Yes, let in');
    await clinician.says('They have not agreed to the video visit yet.');
    await patient.press('Yes, I agree: Video visit');
    await clinician.says(/Agreed: Video visit\./);
    await clinician.press('Yes, let in');
    await clinician.says('Something has to be checked first.');
    await clinician.press('Not now');

    const identity = question(patient, 'Who you are');
    await identity.getByLabel('Your date of birth').fill('1941-03-03');
    await identity.getByLabel('Your second identifier').fill('kiel 24103');
    await identity.getByRole('button', { name: 'Send' }).first().click();
    await identity.getByText('That did not match.').waitFor();
    await identity.getByLabel('Your date of birth').fill(known.birth_date);
    await identity.getByRole('button', { name: 'Send' }).first().click();
    await identity.waitFor({ state: 'detached' });
    await question(patient, 'Where you are').getByRole('textbox').fill('12 Harbour Lane, Kiel');
    await question(patient, 'Where you are').getByRole('button', { name: 'Send' }).click();
    await question(patient, 'Who is with you').getByRole('button', { name: 'Yes' }).click();
    await clinician.says('Still needed: number to call back.');

    // What can be skipped is, with a reason.
    await clinician.press('Let in Maria Berg');
    await clinician.page.getByLabel(/^Not checked yet: number to call back/).fill('The number is in her record.');
    await clinician.press('Yes, let in');
    await patient.isLive();
    await clinician.seesAndHears([patient.seat]);
    const sent = patient.sent.filter((text) => text.includes('"gate":"device"'));
    expect(sent).toEqual([JSON.stringify({ t: 'check', participant: null, evidence: { gate: 'device', camera: true, microphone: true, line: true } })]);
    expect([...clinician.heard, ...patient.heard].filter((text) => /Harbour Lane|Kiel 24103/i.test(text))).toEqual([]);
    patient.hasNoProblems();
    clinician.hasNoProblems();
    await disperse([patient, clinician]);
  });

  it('shows whom and when before anybody is let in, and asks again when that has changed', async () => {
    const { visit, patient } = await patientWaits({});
    const clinician = await clinicianOf(visit);
    await clinician.press('Let in Maria Berg');
    const guard = clinician.page.getByRole('alertdialog', { name: 'Let in Maria Berg?' });
    await guard.getByText('Patient', { exact: true }).waitFor();
    await guard.getByText('The visit:').waitFor();
    const renamed = await server.call('PATCH', `/v1/visits/${visit.id}/participants/${patient.seat.id}`, { display_name: 'Marie Berger' });
    expect(renamed.status).toBeLessThan(300);
    await clinician.press('Yes, let in');
    await clinician.says('The name or the time has changed. Please look again.');
    await clinician.page.getByRole('alertdialog', { name: 'Let in Marie Berger?' }).waitFor();
    await clinician.press('Yes, let in');
    await patient.isLive();
    await disperse([patient, clinician]);
  });
});

describe('the door', () => {
  it('is not open yet to somebody early, and lets them wait by itself once it is', async () => {
    const visit = await server.visit([CLINICIAN, PATIENT], { starts_at: new Date(Date.now() + 3 * HOUR_MS).toISOString() });
    const patient = await Person.open(browser, seatOf(visit, 'patient'));
    await patient.join();
    await patient.at('You are early');
    await patient.says(/^The door opens at .*\d{1,2}:\d{2}\.$/);
    const moved = await server.call('POST', `/v1/visits/${visit.id}/reschedule`, { starts_at: new Date().toISOString(), duration_minutes: 30 });
    expect(moved.status).toBeLessThan(300);
    await patient.at(WAITING);
    await disperse([patient]);
  });
});

describe('staff', () => {
  it('says whether an absence is a no-show, and stays longer where the time is up', async () => {
    const late = { starts_at: new Date(Date.now() - 35 * MINUTE_MS).toISOString() };
    const waits = await clinicianOf(await server.visit([CLINICIAN, PATIENT], late));
    const banner = (text: string) => waits.page.locator('.banner', { hasText: text });
    await banner('Is this a no-show?').getByRole('button', { name: 'No, we wait' }).click();
    await banner('Is this a no-show?').waitFor({ state: 'detached' });
    await banner('after its planned end').getByRole('button', { name: '15 minutes longer' }).click();
    await banner('after its planned end').waitFor({ state: 'detached' });
    const gives = await clinicianOf(await server.visit([CLINICIAN, PATIENT], late));
    await gives.press('Yes, a no-show');
    await gives.at('The visit did not take place');
    await disperse([waits, gives]);
  });

  it('asks somebody more to come, and gives them another link', async () => {
    const visit = await server.visit([CLINICIAN, PATIENT]);
    const clinician = await clinicianOf(visit);
    await clinician.page.locator('summary', { hasText: 'Ask somebody more to come' }).click();
    await clinician.page.locator('summary', { hasText: 'With a name' }).click();
    await clinician.page.getByLabel('Their name').fill('Tomas Berg');
    await clinician.page.getByLabel('To the patient they are').selectOption('Son or daughter');
    await clinician.press('Make a link');
    const link = () => clinician.page.getByRole('textbox', { name: 'Personal link of Tomas Berg' }).inputValue();
    const first = await link();
    await clinician.press('New link for Tomas Berg');
    await expect.poll(link).not.toBe(first);
    const seat = { role: 'family' as const, name: 'Tomas Berg', id: '' };
    const late = await Person.open(browser, { ...seat, link: first });
    await late.join();
    await late.says('This link does not work.');
    const son = await Person.open(browser, { ...seat, link: await link() });
    await clinician.press('Done');
    await son.join();
    await son.at(WAITING);
    await clinician.says('Family · Son or daughter');
    await clinician.letsIn(son.seat);
    await son.isLive();
    await disperse([clinician, late, son]);
  });

  it('hands over, goes on to the next part, stays longer and ends with a word on how it went', async () => {
    const segments: More['segments'] = [
      { kind: 'consultation', minutes: 20, led_by: ['clinician'] },
      { kind: 'counselling', minutes: 10, led_by: ['pharmacist'] },
    ];
    const visit = await server.visit([CLINICIAN, { role: 'pharmacist', display_name: 'Ines Okafor' }, PATIENT], { segments, policy: 'eu' });
    const clinician = await clinicianOf(visit);
    const pharmacist = await Person.open(browser, seatOf(visit, 'pharmacist'));
    await pharmacist.join();
    await pharmacist.isLive();
    await clinician.page.locator('summary', { hasText: 'More about Ines Okafor' }).click();
    await clinician.press('Ask to lead: Ines Okafor');
    await pharmacist.says('Dr. Vera Lindt asks you to lead the visit.');
    await pharmacist.press('I lead from now on');
    await clinician.says('Leads the visit');
    const end = () => clinician.page.getByText(/^Planned until/).textContent();
    const before = await end();
    await clinician.press('15 minutes longer');
    await expect.poll(end).not.toBe(before);
    await clinician.press('Next part: Consultation');
    await clinician.says('Part 1 of 2: Consultation.');
    await clinician.press('Next part: Medicines explained');
    await clinician.says('Part 2 of 2: Medicines explained.');

    const patient = await Person.open(browser, seatOf(visit, 'patient'));
    await patient.join();
    await patient.at(WAITING);
    await patient.press('Yes, I agree: Video visit');
    await clinician.says(/Agreed: Video visit\./);
    await clinician.press('Let in Maria Berg');
    await clinician.page.getByLabel(/^Not checked yet/).fill('The number is in her record.');
    await clinician.press('Yes, let in');
    await patient.isLive();
    await clinician.press('End for all');
    await clinician.page.getByLabel('How did it go?').selectOption('Another visit is wanted');
    await clinician.page.getByLabel(/Maria Berg: who they are/).fill('Known for years.');
    await clinician.page.getByRole('alertdialog').getByRole('button', { name: 'End for all' }).click();
    for (const person of [clinician, pharmacist, patient]) await person.at('The visit is over');
    await disperse([clinician, pharmacist, patient]);
  });
});
