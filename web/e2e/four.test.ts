// Four people in one visit. In: the real program, real Chromium. Out: everybody sees and hears everybody. Never: a picture from a stand-in.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch } from './browser';
import { type Cast, CLINICIAN, disperse, FAMILY, gather, others, PATIENT, PHARMACIST } from './cast';
import type { Person } from './person';
import { Server } from './server';

let server: Server;
let browsers: Browser[];
let cast: Cast;
let clinician: Person;
let patient: Person;

beforeAll(async () => {
  server = await Server.start();
  browsers = await Promise.all([launch(), launch(), launch(), launch()]);
  cast = await gather(server, browsers, [CLINICIAN, PATIENT, FAMILY, PHARMACIST]);
  clinician = cast.byRole.get('clinician')!;
  patient = cast.byRole.get('patient')!;
});

afterAll(async () => {
  for (const browser of browsers ?? []) await browser.close();
  await server?.stop();
});

describe('four people', () => {
  it('each see the three others move', async () => {
    for (const person of cast.all) await person.seesAndHears(others(cast, person));
  });

  it('each hear the three others', async () => {
    for (const person of cast.all) await person.hears(3);
  });

  it('see the first picture soon after joining', async () => {
    // The first one here has nobody to see yet; staff joins by the press of the button, the others are let in.
    for (const person of cast.all.slice(1)) {
      const from = person.seat.role === 'pharmacist' ? 'bedside:join' : 'bedside:admitted';
      const ms = await person.between(from, 'bedside:first-frame');
      console.log(`join_to_first_frame_ms ${person.seat.role} (from ${from.slice(8)}): ${ms === null ? 'none' : Math.round(ms)}`);
      expect(ms).toBeGreaterThan(0);
    }
  });

  it('are protected by an authenticated cipher', async () => {
    for (const person of cast.all) {
      const transport = await person.page.evaluate(() => window.probe.transport());
      expect(transport?.dtlsState).toBe('connected');
      // DTLS 1.2 as it is written on the wire.
      expect(transport?.tlsVersion).toBe('FEFD');
      expect(transport?.srtpCipher).toMatch(/AEAD_AES_(256|128)_GCM$/);
      expect(transport?.dtlsCipher).toMatch(/GCM|CHACHA20/);
    }
  });

  it('made one offer each, smaller than a message may be', async () => {
    for (const person of cast.all) {
      const offers = person.sent.filter((text) => text.startsWith('{"t":"offer"'));
      expect(offers).toHaveLength(1);
      expect(offers[0]?.length).toBeLessThan(64 * 1024);
      console.log(`offer_bytes ${person.seat.role}: ${offers[0]?.length}`);
    }
  });

  it('send every layer in three temporal ones', async () => {
    const video = (await clinician.page.evaluate(() => window.probe.outbound())).filter((report) => report.kind === 'video' && report.rid);
    expect(video.map((report) => report.rid).sort()).toEqual(['h', 'q']);
    expect(video.filter((report) => report.active).map((report) => report.scalability)).toEqual(expect.arrayContaining(['L1T3']));
  });

  it('see who is muted, and hear nothing of them', async () => {
    const viewers = cast.all.filter((each) => each !== patient);
    for (const person of viewers) await person.hearsVoice(patient.seat);
    await patient.press('Mute');
    for (const person of viewers) {
      await person.tile(patient.seat).getByText('Muted').waitFor();
      await person.hearsNothingOf(patient.seat);
    }
    await patient.press('Unmute');
    await clinician.tile(patient.seat).getByText('Muted').waitFor({ state: 'detached' });
    for (const person of viewers) await person.hearsVoice(patient.seat);
  });

  it('see whose camera is off, and see them again', async () => {
    await patient.press('Stop camera');
    for (const person of cast.all.filter((each) => each !== patient)) {
      await person.tile(patient.seat).getByText('Camera off').waitFor();
      await person.tile(patient.seat).locator('video').waitFor({ state: 'detached' });
    }
    await patient.press('Start camera');
    await clinician.tile(patient.seat).getByText('Camera off').waitFor({ state: 'detached' });
    await clinician.seesAndHears(others(cast, clinician));
  });

  it('do not send what nobody sees large', async () => {
    const layers = async () => {
      const video = (await clinician.page.evaluate(() => window.probe.outbound())).filter((report) => report.kind === 'video' && report.rid);
      return Object.fromEntries(video.map((report) => [report.rid, report.active]));
    };
    // Whether somebody still watches the lower one too depends on their line; the upper one is watched by all it fits.
    await expect.poll(layers, { message: 'the upper layer is watched' }).toMatchObject({ h: true });
    for (const person of cast.all) await person.page.setViewportSize({ width: 320, height: 480 });
    await expect.poll(layers, { message: 'the upper layer is paused' }).toEqual({ q: true, h: false });
    for (const person of cast.all) await person.page.setViewportSize({ width: 1280, height: 800 });
    await expect.poll(layers, { message: 'the upper layer is back' }).toMatchObject({ h: true });
    await patient.seesAndHears(others(cast, patient));
  });

  it('had no errors in their pages', async () => {
    for (const person of cast.all) person.hasNoProblems();
    await disperse(cast.all);
  });
});
