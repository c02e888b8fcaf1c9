// How much later a voice is heard through the page's mixer than without it. In: a page that hears a voice beat. Out: milliseconds, beat by beat. Never: two clocks, or a busy page taken for a late voice.
import type { Page } from 'playwright-core';
import { ONSET } from './tones';

/** What TypeScript does not know of Chromium: what comes out of a track, as it comes. */
type Reader = new (init: { track: MediaStreamTrack }) => { readable: ReadableStream<AudioData> };

/**
 * The decoder hands each ten milliseconds of a voice at the same moment to the audio element, which
 * plays it, and to the mixer. Chromium dates what it hands over by that very moment, so that a page
 * that reads it late knows it all the same. From there to the moment the mixer lets the same beat
 * out is what the mixer adds; both ways then end in the same loudspeaker.
 */
export async function addedByMixer(page: Page, seconds: number): Promise<number[]> {
  const { plain, mixed } = await page.evaluate(listen, { seconds, ...ONSET });
  return mixed.flatMap((at) => {
    // A beat comes twice a second: the one that was handed over last before is the same.
    const before = plain.filter((each) => each <= at + 1);
    const last = before[before.length - 1];
    return last !== undefined && at - last < 250 ? [at - last] : [];
  });
}

/** Self-contained: it is sent to the page as text. */
async function listen({ seconds, loud, quietSamples }: { seconds: number; loud: number; quietSamples: number }): Promise<{ plain: number[]; mixed: number[] }> {
  const Processor = (window as unknown as { MediaStreamTrackProcessor: Reader }).MediaStreamTrackProcessor;
  const tracks = [...document.querySelectorAll('audio')].flatMap(({ srcObject }) => (srcObject instanceof MediaStream ? srcObject.getAudioTracks() : []));
  const until = performance.now() + seconds * 1_000;
  /** Chromium's own count of time is ahead of the page's by this; the least that was seen is it. */
  let ahead = Number.POSITIVE_INFINITY;
  const begun: number[] = [];
  window.mix.onsets();
  await Promise.all(tracks.map(async (track) => {
    const reader = new Processor({ track: track.clone() }).readable.getReader();
    let quiet = 0;
    while (performance.now() < until) {
      const { value } = await reader.read();
      if (!value) break;
      const handedOver = value.timestamp / 1_000;
      ahead = Math.min(ahead, performance.now() - handedOver);
      const samples = new Float32Array(value.numberOfFrames);
      value.copyTo(samples, { planeIndex: 0, format: 'f32-planar' });
      samples.forEach((sample, at) => {
        const isLoud = Math.abs(sample) > loud;
        if (isLoud && quiet > quietSamples) begun.push(handedOver + (at * 1_000) / value.sampleRate);
        quiet = isLoud ? 0 : quiet + 1;
      });
      value.close();
    }
    void reader.cancel();
  }));
  return { plain: begun.map((at) => at + ahead).sort((a, b) => a - b), mixed: window.mix.onsets() };
}
