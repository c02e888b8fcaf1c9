// Camera, microphone and screen of this device.
// In: which one is wanted. Out: a track, or why there is none, as a word the page has a sentence for.
// Never: throws, or keeps a track of its own.
import type { Size } from './offer';

/** Why a camera or a microphone cannot be had. */
export type DeviceProblem =
  /** The person, or a rule of the browser, does not allow it. */
  | 'refused'
  /** There is none. */
  | 'absent'
  /** Another program holds it, or it does not start. */
  | 'busy'
  /** The system holds it back for now, as during a telephone call. */
  | 'interrupted'
  /** The browser offers none, which is so on pages without `https`. */
  | 'unsupported';

export type Got = { track: MediaStreamTrack } | { problem: DeviceProblem };

/** What a tile can show at best; the layers below are made from it. */
const CAMERA: MediaTrackConstraints = {
  width: { ideal: 1280 },
  height: { ideal: 720 },
  frameRate: { ideal: 30, max: 30 },
};

/** A kitchen table with a telephone's loudspeaker is the usual room. */
const MICROPHONE: MediaTrackConstraints = {
  echoCancellation: true,
  noiseSuppression: true,
  autoGainControl: true,
  channelCount: { ideal: 1 },
};

const SCREEN: DisplayMediaStreamOptions = {
  video: { frameRate: { ideal: 10, max: 15 }, width: { max: 2560 }, height: { max: 1600 } },
  audio: false,
};

export function problemOf(error: unknown): DeviceProblem {
  switch (error instanceof Error ? error.name : '') {
    case 'NotAllowedError':
    case 'SecurityError':
      return 'refused';
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'absent';
    default:
      return 'busy';
  }
}

function deviceConstraint(id: string): MediaTrackConstraints {
  return id ? { deviceId: { ideal: id } } : {};
}

async function track(constraints: MediaStreamConstraints, kind: 'audio' | 'video'): Promise<Got> {
  if (!navigator.mediaDevices?.getUserMedia) return { problem: 'unsupported' };
  try {
    const stream = await navigator.mediaDevices.getUserMedia(constraints);
    const found = stream.getTracks().find((t) => t.kind === kind);
    return found ? { track: found } : { problem: 'absent' };
  } catch (error) {
    return { problem: problemOf(error) };
  }
}

export function openCamera(id: string): Promise<Got> {
  return track({ video: { ...CAMERA, ...deviceConstraint(id) } }, 'video');
}

export function openMicrophone(id: string): Promise<Got> {
  return track({ audio: { ...MICROPHONE, ...deviceConstraint(id) } }, 'audio');
}

/** Both with one question to the person; where that fails, each by itself, so that one can be had without the other. */
export async function openBoth(cameraId: string, microphoneId: string): Promise<{ camera: Got; microphone: Got }> {
  if (navigator.mediaDevices?.getUserMedia) {
    try {
      const stream = await navigator.mediaDevices.getUserMedia({
        video: { ...CAMERA, ...deviceConstraint(cameraId) },
        audio: { ...MICROPHONE, ...deviceConstraint(microphoneId) },
      });
      const [camera] = stream.getVideoTracks();
      const [microphone] = stream.getAudioTracks();
      if (camera && microphone) return { camera: { track: camera }, microphone: { track: microphone } };
      for (const each of stream.getTracks()) each.stop();
    } catch {
      // Asked again one by one below, which also tells which of them is the trouble.
    }
  }
  return { microphone: await openMicrophone(microphoneId), camera: await openCamera(cameraId) };
}

export function canShareScreen(): boolean {
  return typeof navigator.mediaDevices?.getDisplayMedia === 'function';
}

/** Null when the person has changed their mind in the browser's own dialogue. */
export async function openScreen(): Promise<MediaStreamTrack | null> {
  try {
    const stream = await navigator.mediaDevices.getDisplayMedia(SCREEN);
    const [screen] = stream.getVideoTracks();
    if (!screen) return null;
    screen.contentHint = 'detail';
    return screen;
  } catch {
    return null;
  }
}

export type DeviceList = { cameras: MediaDeviceInfo[]; microphones: MediaDeviceInfo[]; speakers: MediaDeviceInfo[] };

/** What can be chosen. Names are known only once the person has allowed one device of the kind. */
export async function listDevices(): Promise<DeviceList> {
  const all = navigator.mediaDevices?.enumerateDevices ? await navigator.mediaDevices.enumerateDevices() : [];
  const of = (kind: MediaDeviceKind) => all.filter((device) => device.kind === kind && device.deviceId !== '');
  return { cameras: of('videoinput'), microphones: of('audioinput'), speakers: of('audiooutput') };
}

/** Tells when one is plugged in or pulled out; what is returned ends that. */
export function onDevices(changed: () => void): () => void {
  const devices = navigator.mediaDevices;
  devices?.addEventListener?.('devicechange', changed);
  return () => devices?.removeEventListener?.('devicechange', changed);
}

/** Which device a track comes from; empty where the browser does not say. */
export function idOf(track: MediaStreamTrack | null): string {
  return track?.getSettings().deviceId ?? '';
}

export function sizeOf(camera: MediaStreamTrack | null): Size | null {
  const { width, height } = camera?.getSettings() ?? {};
  return width && height ? { width, height } : null;
}
