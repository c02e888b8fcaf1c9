// The booth as interpreters of hands and of voices use it. In: a clinician, a deaf patient, an interpreter called in. Out: who sees whose hands large, whatever the size of the screen; the booth by keyboard alone. Never: a level of sound; that is channels.test.ts.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ClientMessage, ServerMessage, View } from '../src/protocol';
import { launch, type Window } from './browser';
import { WAITING } from './cast';
import { tabTo } from './keys';
import { Person } from './person';
import { type Planned, type Seat, seatOf, Server } from './server';
import { everybodyCanUse } from './usable';

const CAMERA = { width: 320, height: 240 };
/** The narrowest screen that everything has to fit on. */
const NARROW: Window = { width: 320, height: 640 };

let server: Server;
let browser: Browser;
let visit: Planned;
let vera: Person;
let maria: Person;
let jun: Person;

function speakEnglish(): void {
  if (!localStorage.getItem('bedside.settings')) localStorage.setItem('bedside.settings', JSON.stringify({ language: 'en' }));
}

async function comes(seat: Seat, window?: Window): Promise<Person> {
  const prepare = async (page: Person['page']) => {
    await page.addInitScript(speakEnglish);
  };
  const person = await Person.open(browser, seat, { camera: CAMERA, prepare, ...(window ? { window } : {}) });
  await person.join();
  return person;
}

beforeAll(async () => {
  server = await Server.start();
  browser = await launch();
  visit = await server.visit([
    { role: 'clinician', display_name: 'Dr. Vera Lindt', language: 'en' },
    { role: 'patient', display_name: 'Maria Berg', language: 'sgn-US' },
  ]);
  vera = await comes(seatOf(visit, 'clinician'));
  await vera.isLive();
  maria = await comes(seatOf(visit, 'patient'), NARROW);
  await maria.at(WAITING);
  await vera.letsIn(maria.seat);
  await maria.isLive();
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

function last<T extends ServerMessage['t']>(person: Person, kind: T): Extract<ServerMessage, { t: T }> | undefined {
  const told = person.heard.map((text) => JSON.parse(text) as ServerMessage).filter((message) => message.t === kind);
  return told[told.length - 1] as Extract<ServerMessage, { t: T }> | undefined;
}

/** How a page last said that it shows somebody. */
function viewOf(person: Person, whose: Person): View | undefined {
  const said = person.sent.map((text) => JSON.parse(text) as ClientMessage).filter((message) => message.t === 'show');
  return said[said.length - 1]?.views.find(({ participant, source }) => participant === whose.seat.id && source === 'camera');
}

async function area(person: Person, whose: Person): Promise<number> {
  const box = await person.tile(whose.seat).boundingBox();
  return (box?.width ?? 0) * (box?.height ?? 0);
}

describe('an interpreter who is called in', () => {
  it('has a link from staff, and is in with one press and staff’s yes', async () => {
    await vera.page.locator('summary', { hasText: 'Ask somebody more to come' }).click();
    await vera.page.locator('summary', { hasText: 'With a name' }).click();
    await vera.page.getByLabel('Their name').fill('Jun Arai');
    await vera.page.getByLabel('Their part').selectOption({ label: 'Interpreter' });
    await vera.page.getByLabel('Their language').selectOption('en');
    await vera.press('Make a link');
    const field = vera.page.getByLabel('Personal link of Jun Arai', { exact: true });
    await field.waitFor();
    const invited = last(vera, 'invited');
    const seat = { role: 'interpreter' as const, name: 'Jun Arai', id: invited?.participant ?? '', link: await field.inputValue() };
    jun = await comes(seat);
    await jun.at(WAITING);
    await vera.letsIn(seat);
    await jun.isLive();
    await jun.seesAndHears([vera.seat, maria.seat]);
  });

  it('chooses hands by keyboard alone, and the patient sees them large and smooth without a press', async () => {
    const { page } = jun;
    await tabTo(page, 'From');
    await page.keyboard.type('Engl');
    await tabTo(page, 'Into');
    await page.keyboard.type('American');
    await tabTo(page, 'Interpret');
    await page.keyboard.press('Enter');
    await jun.says('You sign now. Whoever chose this language sees you large.');
    await maria.says('You see Jun Arai large (American Sign Language (ASL)). The voices are as they are.');
    await expect.poll(() => viewOf(maria, jun)).toMatchObject({ pinned: true, signing: true });
    await expect.poll(async () => (await area(maria, jun)) / (await area(maria, vera))).toBeGreaterThan(2);
    expect(viewOf(maria, vera)).toMatchObject({ pinned: false, signing: false });
    // The same at the other end: the interpreter reads the patient.
    await expect.poll(() => viewOf(jun, maria)).toMatchObject({ pinned: true, signing: true });
    await expect.poll(() => viewOf(vera, jun)).toMatchObject({ pinned: false, signing: false });
    await maria.seesAndHears([vera.seat, jun.seat]);
  });

  it('is drawn whole: no hand is cut off, on the narrowest screen too', async () => {
    const drawn = await maria.tile(jun.seat).evaluate((tile) => {
      const video = tile.querySelector('video');
      const { left, right, top, bottom } = tile.getBoundingClientRect();
      return { fit: video ? getComputedStyle(video).objectFit : '', left, right, top, bottom };
    });
    expect(drawn.fit).toBe('contain');
    expect(drawn.left).toBeGreaterThanOrEqual(0);
    expect(drawn.right).toBeLessThanOrEqual(NARROW.width);
    expect(drawn.bottom).toBeLessThanOrEqual(NARROW.height);
    expect(drawn.bottom - drawn.top).toBeGreaterThan(150);
  });

  it('lowers nobody’s voice, in turn and at the same time', async () => {
    await vera.press('At the same time');
    await expect.poll(() => last(maria, 'hearing')?.mode).toBe('simultaneous');
    expect(last(maria, 'hearing')?.heard.map(({ level }) => level)).toEqual(['full', 'full']);
    expect(await maria.page.getByRole('slider', { name: 'Original or interpreter' }).count(), 'nothing to mix').toBe(0);
    await vera.press('In turn');
    await expect.poll(() => last(maria, 'hearing')?.mode).toBe('consecutive');
  });

  it('gives way to the person’s own choice', async () => {
    await maria.press('View of Jun Arai');
    await maria.press('Show large');
    await expect.poll(() => viewOf(maria, jun)).toMatchObject({ pinned: false, signing: true });
    await maria.press('Signing');
    await maria.press('Show large');
    await maria.press('Done');
    await expect.poll(() => viewOf(maria, jun)).toMatchObject({ pinned: true, signing: false });
    await maria.press('View of Jun Arai');
    await maria.press('Signing');
    await maria.press('Done');
    await expect.poll(() => viewOf(maria, jun)).toMatchObject({ pinned: true, signing: true });
  });

  it('coughs, turns round and writes terms by keyboard alone', async () => {
    const { page } = jun;
    await tabTo(page, 'Turn round');
    await page.keyboard.press('Enter');
    await jun.says('You interpret from American Sign Language (ASL) into English.');
    await maria.says('You see Jun Arai large (American Sign Language (ASL)). The voices are as they are.');
    await tabTo(page, 'Hold to cough');
    await page.keyboard.down('Space');
    await page.getByRole('button', { name: 'Nobody hears you', pressed: true }).waitFor();
    await page.keyboard.up('Space');
    await page.getByRole('button', { name: 'Hold to cough', pressed: false }).waitFor();
    const write = page.getByRole('textbox');
    for (let stop = 0; stop < 40 && !(await write.evaluate((field) => field === document.activeElement)); stop += 1) await page.keyboard.press('Tab');
    await page.keyboard.type('stat dose');
    await page.keyboard.press('Enter');
    await page.getByText('stat dose').waitFor();
    await expect.poll(() => last(vera, 'chat')?.line.text).toBe('stat dose');
  });

  it('has a booth that everybody can use', async () => {
    await everybodyCanUse(jun, 'booth, between hands and voices');
  });

  it('is watched on a page that everybody can use', async () => {
    await everybodyCanUse(maria, 'live, watching an interpreter');
    for (const one of [vera, maria, jun]) one.hasNoProblems();
  });
});
