// Devices that are taken away in the middle of a visit, or kept back by an app. In: what systems and hands do to them. Out: what the person is told, and that the others go on seeing and hearing. Never: a device of another browser.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch, PHONE } from './browser';
import { CLINICIAN, disperse, PATIENT } from './cast';
import { Person } from './person';
import { seatOf, Server } from './server';
import { everybodyCanUse } from './usable';

const ONE_CAMERA = '--use-fake-device-for-media-stream';
const INSTAGRAM = 'Mozilla/5.0 (iPhone; CPU iPhone OS 13_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 Instagram 331.0.0.29.90 (iPhone12,1; iOS 13_7; en_GB)';

declare global {
  interface Window {
    given: MediaStreamTrack[];
    unplugged: string[];
  }
}

let server: Server;
let browser: Browser;

beforeAll(async () => {
  server = await Server.start();
  browser = await launch([`${ONE_CAMERA}=device-count=4`], [ONE_CAMERA]);
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

/** Runs in the page before anything of it: what was given, and no device that was pulled out. Self-contained, it is sent there as text. */
function watchDevices(): void {
  window.given = [];
  window.unplugged = [];
  const { mediaDevices } = navigator;
  // Of Chromium's cameras the second measures distances; the last gives pictures.
  const native = mediaDevices.getUserMedia.bind(mediaDevices);
  const devices = mediaDevices.enumerateDevices.bind(mediaDevices);
  mediaDevices.enumerateDevices = async () => (await devices()).filter(({ deviceId }) => !window.unplugged.includes(deviceId));
  mediaDevices.getUserMedia = async (constraints = {}) => {
    const all = window.unplugged.length > 0 ? await mediaDevices.enumerateDevices() : [];
    const left = (of: MediaDeviceKind, asked: boolean | MediaTrackConstraints = false) => {
      const device = all.filter(({ kind }) => kind === of).at(-1);
      return asked && device ? { ...(asked as MediaTrackConstraints), deviceId: { exact: device.deviceId } } : asked;
    };
    const stream = await native({ audio: left('audioinput', constraints.audio), video: left('videoinput', constraints.video) });
    window.given.push(...stream.getTracks());
    return stream;
  };
}

async function together(): Promise<[Person, Person]> {
  const visit = await server.visit([CLINICIAN, PATIENT]);
  const clinician = await Person.open(browser, seatOf(visit, 'clinician'));
  await clinician.join();
  await clinician.isLive();
  const patient = await Person.open(browser, seatOf(visit, 'patient'), { prepare: async (page) => void (await page.addInitScript(watchDevices)) });
  await patient.join();
  await clinician.letsIn(patient.seat);
  await patient.isLive();
  await clinician.seesAndHears([patient.seat]);
  return [clinician, patient];
}

/** What the system does to the track in use. */
function system(page: Page, kind: 'audio' | 'video', does: 'mute' | 'unmute'): Promise<void> {
  return page.evaluate(([of, event]) => {
    window.given.filter((track) => track.kind === of && track.readyState === 'live').at(-1)!.dispatchEvent(new Event(event!));
  }, [kind, does]);
}

function pullOut(page: Page, kind: 'audio' | 'video'): Promise<void> {
  return page.evaluate((of) => {
    const track = window.given.filter((each) => each.kind === of && each.readyState === 'live').at(-1)!;
    window.unplugged.push(track.getSettings().deviceId!);
    track.stop();
    track.dispatchEvent(new Event('ended'));
  }, kind);
}

describe('a device taken away in the middle of a visit', () => {
  it('is followed by another when the camera is pulled out, and the person is told', async () => {
    const [clinician, patient] = await together();
    await pullOut(patient.page, 'video');
    await patient.says('The camera you used is gone. Another one is used now.');
    await clinician.seesAndHears([patient.seat]);
    patient.hasNoProblems();
    await disperse([clinician, patient]);
  });

  it('is followed by another when the microphone is pulled out, and the person is told', async () => {
    const [clinician, patient] = await together();
    await pullOut(patient.page, 'audio');
    await patient.says('The microphone you used is gone. Another one is used now.');
    await clinician.hearsVoice(patient.seat);
    await clinician.seesAndHears([patient.seat]);
    patient.hasNoProblems();
    await disperse([clinician, patient]);
  });

  it('is followed by the usual loudspeaker when the chosen one is gone, and the person is told', async () => {
    const visit = await server.visit([CLINICIAN, PATIENT]);
    const clinician = await Person.open(browser, seatOf(visit, 'clinician'));
    await clinician.join();
    const patient = await Person.open(browser, seatOf(visit, 'patient'), { prepare: async (page) => void (await page.addInitScript(watchDevices)) });
    await patient.page.getByRole('meter').waitFor();
    await patient.page.locator('summary', { hasText: 'Use another device' }).click();
    const chosen = await patient.page.evaluate(async () => (await navigator.mediaDevices.enumerateDevices()).filter(({ kind }) => kind === 'audiooutput').at(-1)!.deviceId);
    await patient.page.getByLabel('Loudspeaker').selectOption(chosen);
    await patient.press('Join');
    await clinician.letsIn(patient.seat);
    await patient.isLive();
    const sinks = () => patient.page.evaluate(() => [...document.querySelectorAll('audio')].map((audio) => (audio as HTMLAudioElement & { sinkId: string }).sinkId));
    await expect.poll(sinks).toEqual([chosen]);
    await patient.page.evaluate((id) => {
      window.unplugged.push(id);
      navigator.mediaDevices.dispatchEvent(new Event('devicechange'));
    }, chosen);
    await patient.says('The loudspeaker you used is gone. Another one is used now.');
    await expect.poll(sinks).toEqual(['']);
    await patient.hearsVoice(clinician.seat);
    patient.hasNoProblems();
    await disperse([clinician, patient]);
  });

  it('is told of when the system silences the microphone, to everybody, and comes back', async () => {
    const [clinician, patient] = await together();
    const told = 'The device has paused the microphone';
    const muted = clinician.tile(patient.seat).getByText('Muted');
    await system(patient.page, 'audio', 'mute');
    await patient.says(told);
    await muted.waitFor();
    await system(patient.page, 'audio', 'unmute');
    await patient.page.getByText(told).waitFor({ state: 'detached' });
    await muted.waitFor({ state: 'detached' });

    await system(patient.page, 'audio', 'mute');
    await patient.says(told);
    const before = await patient.page.evaluate(() => window.given.length);
    await patient.press('Unmute');
    await patient.page.getByText(told).waitFor({ state: 'detached' });
    expect(await patient.page.evaluate(() => window.given.length)).toBe(before + 1);
    await clinician.hearsVoice(patient.seat);
    await disperse([clinician, patient]);
  });
});

describe('a page opened inside an app that keeps the devices back', () => {
  it('says where to open it instead, and gives the link', async () => {
    const visit = await server.visit([CLINICIAN, PATIENT]);
    const seat = seatOf(visit, 'patient');
    const prepare = async (page: Page) => {
      await page.addInitScript((userAgent) => {
        Object.defineProperty(navigator, 'userAgent', { get: () => userAgent });
        Object.defineProperty(navigator, 'mediaDevices', { get: () => undefined });
      }, INSTAGRAM);
    };
    const patient = await Person.open(browser, seat, { window: PHONE, prepare });
    await patient.page.getByRole('heading', { name: 'Please open this page in Safari' }).waitFor();
    await patient.says('It was opened inside Instagram');
    expect(await patient.page.getByLabel('Your personal link').inputValue()).toBe(seat.link);
    await patient.press('Copy the link');
    await patient.says('The link is copied.');
    await everybodyCanUse(patient, 'inside an app');
    await patient.press('Join');
    await patient.at('You are in the right place');
    await disperse([patient]);
  });
});
