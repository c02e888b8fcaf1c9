// The door of a visit: declined, taken out, left, come back, reloaded, ended. In: what staff and people do. Out: where everybody stands, and whose media flows. Never: media past the door.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch, SMALL } from './browser';
import { type Cast, CLINICIAN, disperse, FAMILY, gather, others, PATIENT, PHARMACIST, WAITING } from './cast';
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

async function media(person: Person): Promise<number> {
  return (await person.inbound()).reduce((sum, report) => sum + report.bytes, 0);
}

describe('the door', () => {
  it('lets nobody in by themselves, and sends away whom staff declines', async () => {
    const visit = await server.visit([CLINICIAN, PATIENT]);
    const patient = await Person.open(browser, seatOf(visit, 'patient'));
    await patient.join();
    await patient.at(WAITING);
    await patient.says('Nobody from the care team is here yet.');
    const clinician = await Person.open(browser, seatOf(visit, 'clinician'));
    await clinician.join();
    await clinician.isLive();
    await patient.says('The care team is here');
    expect(await patient.page.evaluate(() => window.probe.peers.length)).toBe(0);
    await clinician.press('Decline Maria Berg');
    await patient.at('You were not let in');
    await patient.press('Wait again');
    await patient.join();
    await patient.at(WAITING);
    await clinician.letsIn(patient.seat);
    await patient.isLive();
    await clinician.seesAndHears([patient.seat]);
    await disperse([patient, clinician]);
  });

  it('closes behind whom staff takes out, also for a page that does not listen', async () => {
    const cast: Cast = await gather(server, browser, [CLINICIAN, FAMILY, PHARMACIST]);
    const [clinician, family, pharmacist] = cast.all as [Person, Person, Person];
    // The patient's place is taken by somebody whose page keeps its connection when told to go.
    const visit = await server.visit([CLINICIAN, PATIENT]);
    const host = await Person.open(browser, seatOf(visit, 'clinician'));
    await host.join();
    await host.isLive();
    const patient = await Person.open(browser, seatOf(visit, 'patient'), { camera: { ...SMALL, stubborn: true } });
    await patient.join();
    await host.letsIn(patient.seat);
    await patient.isLive();
    await patient.seesAndHears([host.seat]);
    await host.press('Take out Maria Berg');
    await host.press('Take out');
    await patient.at('You were taken out of the visit');
    await host.tile(patient.seat).waitFor({ state: 'detached' });

    // What is under way may still arrive; after a while of pictures elsewhere there is nothing.
    await clinician.whileFramesCome(10);
    const [atPatient, atHost] = [await media(patient), await media(host)];
    expect(atPatient).toBeGreaterThan(0);
    await clinician.whileFramesCome(30);
    expect(await media(patient)).toBe(atPatient);
    expect(await media(host)).toBe(atHost);

    // In the other visit nobody has noticed anything.
    for (const person of cast.all) await person.seesAndHears(others(cast, person));
    await clinician.press('Take out Tomas Berg');
    await clinician.press('Keep');
    await pharmacist.seesAndHears([clinician.seat, family.seat]);
    await disperse([...cast.all, host, patient]);
  });

  it('keeps the place over a reload, without the lobby', async () => {
    const cast = await gather(server, browser, [CLINICIAN, PATIENT]);
    const [clinician, patient] = cast.all as [Person, Person];
    await clinician.seesAndHears([patient.seat]);
    await patient.page.reload();
    await patient.isLive();
    await patient.seesAndHears([clinician.seat]);
    await patient.hears(1);
    await clinician.seesAndHears([patient.seat]);
    expect(patient.requests.filter((request) => request.url.endsWith('/v1/links/redeem'))).toHaveLength(1);
    await disperse(cast.all);
  });

  it('lets people leave and come back', async () => {
    const cast = await gather(server, browser, [CLINICIAN, PATIENT]);
    const [clinician, patient] = cast.all as [Person, Person];
    await patient.press('Leave');
    await patient.at('You have left the visit');
    await clinician.tile(patient.seat).waitFor({ state: 'detached' });
    await patient.press('Come back');
    await patient.join();
    await patient.isLive();
    await clinician.seesAndHears([patient.seat]);
    await disperse(cast.all);
  });

  it('lets an observer see and hear, and takes nothing from them', async () => {
    const cast = await gather(server, browser, [CLINICIAN, { role: 'observer', display_name: 'Otto Low' }]);
    const [clinician, observer] = cast.all as [Person, Person];
    await observer.seesAndHears([clinician.seat]);
    await observer.hears(1);
    await clinician.tile(observer.seat).getByText('Camera off').waitFor();
    await clinician.tile(observer.seat).getByText('Muted').waitFor();
    for (const name of ['Mute', 'Stop camera', 'Share screen', 'End for all']) {
      expect(await observer.page.getByRole('button', { name, exact: true }).count()).toBe(0);
    }
    const sent = await observer.page.evaluate(() => window.probe.outbound());
    expect(sent.filter((report) => report.bytes > 0)).toEqual([]);
    await disperse(cast.all);
  });

  it('gives the place to the newest window', async () => {
    const cast = await gather(server, browser, [CLINICIAN, PATIENT]);
    const [clinician, patient] = cast.all as [Person, Person];
    const second = await Person.open(browser, patient.seat);
    await second.join();
    await second.isLive();
    await patient.at('You joined on another device');
    await second.seesAndHears([clinician.seat]);
    await disperse([...cast.all, second]);
  });

  it('is shut by staff for all, after one question', async () => {
    const cast = await gather(server, browser, [CLINICIAN, PATIENT, FAMILY]);
    const [clinician, ...rest] = cast.all as [Person, ...Person[]];
    await clinician.press('End for all');
    await clinician.says('End the visit for everybody?');
    await clinician.page.getByRole('alertdialog').getByRole('button', { name: 'End for all' }).click();
    for (const person of [clinician, ...rest]) {
      await person.at('The visit is over');
      expect(await person.page.evaluate(() => window.probe.peers.every((peer) => peer.connectionState === 'closed'))).toBe(true);
    }
    await disperse(cast.all);
  });
});
