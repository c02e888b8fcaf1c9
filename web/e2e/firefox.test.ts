// A visit between two makes of browser. In: Debian's Firefox, a Chromium. Out: sound and picture both ways. Never: taken for a test of all pages; those are in Chromium.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launch, SMALL } from './browser';
import { CLINICIAN, disperse, PATIENT, WAITING } from './cast';
import { Firefox } from './firefox';
import { Person } from './person';
import { install } from './probe';
import { seatOf, Server } from './server';

let server: Server;
let chromium: Browser;
let firefox: Firefox;

beforeAll(async () => {
  server = await Server.start();
  [chromium, firefox] = await Promise.all([launch(), Firefox.start()]);
});

afterAll(async () => {
  await firefox?.close();
  await chromium?.close();
  await server?.stop();
});

/** Runs in the page: a digest of the other's picture as it is drawn, or nothing while it is black. */
function picture(): string | null {
  const video = document.querySelector<HTMLVideoElement>('.tile[data-source="camera"] video');
  if (!video || video.videoWidth === 0) return null;
  const canvas = Object.assign(document.createElement('canvas'), { width: 64, height: 36 });
  const pen = canvas.getContext('2d')!;
  pen.drawImage(video, 0, 0, 64, 36);
  const { data } = pen.getImageData(0, 0, 64, 36);
  let [sum, mark] = [0, 0];
  for (let at = 0; at < data.length; at += 4) {
    sum += data[at]! + data[at + 1]! + data[at + 2]!;
    mark = (Math.imul(mark, 31) + data[at]! + 7 * data[at + 1]! + 13 * data[at + 2]!) | 0;
  }
  return sum > 24 * 64 * 36 ? String(mark) : null;
}

/** Runs in the page: by what its connection is checked, as the server has agreed to last. */
function agreedOn(): string {
  return /^a=ice-ufrag:(\S+)/m.exec(window.probe.peers[0]!.currentLocalDescription!.sdp)![1]!;
}

/** Energy of all that was heard so far. */
async function heard(): Promise<number> {
  const lines = await firefox.look(() => window.probe.inbound());
  return lines.filter(({ kind }) => kind === 'audio').reduce((sum, { energy }) => sum + energy, 0);
}

it('a Firefox joins a visit in Chromium, and both hear and see each other', async () => {
  const visit = await server.visit([CLINICIAN, PATIENT]);
  const clinician = await Person.open(chromium, seatOf(visit, 'clinician'));
  await clinician.join();
  await clinician.isLive();
  const seat = seatOf(visit, 'patient');
  await firefox.open(seat.link);
  // There is no connection before the person is let in.
  await firefox.look(install, SMALL);
  await firefox.press('Join');
  await firefox.at(WAITING);
  await clinician.letsIn(seat);
  await firefox.at('Visit in progress');
  await clinician.seesAndHears([seat]);
  await clinician.hearsVoice(seat);
  const first = await firefox.look(picture);
  await expect.poll(async () => {
    const now = await firefox.look(picture);
    return now !== null && now !== first;
  }, { message: 'Firefox shows a picture that moves' }).toBe(true);
  const before = await heard();
  await expect.poll(heard, { message: 'Firefox plays a voice' }).toBeGreaterThan(before);

  // Another way on the same connection, as where a telephone leaves the house.
  const former = await firefox.look(agreedOn);
  await firefox.look(() => void dispatchEvent(new Event('online')));
  await expect.poll(() => firefox.look(agreedOn), { message: 'both ends have agreed on new credentials' }).not.toBe(former);
  expect(await firefox.look(() => window.probe.peers.length), 'connections').toBe(1);
  const since = await heard();
  await expect.poll(heard, { message: 'Firefox still plays a voice' }).toBeGreaterThan(since);
  await clinician.seesAndHears([seat]);
  await disperse([clinician]);
});
