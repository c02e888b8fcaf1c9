// Devices that are given late. In: a browser that takes its time. Out: which tracks run. Never: a real device.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Capture, FIRST_CHOICE } from '../src/sdk/capture';

class Track {
  readyState = 'live';
  enabled = true;
  contentHint = '';
  onended: (() => void) | null = null;
  constructor(readonly kind: 'audio' | 'video') {}
  stop(): void {
    this.readyState = 'ended';
  }
}

/** What was asked for and not yet given, in order. */
let asked: (() => Track[])[];
let capture: Capture;

/** The browser's question to the person: answered by `give`. */
function question(kinds: ('audio' | 'video')[]): Promise<unknown> {
  return new Promise((resolve) => {
    asked.push(() => {
      const tracks = kinds.map((kind) => new Track(kind));
      const of = (kind: string) => tracks.filter((track) => track.kind === kind);
      resolve({ getTracks: () => tracks, getVideoTracks: () => of('video'), getAudioTracks: () => of('audio') });
      return tracks;
    });
  });
}

function give(): Track[] {
  const answer = asked.shift();
  if (!answer) throw new Error('nothing was asked for');
  return answer();
}

beforeEach(() => {
  asked = [];
  vi.stubGlobal('navigator', {
    mediaDevices: {
      getUserMedia: ({ audio, video }: MediaStreamConstraints) =>
        question([...(audio ? ['audio' as const] : []), ...(video ? ['video' as const] : [])]),
      getDisplayMedia: () => question(['video']),
    },
  });
  capture = new Capture(FIRST_CHOICE, () => undefined);
});

afterEach(() => vi.unstubAllGlobals());

const states = (tracks: Track[]) => tracks.map((track) => track.readyState);
const NOTHING = { microphone: false, camera: false, screen: false };

describe('a device given after the visit is over', () => {
  it('is let go when both were asked for', async () => {
    const opened = capture.open();
    capture.close();
    const late = give();
    await opened;
    expect(states(late)).toEqual(['ended', 'ended']);
    expect(capture.sources).toEqual(NOTHING);
    expect(capture.busy).toBe(false);
  });

  it.each([
    ['camera switched on', () => capture.switchCamera(true)],
    ['camera chosen', () => capture.chooseCamera('c')],
    ['microphone switched on', () => capture.switchMicrophone(true)],
    ['microphone chosen', () => capture.chooseMicrophone('m')],
    ['screen', () => capture.shareScreen()],
  ])('is let go: %s', async (_, ask) => {
    const done = ask();
    capture.close();
    const late = give();
    await done;
    expect(states(late)).toEqual(['ended']);
    expect(capture.sources).toEqual(NOTHING);
  });
});

describe('a device given in time', () => {
  it('runs', async () => {
    const opened = capture.open();
    const tracks = give();
    await opened;
    const shared = capture.shareScreen();
    const screen = give();
    await shared;
    expect(states([...tracks, ...screen])).toEqual(['live', 'live', 'live']);
    expect(capture.sources).toEqual({ microphone: true, camera: true, screen: true });
  });

  it('runs also after coming back, and what was asked for before does not', async () => {
    const before = capture.open();
    capture.close();
    const after = capture.open();
    const late = give();
    await before;
    expect(capture.busy).toBe(true);
    const tracks = give();
    await after;
    expect(states(late)).toEqual(['ended', 'ended']);
    expect(states(tracks)).toEqual(['live', 'live']);
    expect(capture.busy).toBe(false);
    expect(capture.sources).toEqual({ microphone: true, camera: true, screen: false });
  });

  it('is silent while somebody coughs, and then as it was chosen', async () => {
    const opened = capture.open();
    give();
    await opened;
    const heard = () => capture.sources.microphone;
    capture.cough(true);
    expect([heard(), capture.choice.microphone]).toEqual([false, true]);
    capture.cough(false);
    expect(heard()).toBe(true);
    await capture.switchMicrophone(false);
    capture.cough(true);
    capture.cough(false);
    expect(heard()).toBe(false);
  });
});
