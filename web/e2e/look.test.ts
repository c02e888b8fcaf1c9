// How a person looks at the others. In: three people, presses. Out: one is drawn large, one is known to sign, data is saved. Never: a change at anybody else's screen.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ClientMessage } from '../src/protocol';
import { launch } from './browser';
import { type Cast, CLINICIAN, FAMILY, gather, others, PATIENT } from './cast';
import type { Person } from './person';
import { Server } from './server';

let server: Server;
let browser: Browser;
let cast: Cast;
let patient: Person;
let clinician: Person;
let family: Person;

beforeAll(async () => {
  server = await Server.start();
  browser = await launch();
  cast = await gather(server, browser, [CLINICIAN, PATIENT, FAMILY]);
  [clinician, patient, family] = cast.all as [Person, Person, Person];
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

type Show = Extract<ClientMessage, { t: 'show' }>;

/** What the page has last said that it shows. */
function shown(person: Person): Show | undefined {
  const said = person.sent.map((text) => JSON.parse(text) as ClientMessage).filter((message): message is Show => message.t === 'show');
  return said[said.length - 1];
}

const viewOf = (person: Person, whose: Person) => shown(person)?.views.find((view) => view.participant === whose.seat.id);

/** How much larger one is drawn than another. Everything may grow or shrink together with a line of words. */
async function proportion(person: Person, whose: Person, other: Person): Promise<number> {
  return (await area(person, whose)) / (await area(person, other));
}

async function area(person: Person, whose: Person): Promise<number> {
  const box = await person.tile(whose.seat).boundingBox();
  return (box?.width ?? 0) * (box?.height ?? 0);
}

describe('a picture', () => {
  it('is drawn large by whoever wants it so, and nowhere else', async () => {
    await patient.seesAndHears(others(cast, patient));
    const before = await proportion(clinician, family, patient);
    await patient.press(`View of ${clinician.seat.name}`);
    await patient.press('Show large');
    await expect.poll(() => proportion(patient, clinician, family)).toBeGreaterThan(4);
    await expect.poll(() => viewOf(patient, clinician)).toMatchObject({ pinned: true, signing: false });
    expect(viewOf(patient, family)).toMatchObject({ pinned: false });
    await patient.seesAndHears(others(cast, patient));
    // Within a tenth: a picture that was drawn large would be several times the other.
    const now = await proportion(clinician, family, patient);
    expect(now / before).toBeGreaterThan(0.9);
    expect(now / before).toBeLessThan(1.1);
  });

  it('is marked as signing, for the line to keep it smooth', async () => {
    await patient.press('Signing');
    await expect.poll(() => viewOf(patient, clinician)).toMatchObject({ pinned: true, signing: true });
    await patient.press('Done');
    await patient.tile(clinician.seat).getByText('Signing').waitFor();
    await patient.press(`View of ${clinician.seat.name}`);
    await patient.press('Signing');
    await patient.press('Show large');
    await patient.press('Done');
    await expect.poll(() => viewOf(patient, clinician)).toMatchObject({ pinned: false, signing: false });
    await patient.seesAndHears(others(cast, patient));
  });
});

describe('saving data', () => {
  it('is said to the server, sends the smallest picture only, and outlives the tab', async () => {
    await patient.press('Save data');
    await expect.poll(() => shown(patient)?.data_saver).toBe(true);
    const active = async () => (await patient.page.evaluate(() => window.probe.outbound())).filter((report) => report.rid && report.active).map((report) => report.rid);
    await expect.poll(active).toEqual(['q']);
    await patient.page.reload();
    await patient.isLive();
    await patient.seesAndHears(others(cast, patient));
    expect(await patient.page.getByRole('button', { name: 'Save data' }).getAttribute('aria-pressed')).toBe('true');
    await expect.poll(() => shown(patient)?.data_saver).toBe(true);
    await patient.press('Save data');
    await expect.poll(() => shown(patient)?.data_saver).toBe(false);
    expect(shown(clinician)?.data_saver).toBe(false);
    for (const person of cast.all) person.hasNoProblems();
  });
});
