// Each person a tone of their own, and what is played of it. In: pitches, the samples of a mix. Out: a microphone that hums or beats, how loud each pitch is, when a beat begins. Never: a loudspeaker, or a sample lost on a busy page.
import type { Page } from 'playwright-core';

/** Pitches that have whole waves in a window of ten milliseconds: none of them leaks into another. */
export const PITCHES = [400, 1_000, 2_200, 3_100, 1_700] as const;
const WINDOW_S = 0.01;
/** How loud the tones are. */
const LOUD = 0.25;

declare global {
  interface Window {
    mix: {
      begin(): void;
      /** What the page has played since then and plays in the next seconds, as 16-bit samples in base64, with their rate. */
      end(seconds: number): Promise<{ rate: number; samples: string }>;
      /** When a sound has begun in the mix, in milliseconds of the page; taken, and counted anew. */
      onsets(): number[];
    };
    /** The microphone beats instead of humming: a quarter of a second of tone, a quarter of silence. */
    beat(on: boolean): void;
  }
}

/** A sound begins with a sample as loud as this after so long a time without one. */
export const ONSET = { loud: 0.02, quietSamples: 4_800 };

/** Runs beside the page, so that a busy page loses nothing, and is late for nothing. */
const EAR = `registerProcessor('ear', class extends AudioWorkletProcessor {
  constructor() { super(); this.block = new Float32Array(4800); this.at = 0; this.quiet = 0; }
  process([input]) {
    const samples = input[0] || new Float32Array(128);
    for (let at = 0; at < samples.length; at++) {
      this.block[this.at++] = samples[at];
      if (this.at === this.block.length) { this.port.postMessage(this.block); this.at = 0; }
      const isLoud = Math.abs(samples[at]) > ${ONSET.loud};
      if (isLoud && this.quiet > ${ONSET.quietSamples}) this.port.postMessage(Date.now() + at * 1000 / sampleRate);
      this.quiet = isLoud ? 0 : this.quiet + 1;
    }
    return true;
  }
});`;

/** Before the page is opened: this pitch for a microphone, and an ear where the mix goes out. */
export async function hum(page: Page, pitch: number): Promise<void> {
  // The ear is a script that the page's own policy would not let in.
  const protocol = await page.context().newCDPSession(page);
  await protocol.send('Page.setBypassCSP', { enabled: true });
  await page.addInitScript(install, { pitch, loud: LOUD, ear: EAR });
}

/** Self-contained: it is sent to the page as text. */
function install({ pitch, loud, ear }: { pitch: number; loud: number; ear: string }): void {
  const BEAT_MS = 250;
  const native = AudioNode.prototype.connect as (this: AudioNode, to: AudioNode) => AudioNode;
  const before = navigator.mediaDevices?.getUserMedia.bind(navigator.mediaDevices);
  if (before) {
    navigator.mediaDevices.getUserMedia = async (wanted) => {
      const stream = wanted?.video ? await before({ video: wanted.video }) : new MediaStream();
      if (!wanted?.audio) return stream;
      const context = new AudioContext();
      const [tone, quiet, out] = [context.createOscillator(), context.createGain(), context.createMediaStreamDestination()];
      tone.frequency.value = pitch;
      quiet.gain.value = loud;
      native.call(tone, quiet);
      native.call(quiet, out);
      tone.start();
      let beats: ReturnType<typeof setInterval> | undefined;
      window.beat = (on) => {
        clearInterval(beats);
        quiet.gain.value = loud;
        if (on) beats = setInterval(() => (quiet.gain.value = quiet.gain.value === 0 ? loud : 0), BEAT_MS);
      };
      stream.addTrack(out.stream.getAudioTracks()[0]!);
      return stream;
    };
  }

  const busByContext = new Map<BaseAudioContext, AudioNode>();
  let heard: ((block: Float32Array, rate: number) => void) | null = null;
  AudioNode.prototype.connect = function connect(this: AudioNode, to: AudioNode) {
    if (to instanceof AudioDestinationNode) native.call(this, busOf(this.context as AudioContext));
    return native.call(this, to);
  } as typeof AudioNode.prototype.connect;

  function busOf(context: AudioContext): AudioNode {
    const known = busByContext.get(context);
    if (known) return known;
    const bus = context.createGain();
    busByContext.set(context, bus);
    void context.audioWorklet.addModule(URL.createObjectURL(new Blob([ear], { type: 'text/javascript' }))).then(() => {
      const node = new AudioWorkletNode(context, 'ear', { channelCount: 1, channelCountMode: 'explicit' });
      node.port.onmessage = ({ data }: MessageEvent<Float32Array | number>) => {
        if (typeof data === 'number') onsets.push(data - performance.timeOrigin);
        else heard?.(data, context.sampleRate);
      };
      native.call(native.call(bus, node), context.destination);
    });
    return bus;
  }

  const onsets: number[] = [];
  let taken: number[] = [];
  window.mix = {
    onsets: () => onsets.splice(0),
    begin: () => {
      taken = [];
      heard = (block) => {
        for (const sample of block) taken.push(Math.round(32_767 * Math.max(-1, Math.min(1, sample))));
      };
    },
    end: (seconds) => new Promise((resolve) => {
      const [before, take] = [taken.length, heard];
      heard = (block, rate) => {
        take?.(block, rate);
        if (taken.length - before < rate * seconds) return;
        heard = null;
        const bytes = new Uint8Array(Int16Array.from(taken).buffer);
        let text = '';
        for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
        resolve({ rate, samples: btoa(text) });
      };
    }),
  };
}

/** How loud a pitch is in each window of ten milliseconds, in decibels of full scale. */
export type Loudness = Record<number, number[]>;

/** The mix while something is done, and for some seconds more. */
export async function mixOf(page: Page, seconds: number, act: () => Promise<void> = async () => undefined): Promise<Loudness> {
  await page.evaluate(() => window.mix.begin());
  await act();
  const { rate, samples } = await page.evaluate((long) => window.mix.end(long), seconds);
  const bytes = Buffer.from(samples, 'base64');
  const heard = Float64Array.from({ length: bytes.length / 2 }, (_, at) => bytes.readInt16LE(2 * at) / 32_768);
  return Object.fromEntries(PITCHES.map((pitch) => [pitch, loudness(heard, rate, pitch)]));
}

/** Of nothing the tenth of a step of 16 bits is said, not minus infinity. */
const NOTHING = 3e-6;

export function loudness(samples: Float64Array, rate: number, pitch: number): number[] {
  const width = Math.round(rate * WINDOW_S);
  return Array.from({ length: Math.floor(samples.length / width) }, (_, window) => {
    let [cosine, sine] = [0, 0];
    for (let at = 0; at < width; at += 1) {
      const sample = samples[window * width + at] ?? 0;
      const phase = (2 * Math.PI * pitch * at) / rate;
      cosine += sample * Math.cos(phase);
      sine += sample * Math.sin(phase);
    }
    return 20 * Math.log10(Math.max(NOTHING, (2 * Math.hypot(cosine, sine)) / width));
  });
}

/** The loudness that half of the windows stay below: one that a lost packet does not move. */
export function median(windows: readonly number[]): number {
  return [...windows].sort((a, b) => a - b)[Math.floor(windows.length / 2)] ?? Number.NaN;
}

/** Each window as the middle of five: a gap of a busy machine goes, a jump from one loudness to another stays. */
function withoutGaps(windows: readonly number[]): number[] {
  return windows.slice(4).map((_, at) => median(windows.slice(at, at + 5)));
}

/** The largest step from one window to the next. */
export function largestStep(all: readonly number[]): number {
  const windows = withoutGaps(all);
  return Math.max(0, ...windows.slice(1).map((value, at) => Math.abs(value - (windows[at] ?? value))));
}
