// What staff does for one person beside the talk. In: a clinician, a pharmacist, a patient on a line that goes bad, presses. Out: who is sent what, a picture, topics, what comes next. Never: a picture without the patient's press.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch, SMALL } from './browser';
import { CLINICIAN, comesKnown, disperse, PATIENT, PHARMACIST } from './cast';
import { Person } from './person';
import { FREE } from './phases';
import { Line } from './relay';
import { seatOf, Server } from './server';
import { everybodyCanUse } from './usable';

/** Carries voices and hardly a picture. */
const BAD = 'down.kbps = 120';
/** The budget follows the line in a few seconds; a picture that stays away has been away for a few more. */
const FOLLOWS_MS = 45_000;
/** Pictures the clinician decodes of the pharmacist while the patient sends none. */
const WATCHED_FRAMES = 45;

let server: Server;
let browsers: Browser[];
let clinician: Person;
let pharmacist: Person;
let patient: Person;
let visit: Awaited<ReturnType<Server['visit']>>;
const line = new Line(FREE);

beforeAll(async () => {
  server = await Server.start();
  browsers = await Promise.all([launch(), launch(), launch()]);
  const segments = [
    { kind: 'consultation' as const, minutes: 15, led_by: ['clinician' as const] },
    { kind: 'counselling' as const, minutes: 10, led_by: ['pharmacist' as const] },
  ];
  visit = await server.visit([CLINICIAN, PHARMACIST, PATIENT], { segments, policy: 'us-all-party' });
  const [first, second, third] = browsers as [Browser, Browser, Browser];
  clinician = await Person.open(first, seatOf(visit, 'clinician'));
  pharmacist = await Person.open(second, seatOf(visit, 'pharmacist'));
  patient = await Person.open(third, seatOf(visit, 'patient'), { prepare: (page) => line.prepare(page) });
  for (const person of [clinician, pharmacist]) {
    await person.join();
    await person.isLive();
  }
  await comesKnown(patient, clinician);
});

afterAll(async () => {
  await disperse([clinician, pharmacist, patient].filter(Boolean));
  for (const browser of browsers ?? []) await browser.close();
  await line.stop();
  await server?.stop();
});

/** What the person's page sends of its camera, in bytes so far. */
const sentVideo = (person: Person) => person.page.evaluate(async () =>
  (await window.probe.outbound()).filter(({ kind }) => kind === 'video').reduce((sum, { bytes }) => sum + bytes, 0));

async function more(person: Person, name: string): Promise<void> {
  const summary = person.page.locator('summary', { hasText: `More about ${name}` });
  if (!await summary.evaluate((element) => (element.parentElement as HTMLDetailsElement).open)) await summary.click();
}

describe('what is known of a person', () => {
  it('stands in their row, each check with its mark', async () => {
    const list = clinician.page.getByRole('list', { name: 'What is known of Maria Berg' });
    await list.waitFor();
    const marks = await list.getByRole('listitem').allInnerTexts();
    expect(marks.some((mark) => mark.includes('Agreed') && mark.includes('done')), marks.join('; ')).toBe(true);
    expect(marks.some((mark) => mark.includes('gone on without')), marks.join('; ')).toBe(true);
  });
});

describe('a sharp picture', () => {
  it('is not taken where the patient says no', async () => {
    await more(clinician, 'Maria Berg');
    await clinician.press('Ask Maria Berg for a sharp picture');
    await clinician.says('Maria Berg is asked for a picture.');
    await patient.says('Dr. Vera Lindt asks for a sharp picture from your camera.');
    await everybodyCanUse(patient, 'asked for a picture');
    await patient.press('No');
    await clinician.says('Maria Berg does not want to send a picture.');
    await clinician.page.getByLabel('Picture from Maria Berg').getByRole('button', { name: 'Close' }).click();
  });

  it('comes as a JPEG of all the camera has, to whoever asked, and is gone once it is closed', async () => {
    await clinician.press('Ask Maria Berg for a sharp picture');
    await patient.press('Take the picture');
    await patient.says('The picture was sent.');
    const picture = clinician.page.locator('.still img');
    await picture.waitFor();
    const size = await picture.evaluate((image: HTMLImageElement) => image.decode().then(() => ({ width: image.naturalWidth, height: image.naturalHeight })));
    expect(size.width, JSON.stringify(size)).toBeGreaterThanOrEqual(SMALL.width);
    expect(size.height, JSON.stringify(size)).toBeGreaterThanOrEqual(SMALL.height);
    await everybodyCanUse(clinician, 'a sharp picture');
    const mine = clinician.requests.filter(({ url }) => url.includes('/v1/stills/'));
    expect(mine.map(({ method }) => method)).toEqual(['GET']);
    expect(pharmacist.requests.filter(({ url }) => url.includes('/v1/stills/'))).toEqual([]);
    await clinician.page.locator('.still').getByRole('button', { name: 'Close' }).click();
    await expect.poll(() => clinician.page.locator('.still').count()).toBe(0);
  });
});

describe('sound only', () => {
  it('takes every picture from the patient’s line, both ways', async () => {
    await clinician.press('Sound only for Maria Berg');
    await patient.says('You have been switched to sound only, so that voices get through.');
    await expect.poll(() => clinician.tile(patient.seat).locator('video').count()).toBe(0);
    await expect.poll(() => patient.page.locator('.tile video').count()).toBe(0);
    // What was under way has come by now.
    await clinician.whileFramesCome(WATCHED_FRAMES);
    const before = { sent: await sentVideo(patient), got: await videoBytes(patient) };
    await clinician.whileFramesCome(WATCHED_FRAMES);
    expect({ sent: await sentVideo(patient), got: await videoBytes(patient) }).toEqual(before);
    await patient.hearsVoice(clinician.seat);
    await clinician.hearsVoice(patient.seat);
  });

  it('stays over a reload, and ends when the patient wants pictures again', async () => {
    await patient.page.reload();
    await patient.isLive();
    await patient.says('You have been switched to sound only, so that voices get through.');
    await patient.press('Pictures again');
    await patient.seesAndHears([clinician.seat, pharmacist.seat]);
    await clinician.seesAndHears([patient.seat, pharmacist.seat]);
  });
});

const videoBytes = async (person: Person) =>
  (await person.inbound()).filter(({ kind }) => kind === 'video').reduce((sum, { bytes }) => sum + bytes, 0);

describe('a weak line', () => {
  it('is pointed out to staff, with what was done about it', async () => {
    await line.order(BAD);
    await expect.poll(() => clinician.page.locator('.line-of').innerText().catch(() => ''), { timeout: FOLLOWS_MS })
      .toMatch(/^(Weak|Very weak) line\n+They get (a smaller picture|a slower picture|a new picture|sound only)/);
    expect(await patient.page.locator('.line-of').count()).toBe(0);
    await line.order('down.kbps = 2000');
    await expect.poll(() => clinician.page.locator('.line-of').count(), { timeout: FOLLOWS_MS }).toBe(0);
  });
});

describe('a counselling', () => {
  it('has a clock and topics that are ticked, for whoever counsels', async () => {
    expect(await pharmacist.page.locator('.counselling').count()).toBe(0);
    await pharmacist.press('Next part: Consultation');
    await pharmacist.press('Next part: Medicines explained');
    await pharmacist.says('Medicines: 0 of 8 topics');
    await pharmacist.says(/^Since the beginning of this part: 0:/);
    await pharmacist.press('Side effects');
    await pharmacist.says('Medicines: 1 of 8 topics');
    await clinician.says('Medicines: 1 of 8 topics');
    expect(await patient.page.locator('.counselling').count()).toBe(0);
    await everybodyCanUse(pharmacist, 'a counselling');
    await pharmacist.page.reload();
    await pharmacist.isLive();
    await pharmacist.says('Medicines: 1 of 8 topics');
  });
});

describe('the end', () => {
  it('tells the patient what comes next, and asks one question', async () => {
    await clinician.press('End for all');
    await clinician.page.getByLabel('How did it go?').selectOption('follow_up');
    const why = clinician.page.getByLabel(/^Not checked yet/);
    if (await why.count() > 0) await why.fill('She is known to us.');
    await clinician.page.getByRole('alertdialog').getByRole('button', { name: 'End for all' }).click();
    await patient.says('Another visit is wanted. You will be told when it is.');
    await everybodyCanUse(patient, 'the end');
    await patient.press('With some trouble');
    await patient.says('Thank you.');
    const log = (await (await server.call('GET', `/v1/visits/${visit.id}/events`)).json()) as { data: { event: string }[] };
    const told = log.data.map(({ event }) => event);
    for (const event of ['still_given', 'voice_only_set', 'topic_covered', 'experience_told']) expect(told).toContain(event);
    for (const person of [clinician, pharmacist, patient]) person.hasNoProblems();
  });
});
