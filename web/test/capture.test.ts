// Devices that are given late, silenced, pulled out. In: a browser that takes its time. Out: which tracks run, what is wrong. Never: a real device.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Capture, FIRST_CHOICE } from '../src/sdk/capture';
import { GIVEN_BACK_MS, SILENCED_TOLD_MS } from '../src/sdk/hold';

class Track {
  readyState = 'live';
  enabled = true;
  muted = false;
  contentHint = '';
  onended: (() => void) | null = null;
  onmute: (() => void) | null = null;
  onunmute: (() => void) | null = null;
  constructor(readonly kind: 'audio' | 'video', readonly deviceId: string) {}
  getSettings(): MediaTrackSettings {
    return { deviceId: this.deviceId };
  }
  stop(): void {
    this.readyState = 'ended';
  }
}

/** What was asked for and not yet given, in order. */
let asked: (() => Track[])[];
let capture: Capture;
/** The devices there are, and what the browser tells about them and the page. */
let present: Record<'audio' | 'video', string[]>;
let tells: { devicechange?: () => void; visibilitychange?: () => void };

/** The browser's question to the person: answered by `give`. */
function question(kinds: ('audio' | 'video')[]): Promise<unknown> {
  return new Promise((resolve, reject) => {
    asked.push(() => {
      if (kinds.some((kind) => present[kind].length === 0)) {
        reject(Object.assign(new Error('none'), { name: 'NotFoundError' }));
        return [];
      }
      const tracks = kinds.map((kind) => new Track(kind, present[kind][0] ?? ''));
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
  present = { audio: ['m1'], video: ['c1', 'c2'] };
  tells = {};
  vi.useFakeTimers();
  const listening = {
    addEventListener: (name: keyof typeof tells, told: () => void) => (tells[name] = told),
    removeEventListener: (name: keyof typeof tells) => delete tells[name],
  };
  vi.stubGlobal('document', { hidden: false, ...listening });
  vi.stubGlobal('navigator', {
    mediaDevices: {
      ...listening,
      enumerateDevices: async () => [
        ...present.audio.map((deviceId) => ({ kind: 'audioinput', deviceId })),
        ...present.video.map((deviceId) => ({ kind: 'videoinput', deviceId })),
      ],
      getUserMedia: ({ audio, video }: MediaStreamConstraints) =>
        question([...(audio ? ['audio' as const] : []), ...(video ? ['video' as const] : [])]),
      getDisplayMedia: () => question(['video']),
    },
  });
  capture = new Capture(FIRST_CHOICE, () => undefined);
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** Whatever waits for nothing but its turn is done. */
const settle = () => vi.advanceTimersByTimeAsync(0);

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

describe('a device that is taken away in the middle', () => {
  async function running(): Promise<{ camera: Track; microphone: Track }> {
    const opened = capture.open();
    const [microphone, camera] = give();
    await opened;
    return { camera: camera!, microphone: microphone! };
  }

  it('is followed by another of its kind, and that is told until the person chooses', async () => {
    const { camera } = await running();
    present.video = ['c2'];
    camera.onended!();
    await settle();
    const [instead] = give();
    await settle();
    expect(capture.camera).toBe(instead);
    expect([capture.replaced, capture.problems]).toEqual([{ camera: true, microphone: false }, {}]);
    const chosen = capture.chooseCamera('c2');
    give();
    await chosen;
    expect(capture.replaced.camera).toBe(false);
  });

  it('is missed also where the browser only says that there are other devices', async () => {
    const { camera } = await running();
    present.video = ['c2'];
    tells.devicechange!();
    await settle();
    give();
    await settle();
    expect(camera.readyState).toBe('ended');
    expect(capture.camera?.getSettings().deviceId).toBe('c2');
  });

  it('comes back by itself when it is plugged in again', async () => {
    const { microphone } = await running();
    present.audio = [];
    microphone.onended!();
    await settle();
    give();
    await settle();
    expect([capture.problems.microphone, capture.sources.microphone]).toEqual(['absent', false]);
    present.audio = ['m1'];
    tells.devicechange!();
    await settle();
    give();
    await settle();
    expect([capture.problems.microphone, capture.sources.microphone]).toEqual([undefined, true]);
  });

  it('stays off once the person has switched it off', async () => {
    const { camera } = await running();
    await capture.switchCamera(false);
    expect([camera.readyState, camera.onended]).toEqual(['ended', null]);
    tells.devicechange!();
    tells.visibilitychange!();
    await settle();
    expect(asked).toEqual([]);
  });

  it('stays off when it was switched off while it was being opened', async () => {
    await running();
    await capture.switchCamera(false);
    const on = capture.switchCamera(true);
    await capture.switchCamera(false);
    const late = give();
    await on;
    expect(states(late)).toEqual(['ended']);
    expect(capture.sources.camera).toBe(false);
  });
});

describe('a device that the system silences', () => {
  async function silenced(): Promise<Track> {
    const opened = capture.open();
    const [microphone] = give();
    await opened;
    microphone!.onmute!();
    return microphone!;
  }

  it('is not worth a word for a moment, then it is, until it is given back', async () => {
    const microphone = await silenced();
    await vi.advanceTimersByTimeAsync(SILENCED_TOLD_MS - 1);
    expect([capture.problems, capture.sources.microphone]).toEqual([{}, true]);
    await vi.advanceTimersByTimeAsync(1);
    expect([capture.problems, capture.sources.microphone]).toEqual([{ microphone: 'interrupted' }, false]);
    microphone.onunmute!();
    expect([capture.problems, capture.sources.microphone]).toEqual([{}, true]);
    expect(asked).toEqual([]);
  });

  it('is opened again when the page is looked at and it was not given back', async () => {
    const microphone = await silenced();
    await vi.advanceTimersByTimeAsync(SILENCED_TOLD_MS);
    tells.visibilitychange!();
    await vi.advanceTimersByTimeAsync(GIVEN_BACK_MS);
    const [again] = give();
    await settle();
    expect(microphone.readyState).toBe('ended');
    expect(capture.microphone).toBe(again);
    expect([capture.problems, capture.sources.microphone]).toEqual([{}, true]);
  });

  it('is opened again when the person presses for it', async () => {
    await silenced();
    await vi.advanceTimersByTimeAsync(SILENCED_TOLD_MS);
    const on = capture.switchMicrophone(true);
    give();
    await on;
    expect([capture.problems, capture.sources.microphone]).toEqual([{}, true]);
  });

  it('is left alone after the end', async () => {
    const microphone = await silenced();
    capture.close();
    expect([microphone.onmute, microphone.onunmute, microphone.onended]).toEqual([null, null, null]);
    expect(tells).toEqual({});
    await vi.advanceTimersByTimeAsync(SILENCED_TOLD_MS);
    expect([capture.problems, asked]).toEqual([{}, []]);
  });
});
