// Privacy inside a visit. In: a clinician, a pharmacist, a patient, presses. Out: who hears whom, counted in the packets each browser got. Never: a word that crosses.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch } from './browser';
import { CLINICIAN, comesKnown, disperse, PATIENT, PHARMACIST } from './cast';
import { Person } from './person';
import { seatOf, Server } from './server';

/** Audio energy that counts as silence, however long it lasts: decoders make a little noise of their own. */
const SILENCE_ENERGY_MAX = 1e-4;
/** What was under way when the door closed has come by then; then there is time to see that no more comes. */
const FLUSHED_FRAMES = 15;
const WATCHED_FRAMES = 45;
/** What the product promises of a consent that is taken back. */
const WITHDRAWN_MS_MAX = 1_000;

let server: Server;
let browsers: Browser[];
let clinician: Person;
let pharmacist: Person;
let patient: Person;

beforeAll(async () => {
  server = await Server.start();
  browsers = await Promise.all([launch(), launch(), launch()]);
  const visit = await server.visit([CLINICIAN, PHARMACIST, PATIENT], { policy: 'us-all-party' });
  const [first, second, third] = browsers as [Browser, Browser, Browser];
  clinician = await Person.open(first, seatOf(visit, 'clinician'));
  pharmacist = await Person.open(second, seatOf(visit, 'pharmacist'));
  patient = await Person.open(third, seatOf(visit, 'patient'));
  for (const person of [clinician, pharmacist]) {
    await person.join();
    await person.isLive();
  }
  await comesKnown(patient, clinician);
});

afterAll(async () => {
  for (const browser of browsers ?? []) await browser.close();
  await server?.stop();
});

const all = () => [clinician, pharmacist, patient];

/** Everybody sees and hears everybody else. */
async function areTogether(): Promise<void> {
  for (const person of all()) {
    const others = all().filter((each) => each !== person);
    await person.seesAndHears(others.map((each) => each.seat));
    for (const other of others) await person.hearsVoice(other.seat);
  }
}

type Got = { bytes: number; frames: number; energy: number };

/** What came on these lines so far. */
async function got(person: Person, mids: string[]): Promise<Got> {
  const reports = (await person.inbound()).filter(({ mid }) => mids.includes(mid));
  const sum = (of: (report: (typeof reports)[number]) => number) => reports.reduce((total, report) => total + of(report), 0);
  return { bytes: sum(({ bytes }) => bytes), frames: sum(({ framesDecoded }) => framesDecoded), energy: sum(({ energy }) => energy) };
}

/** `person` gets nothing on any line while `clock`, who does, counts pictures. */
async function getsNothing(person: Person, mids: string[], clock: Person): Promise<void> {
  await clock.whileFramesCome(FLUSHED_FRAMES);
  const before = await got(person, mids);
  await clock.whileFramesCome(WATCHED_FRAMES);
  const after = await got(person, mids);
  expect({ bytes: after.bytes, frames: after.frames }, `${person.seat.name} gets nothing`).toEqual({ bytes: before.bytes, frames: before.frames });
  expect(after.energy - before.energy, `${person.seat.name} hears nothing`).toBeLessThan(SILENCE_ENERGY_MAX);
}

describe('a sidebar', () => {
  it('lets two confer, and the patient gets nothing of it', async () => {
    await areTogether();
    const lines = [...patient.linesOf(clinician.seat), ...patient.linesOf(pharmacist.seat)];
    expect(lines).toHaveLength(4);
    await clinician.page.locator('summary', { hasText: 'Confer apart' }).click();
    await clinician.page.getByRole('checkbox', { name: 'Ines Okafor' }).check();
    await clinician.press('Begin');
    await patient.says('Dr. Vera Lindt and Ines Okafor confer apart for a moment.');
    await pharmacist.says('You confer with Dr. Vera Lindt.');
    for (const other of [clinician, pharmacist]) await expect.poll(() => patient.linesOf(other.seat)).toEqual([]);
    await clinician.seesAndHears([pharmacist.seat]);
    await clinician.hearsVoice(pharmacist.seat);
    await pharmacist.seesAndHears([clinician.seat]);
    await pharmacist.hearsVoice(clinician.seat);
    await getsNothing(patient, lines, pharmacist);
    expect(clinician.linesOf(patient.seat)).toEqual([]);
    expect(pharmacist.linesOf(patient.seat)).toEqual([]);
  });

  it('ends, and all are together again', async () => {
    await clinician.press('Back to all');
    await patient.page.getByText('confer apart for a moment').waitFor({ state: 'detached' });
    await areTogether();
  });
});

describe('a hold', () => {
  it('takes the patient out both ways, tells them so, and they can still write', async () => {
    const atPatient = [clinician, pharmacist].flatMap((other) => patient.linesOf(other.seat));
    const atClinician = clinician.linesOf(patient.seat);
    await clinician.page.locator('summary', { hasText: 'More about Maria Berg' }).click();
    await clinician.press('Put on hold: Maria Berg');
    await patient.says('You are on hold. Nobody hears you, and you hear nobody.');
    await clinician.tile(patient.seat).getByText('On hold').waitFor();
    await expect.poll(() => clinician.linesOf(patient.seat)).toEqual([]);
    await getsNothing(patient, atPatient, pharmacist);
    await getsNothing(clinician, atClinician, pharmacist);
    await clinician.hearsVoice(pharmacist.seat);
    await patient.press('Chat');
    await patient.page.getByLabel('To', { exact: true }).selectOption('Care team');
    await patient.page.getByLabel('Message').fill('I am still here.');
    await patient.press('Send');
    await clinician.says('Maria Berg has written.');
    await clinician.press('Read');
    await clinician.page.getByRole('log').getByText('I am still here.').waitFor();
    await patient.press('Close');
    await clinician.page.getByRole('button', { name: /^People/ }).click();
  });

  it('ends, and all are together again', async () => {
    await clinician.press('Bring back Maria Berg');
    await patient.page.getByText('You are on hold.').waitFor({ state: 'detached' });
    await areTogether();
  });
});

describe('the chat', () => {
  it('reaches everybody, or one person and nobody else', async () => {
    await pharmacist.page.getByRole('button', { name: /^Chat/ }).click();
    await pharmacist.page.getByLabel('Message').fill('Good morning to all.');
    await pharmacist.press('Send');
    await pharmacist.page.getByLabel('To', { exact: true }).selectOption('Dr. Vera Lindt');
    await pharmacist.page.getByLabel('Message').fill('A word for you alone.');
    await pharmacist.press('Send');
    await pharmacist.page.getByRole('log').getByText('A word for you alone.').waitFor();
    await clinician.page.getByRole('button', { name: /^Chat/ }).click();
    await clinician.page.getByRole('log').getByText('Good morning to all.').waitFor();
    await clinician.page.getByRole('log').getByText('A word for you alone.').waitFor();
    await patient.page.getByRole('button', { name: /^Chat/ }).click();
    await patient.page.getByRole('log').getByText('Good morning to all.').waitFor();
    expect(patient.heard.filter((text) => text.includes('A word for you alone.'))).toEqual([]);
    await patient.press('Close');
  });
});

describe('a consent that is taken back', () => {
  it('takes effect within a second of the click, for all to see', async () => {
    const lines = clinician.linesOf(patient.seat);
    await patient.page.getByRole('button', { name: /^Your answers/ }).click();
    await patient.page.evaluate(() => addEventListener('click', () => Object.assign(window, { clickedAt: Date.now() }), true));
    const seen = clinician.page.evaluate((id) => new Promise<number>((resolve) => {
      const tile = () => document.querySelector(`.tile[data-participant="${id}"]`)?.textContent ?? '';
      const look = () => (tile().includes('Apart: not agreed') ? resolve(Date.now()) : void requestAnimationFrame(look));
      look();
    }), patient.seat.id);
    await patient.press('Take back my yes: Video visit');
    const clickedAt = await patient.page.evaluate(() => (window as unknown as { clickedAt: number }).clickedAt);
    const tookMs = (await seen) - clickedAt;
    console.log(`withdrawn_to_seen_ms: ${tookMs}`);
    expect(tookMs).toBeLessThan(WITHDRAWN_MS_MAX);
    await patient.says('You are apart because not everybody has agreed.');
    await expect.poll(() => clinician.linesOf(patient.seat)).toEqual([]);
    await getsNothing(clinician, lines, pharmacist);
  });

  it('and given again brings the person back', async () => {
    await patient.press('Yes, I agree: Video visit');
    await patient.page.getByText('You are apart because').waitFor({ state: 'detached' });
    await areTogether();
    for (const person of all()) person.hasNoProblems();
    await disperse(all());
  });
});
