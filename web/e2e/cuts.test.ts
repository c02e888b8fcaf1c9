// The network is cut for twenty seconds, or the page is reloaded, wherever somebody is. In: people in each state, each on a network of their own. Out: the same state, the same seat, and voice and picture again. Never: a press of anybody's.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Role } from '../src/protocol';
import { launch } from './browser';
import { CLINICIAN, FAMILY, gather, PATIENT, WAITING } from './cast';
import { film, plays, records, TITLE } from './film';
import { Network } from './network';
import { Person } from './person';
import { type Planned, seatOf, Server, type Wanted } from './server';

const CUT_MS = 20_000;
/** Eight pages and a film come together before the first test. */
const GATHER_MS = 300_000;
const RESTORING = 'The connection is being restored.';
const HOLD = 'You are on hold. Nobody hears you, and you hear nobody.';

/** Somebody whose network is cut, where they are, and how that shows. */
type Cut = { name: string; visit: Planned; person: Person; network: Network; isThere: () => Promise<void>; isConnected: boolean };

let server: Server;
let browser: Browser;
const cuts: Cut[] = [];
const staff: Person[] = [];

/** A person on a network of their own. */
async function enters(visit: Planned, role: Role): Promise<{ person: Person; network: Network }> {
  const network = await Network.to(server.base);
  const person = await Person.open(browser, network.seat(seatOf(visit, role)), { prepare: (page) => network.prepare(page) });
  return { person, network };
}

async function letIn(clinician: Person, person: Person): Promise<void> {
  await person.join();
  await clinician.letsIn(person.seat);
  await person.isLive();
}

/** A visit with staff in it, whose network stays as it is. */
async function staffed(more: Wanted[]): Promise<{ visit: Planned; clinician: Person }> {
  const visit = await server.visit([CLINICIAN, ...more]);
  const clinician = await Person.open(browser, seatOf(visit, 'clinician'));
  await clinician.join();
  await clinician.isLive();
  staff.push(clinician);
  return { visit, clinician };
}

beforeAll(async () => {
  server = await Server.start();
  browser = await launch();
});

afterAll(async () => {
  for (const person of [...staff, ...cuts.map((cut) => cut.person)]) await person.leaveWindow();
  for (const { network } of cuts) await network.stop();
  await browser?.close();
  await server?.stop();
});

it('everybody comes to where they are to be', async () => {
  const live = await staffed([PATIENT, FAMILY]);
  const patient = await enters(live.visit, 'patient');
  await letIn(live.clinician, patient.person);
  const seesEachOther = async () => {
    await patient.person.isLive();
    await patient.person.seesAndHears([live.clinician.seat]);
    await patient.person.hearsVoice(live.clinician.seat);
    await live.clinician.seesAndHears([patient.person.seat]);
    await live.clinician.hearsVoice(patient.person.seat);
  };
  cuts.push({ name: 'in the visit', visit: live.visit, ...patient, isThere: seesEachOther, isConnected: true });

  const family = await enters(live.visit, 'family');
  await letIn(live.clinician, family.person);
  await live.clinician.page.locator('summary', { hasText: 'More about Tomas Berg' }).click();
  await live.clinician.press('Put on hold: Tomas Berg');
  const isOnHold = async () => {
    await family.person.isLive();
    await family.person.says(HOLD);
    await live.clinician.tile(family.person.seat).getByText('On hold').waitFor();
  };
  cuts.push({ name: 'on hold', visit: live.visit, ...family, isThere: isOnHold, isConnected: true });

  const lesson = await staffed([PATIENT]);
  await records(lesson.clinician);
  await lesson.clinician.press('Stop the film');
  const learner = await enters(lesson.visit, 'patient');
  await lesson.clinician.page.getByRole('button', { name: /^People/ }).click();
  await letIn(lesson.clinician, learner.person);
  await lesson.clinician.press('Films');
  await lesson.clinician.press(`Play to all: ${TITLE}`);
  await plays(learner.person);
  await lesson.clinician.press('Pause');
  const watches = async () => {
    const place = (await film(lesson.clinician.page))?.seconds;
    await expect.poll(async () => {
      const shown = await film(learner.person.page);
      return shown !== null && shown.paused && Math.abs(shown.seconds - (place ?? -1)) < 1;
    }, { message: 'the film is there, where it was stopped' }).toBe(true);
    await learner.person.hearsVoice(lesson.clinician.seat);
  };
  cuts.push({ name: 'in a lesson', visit: lesson.visit, ...learner, isThere: watches, isConnected: true });

  const quiet = await server.visit([CLINICIAN, PATIENT]);
  const waiting = await enters(quiet, 'patient');
  await waiting.person.join();
  const waits = () => waiting.person.at(WAITING);
  cuts.push({ name: 'in the lobby', visit: quiet, ...waiting, isThere: waits, isConnected: true });

  const coming = await server.visit([CLINICIAN, PATIENT]);
  const early = await enters(coming, 'patient');
  const mayJoin = async () => {
    await early.person.page.getByRole('meter').waitFor();
    expect(await early.person.page.getByRole('button', { name: 'Join', exact: true }).isEnabled()).toBe(true);
  };
  cuts.push({ name: 'before joining', visit: coming, ...early, isThere: mayJoin, isConnected: false });

  const past = await server.visit([CLINICIAN, PATIENT]);
  const gone = await enters(past, 'patient');
  await gone.person.join();
  await gone.person.at(WAITING);
  await gone.person.press('Leave');
  const isOver = () => gone.person.at('You have left the visit');
  cuts.push({ name: 'at the end', visit: past, ...gone, isThere: isOver, isConnected: false });

  for (const cut of cuts) await cut.isThere();
}, GATHER_MS);

/** What the visit's log tells of somebody's coming and going. */
async function passages({ visit, person }: Cut): Promise<string[]> {
  const answer = await server.call('GET', `/v1/visits/${visit.id}/events`);
  const { data } = (await answer.json()) as { data: { event: string; participant?: string }[] };
  return data.filter(({ event, participant }) => participant === person.seat.id && event !== 'tutorial_watched').map(({ event }) => event);
}

const said = (person: Person, t: string) => person.sent.map((text) => JSON.parse(text) as { t: string; session?: string }).filter((message) => message.t === t);

it('a cut of twenty seconds leaves everybody where they are, on the connection they have', async () => {
  const before = await Promise.all(cuts.map(passages));
  const offers = cuts.map(({ person }) => said(person, 'offer').length);
  const hellos = cuts.map(({ person }) => said(person, 'hello').length);
  await Promise.all(cuts.map(({ network }) => network.cut()));
  await sleep(CUT_MS);
  for (const { person, isConnected } of cuts) if (isConnected) await person.says(RESTORING);
  await Promise.all(cuts.map(({ network }) => network.mend()));
  for (const [index, { name, person, isThere, isConnected }] of cuts.entries()) {
    await person.page.getByText(RESTORING).waitFor({ state: 'detached' });
    await isThere();
    expect(said(person, 'hello').length > hellos[index]!, `${name}: greeted again`).toBe(isConnected);
    expect(new Set(said(person, 'hello').map(({ session }) => session)).size, `${name}: the same session`).toBeLessThanOrEqual(1);
    // Same keys, same streams: another way was looked for, no other connection made.
    expect(said(person, 'offer').length, `${name}: offers`).toBe(offers[index]);
    expect(said(person, 'restart_ice').length > 0, `${name}: looked for another way`).toBe(offers[index]! > 0);
  }
  expect(await Promise.all(cuts.map(passages)), 'nobody came or went, as the visits see it').toEqual(before);
});

it('a reload leaves everybody where they are', async () => {
  const before = await Promise.all(cuts.map(passages));
  await Promise.all(cuts.map(({ person }) => person.page.reload()));
  for (const { name, person, isThere } of cuts) {
    await isThere();
    expect(new Set(said(person, 'hello').map(({ session }) => session)).size, `${name}: the same session`).toBeLessThanOrEqual(1);
  }
  expect(await Promise.all(cuts.map(passages)), 'nobody came or went, as the visits see it').toEqual(before);
});

it('another network is no other connection', async () => {
  const cast = await gather(server, browser, [CLINICIAN, PATIENT]);
  const [clinician, patient] = cast.all;
  await patient!.seesAndHears([clinician!.seat]);
  const offers = said(patient!, 'offer').length;
  // The browser says that the device is on another network, as it does where a telephone leaves the house.
  await patient!.page.evaluate(() => dispatchEvent(new Event('online')));
  await expect.poll(() => said(patient!, 'restart_ice').length).toBe(1);
  await expect.poll(() => patient!.heard.filter((text) => text.startsWith('{"t":"ice_restarted"')).length).toBe(1);
  await patient!.seesAndHears([clinician!.seat]);
  await clinician!.seesAndHears([patient!.seat]);
  await clinician!.hearsVoice(patient!.seat);
  expect(said(patient!, 'offer')).toHaveLength(offers);
  for (const person of cast.all) person.hasNoProblems();
  for (const person of cast.all) await person.leaveWindow();
});
