// Personal links. In: good, broken and late ones. Out: a visit, or a sentence. Never: the secret where others can read it.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch } from './browser';
import { CLINICIAN, disperse, PATIENT, WAITING } from './cast';
import { Person } from './person';
import { seatOf, Server } from './server';

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

const redeemed = (person: Person) => person.requests.filter((request) => request.url.includes('/v1/links/redeem'));

describe('a personal link', () => {
  it('is among those that the program prints at its start', async () => {
    const links = server.printedLinks();
    expect(links.length).toBeGreaterThanOrEqual(5);
    for (const link of links) expect(link).toMatch(/^http:\/\/localhost:\d+\/j#[0-9a-f]{32}\.[\w-]{43}$/);
  });

  it('is redeemed by a press of the button and by nothing else', async () => {
    const visit = await server.visit([CLINICIAN, PATIENT]);
    const seat = seatOf(visit, 'patient');
    const scanned = await fetch(seat.link);
    expect(scanned.status).toBe(200);
    const patient = await Person.open(browser, seat);
    await patient.page.getByRole('meter').waitFor();
    expect(redeemed(patient)).toEqual([]);
    await patient.page.reload();
    await patient.join();
    await patient.at(WAITING);
    expect(redeemed(patient).map((request) => request.method)).toEqual(['POST']);
    await disperse([patient]);
  });

  it('keeps its secret out of the address bar, of every request’s address and of the Referer', async () => {
    const visit = await server.visit([CLINICIAN, PATIENT]);
    const seat = seatOf(visit, 'patient');
    const secret = seat.link.split('#')[1]!;
    const patient = await Person.open(browser, seat);
    await patient.join();
    await patient.at(WAITING);
    expect(patient.page.url()).toBe(`${server.base}/j`);
    const [, ...later] = patient.requests;
    expect(later.length).toBeGreaterThan(2);
    for (const request of later) expect(request.url).not.toContain(secret.split('.')[1]);
    for (const request of patient.requests) expect(request.referer).not.toContain('#');
    for (const request of patient.requests) expect(new URL(request.url).origin).toMatch(new RegExp(`^(${server.base}|${server.base.replace('http', 'ws')})$`));
    expect(server.output.split(secret.split('.')[1]!)).toHaveLength(1);
    await disperse([patient]);
  });

  it('that is not whole gets a sentence', async () => {
    const visit = await server.visit([CLINICIAN, PATIENT]);
    const seat = seatOf(visit, 'patient');
    const broken = await Person.open(browser, { ...seat, link: seat.link.slice(0, -4) });
    await broken.join();
    await broken.says('This link does not work.');
    await broken.page.getByRole('button', { name: 'Join' }).waitFor();
    await disperse([broken]);
  });

  it('of a cancelled visit says so', async () => {
    const visit = await server.visit([CLINICIAN, PATIENT]);
    expect((await server.call('POST', `/v1/visits/${visit.id}/cancel`)).status).toBe(200);
    const patient = await Person.open(browser, seatOf(visit, 'patient'));
    await patient.join();
    await patient.at('This visit was cancelled');
    await disperse([patient]);
  });

  it('of a visit cancelled while one waits says so at once', async () => {
    const visit = await server.visit([CLINICIAN, PATIENT]);
    const patient = await Person.open(browser, seatOf(visit, 'patient'));
    await patient.join();
    await patient.at(WAITING);
    expect((await server.call('POST', `/v1/visits/${visit.id}/cancel`)).status).toBe(200);
    await patient.at('This visit was cancelled');
    await disperse([patient]);
  });

  it('is asked for where there is none', async () => {
    const visit = await server.visit([CLINICIAN, PATIENT]);
    const stranger = await Person.open(browser, { ...seatOf(visit, 'patient'), link: `${server.base}/j` });
    await stranger.at('Please open your personal link');
    await disperse([stranger]);
  });

  it('lets somebody in who refuses camera and microphone, and tells them what that means', async () => {
    const visit = await server.visit([CLINICIAN, PATIENT]);
    const strict = await launch(['--deny-permission-prompts'], ['--use-fake-ui-for-media-stream']);
    const patient = await Person.open(strict, seatOf(visit, 'patient'));
    await patient.says('The browser does not allow this page to use the camera.');
    await patient.says('The browser does not allow this page to use the microphone.');
    await patient.page.getByRole('button', { name: 'Ask again' }).waitFor();
    await patient.press('Join');
    await patient.at(WAITING);
    await strict.close();
  });

  it('lets somebody in who has neither camera nor microphone', async () => {
    const visit = await server.visit([CLINICIAN, PATIENT]);
    const bare = await launch([], ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream']);
    const patient = await Person.open(bare, seatOf(visit, 'patient'));
    await patient.says('nobody will hear you');
    await patient.says('You can join with your voice only');
    await patient.press('Join');
    await patient.at(WAITING);
    const clinician = await Person.open(browser, seatOf(visit, 'clinician'));
    await clinician.join();
    await clinician.letsIn(patient.seat);
    await patient.isLive();
    await patient.seesAndHears([clinician.seat]);
    await patient.hears(1);
    await clinician.tile(patient.seat).getByText('Camera off').waitFor();
    await clinician.tile(patient.seat).getByText('Muted').waitFor();
    await disperse([patient, clinician]);
    await bare.close();
  });
});
