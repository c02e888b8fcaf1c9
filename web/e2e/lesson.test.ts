// Recorded education. In: a film that staff records in the page. Out: the film, played in the lobby and in the visit, in step and with captions; what was watched. Never: a film from anywhere else.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch } from './browser';
import { CLINICIAN, disperse, FAMILY, PATIENT, WAITING } from './cast';
import { film, plays, records, TITLE } from './film';
import { holding } from './held';
import { Person } from './person';
import { seatOf, Server } from './server';
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

/** Two pages are no further apart. */
const APART_MAX_MS = 300;

/** How far the pages are apart, both playing. */
async function apart(some: Person, other: Person): Promise<number> {
  const [a, b] = [await film(some.page), await film(other.page)];
  return a && b && !a.paused && !b.paused ? Math.abs(a.origin - b.origin) : Infinity;
}

async function inStep(some: Person, other: Person): Promise<void> {
  await expect.poll(() => apart(some, other), { message: 'the two films are in step' }).toBeLessThan(APART_MAX_MS);
}

type Line = { event: string; participant?: string; watched?: { language: string; percent: number } };

/** The most of the film that the visit's log says somebody has watched. */
async function watched(visit: string, person: Person): Promise<number> {
  const answer = await server.call('GET', `/v1/visits/${visit}/events`);
  const { data } = (await answer.json()) as { data: Line[] };
  const theirs = data.filter(({ event, participant }) => event === 'tutorial_watched' && participant === person.seat.id);
  return Math.max(0, ...theirs.map((line) => line.watched?.percent ?? 0));
}

describe('recorded education', () => {
  it('is recorded by staff, seen in the lobby and in the visit in step, and told of', async () => {
    const visit = await server.visit([CLINICIAN, PATIENT, FAMILY]);
    const line = holding('offer_lessons');
    const clinician = await Person.open(browser, seatOf(visit, 'clinician'), { prepare: line.prepare });
    await clinician.join();
    await clinician.isLive();
    await records(clinician);

    // In the lobby, for all who wait.
    const patient = await Person.open(browser, seatOf(visit, 'patient'));
    const family = await Person.open(browser, seatOf(visit, 'family'));
    for (const person of [patient, family]) {
      await person.join();
      await person.at(WAITING);
      await person.says('While you wait');
    }
    await clinician.press(`Play in the lobby: ${TITLE}`);
    await plays(patient);
    await plays(family);
    await inStep(patient, family);
    await patient.says('Press the green button once.');
    const now = await film(patient.page);
    expect(now?.width).toBeGreaterThan(0);
    expect(now?.length, 'a browser’s recording has a length').toBeGreaterThan(10);
    await clinician.press('Pause');
    await expect.poll(async () => (await film(patient.page))?.paused).toBe(true);
    await everybodyCanUse(patient, 'the lobby with a film');

    // Whoever comes back finds it where it is.
    await clinician.page.getByRole('slider', { name: 'Place in the film' }).fill('6000');
    const place = async (person: Person) => Math.round((await film(person.page))?.seconds ?? -1);
    await expect.poll(() => place(patient)).toBe(6);
    await family.page.reload();
    await expect.poll(() => place(family), { message: 'after a reload' }).toBe(6);
    await patient.page.getByLabel('Size of the captions').selectOption('Large');
    await clinician.press('Stop the film');
    await patient.page.locator('.film').waitFor({ state: 'detached' });

    // By oneself.
    const offer = clinician.page.getByRole('checkbox', { name: /Offer while they wait/ });
    line.hold();
    await offer.check();
    await clinician.press('Mute');
    await clinician.press('Unmute');
    expect(await offer.isChecked(), 'as long as nothing else is said').toBe(true);
    line.go();
    await patient.page.getByRole('button', { name: TITLE }).click();
    await patient.page.locator('.film video').evaluate((video: HTMLVideoElement) => video.play());
    await plays(patient);
    await expect.poll(() => watched(visit.id, patient), { message: 'what was watched is in the log' }).toBeGreaterThanOrEqual(25);

    // In the visit.
    await clinician.page.getByRole('button', { name: /^People/ }).click();
    await clinician.letsIn(patient.seat);
    await patient.isLive();
    await clinician.press('Films');
    await clinician.press(`Play to all: ${TITLE}`);
    await plays(patient);
    await plays(clinician);
    await inStep(patient, clinician);
    await patient.hearsVoice(clinician.seat);
    await patient.says('Press the green button once.');
    await clinician.press('Pause');
    await everybodyCanUse(patient, 'live with a film');
    await everybodyCanUse(clinician, 'live with a film and the list');
    await clinician.press('Play');
    await expect.poll(() => watched(visit.id, patient), { message: 'to the end' }).toBeGreaterThanOrEqual(95);
    expect(await watched(visit.id, clinician)).toBeGreaterThan(0);
    await clinician.press('Record a film');
    await clinician.says('Somebody is in the visit who could be heard in the film.');
    expect(await clinician.page.getByRole('button', { name: 'Record the camera' }).isDisabled()).toBe(true);
    for (const person of [patient, clinician]) person.hasNoProblems();
    expect(patient.requests.filter(({ url }) => url.includes('lesson')).map(({ referer }) => referer).join('')).not.toContain('#');
    await disperse([patient, family, clinician]);
  });
});
