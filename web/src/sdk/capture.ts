// The person's own microphone, camera and screen: the one owner of these tracks.
// In: what the person switches, what the system takes away. Out: the tracks, what is on, what is wrong.
// Never: sends anything; the light of a camera that is switched off goes out, and none goes on after `close`.
import type { Source, Sources } from '../protocol';
import { type DeviceProblem, type Got, idOf, listDevices, onDevices, openBoth, openCamera, openMicrophone, openScreen } from './devices';
import { dueAt, type Hold, type HoldEvent, isGone, isInterrupted, OFF, stepHold } from './hold';

export type Choice = { cameraId: string; microphoneId: string; camera: boolean; microphone: boolean };

export const FIRST_CHOICE: Choice = { cameraId: '', microphoneId: '', camera: true, microphone: true };

/** Where a person does not send, no device is opened and no light goes on. */
export type Allowed = { camera: boolean; microphone: boolean };

/** What a person has one of. */
type Kind = 'camera' | 'microphone';

const KINDS: readonly Kind[] = ['camera', 'microphone'];

/** A browser that asks the person about the camera again must not keep them out of the visit meanwhile. */
const DEVICES_WAIT_MS = 1_500;

export class Capture {
  choice: Choice;
  camera: MediaStreamTrack | null = null;
  microphone: MediaStreamTrack | null = null;
  screen: MediaStreamTrack | null = null;
  problems: Partial<Record<Kind, DeviceProblem>> = {};
  /** Another device stands in for one that is gone, until the person chooses. */
  replaced: Record<Kind, boolean> = { camera: false, microphone: false };
  /** Devices are being opened. */
  busy = false;
  private allowed: Allowed = { camera: true, microphone: true };
  private holds: Record<Kind, Hold> = { camera: OFF, microphone: OFF };
  private timers: Partial<Record<Kind, ReturnType<typeof setTimeout>>> = {};
  /** Which device was used last, so that another in its place is told of. */
  private usedIds: Record<Kind, string> = { camera: '', microphone: '' };
  /** Goes up with each `open` and `close`: a device asked for before that and given after it is let go. */
  private generation = 0;
  private unwatch: (() => void) | null = null;

  constructor(choice: Choice, private readonly changed: (source: Source | null) => void) {
    this.choice = { ...choice };
  }

  /** What the others can see and hear now. A picture that stands still is seen to; a voice that is held back is not. */
  get sources(): Sources {
    return {
      microphone: this.microphone !== null && this.microphone.enabled && !isInterrupted(this.holds.microphone),
      camera: this.camera !== null,
      screen: this.screen !== null,
    };
  }

  /** Opens what the person has chosen, as far as they are allowed to send; asks once for both where both are wanted. */
  async open(): Promise<void> {
    const generation = this.begin();
    this.unwatch ??= this.watch();
    this.busy = true;
    this.changed(null);
    const { cameraId, microphoneId, camera, microphone } = this.choice;
    if (camera && microphone) {
      const both = await openBoth(cameraId, microphoneId);
      this.take('camera', both.camera, generation);
      this.take('microphone', both.microphone, generation);
    } else {
      // The microphone is opened also when muted: unmuting then needs no second question.
      this.take('microphone', await openMicrophone(microphoneId), generation);
      if (camera && generation === this.generation) this.take('camera', await openCamera(cameraId), generation);
    }
    if (generation !== this.generation) return;
    this.busy = false;
    this.changed(null);
  }

  /** The same, without waiting for a person who is still being asked. */
  openSoon(): Promise<void> {
    return Promise.race([this.open(), new Promise<void>((done) => setTimeout(done, DEVICES_WAIT_MS))]);
  }

  async switchCamera(on: boolean): Promise<void> {
    this.choice.camera = on;
    if (!on) this.letGo('camera');
    else if (this.isMissing('camera')) return this.acquire('camera');
    this.changed('camera');
  }

  async switchMicrophone(on: boolean): Promise<void> {
    this.choice.microphone = on;
    if (on && this.isMissing('microphone')) return this.acquire('microphone');
    if (this.microphone) this.microphone.enabled = on;
    this.changed('microphone');
  }

  /** Nothing is sent while somebody coughs. What they have chosen stays: it holds again when they let go. */
  cough(coughs: boolean): void {
    if (!this.microphone) return;
    this.microphone.enabled = !coughs && this.choice.microphone;
    this.changed('microphone');
  }

  chooseCamera(id: string): Promise<void> {
    this.choice.cameraId = id;
    this.choice.camera = true;
    this.usedIds.camera = id;
    return this.acquire('camera');
  }

  chooseMicrophone(id: string): Promise<void> {
    this.choice.microphoneId = id;
    this.usedIds.microphone = id;
    return this.acquire('microphone');
  }

  async shareScreen(): Promise<void> {
    const { generation } = this;
    const screen = await openScreen();
    if (!screen) return;
    if (generation !== this.generation) return screen.stop();
    this.screen?.stop();
    this.screen = screen;
    screen.onended = () => this.stopScreen();
    this.changed('screen');
  }

  stopScreen(): void {
    if (!this.screen) return;
    this.screen.onended = null;
    this.screen.stop();
    this.screen = null;
    this.changed('screen');
  }

  /** The server has said what this person may send: whatever they may not is closed. */
  allow(allowed: Allowed): void {
    this.allowed = allowed;
    for (const kind of KINDS) if (!allowed[kind]) this.letGo(kind);
  }

  close(): void {
    this.begin();
    this.busy = false;
    this.unwatch?.();
    this.unwatch = null;
    for (const kind of KINDS) this.letGo(kind);
    if (this.screen) this.screen.onended = null;
    this.screen?.stop();
    this.screen = null;
  }

  private begin(): number {
    this.generation += 1;
    return this.generation;
  }

  private isMissing(kind: Kind): boolean {
    return this.allowed[kind] && (this[kind] === null || isInterrupted(this.holds[kind]));
  }

  /** Opens one device, in place of the one that was held. */
  private async acquire(kind: Kind): Promise<void> {
    const { generation } = this;
    // Phones open no second camera while the first is held.
    this.drop(kind);
    const { cameraId, microphoneId } = this.choice;
    this.take(kind, kind === 'camera' ? await openCamera(cameraId) : await openMicrophone(microphoneId), generation);
    this.changed(kind);
  }

  private take(kind: Kind, got: Got, generation: number): void {
    // Meanwhile the visit may be over, or the camera switched off again.
    const wanted = this.allowed[kind] && (kind === 'microphone' || this.choice.camera);
    if (generation !== this.generation || !wanted) {
      if ('track' in got) got.track.stop();
      return;
    }
    delete this.problems[kind];
    if ('problem' in got) {
      this.problems[kind] = got.problem;
      this.happens(kind, got.problem === 'absent' || got.problem === 'busy' ? 'failed' : 'refused');
      return;
    }
    this.drop(kind);
    const { track } = got;
    this[kind] = track;
    if (kind === 'microphone') track.enabled = this.choice.microphone;
    const [was, is] = [this.usedIds[kind], idOf(track)];
    this.replaced[kind] = was !== '' && is !== '' && was !== is;
    this.usedIds[kind] = is;
    track.onended = () => this.happens(kind, 'ended');
    track.onmute = () => this.happens(kind, 'muted');
    track.onunmute = () => this.happens(kind, 'unmuted');
    this.happens(kind, 'opened');
    if (track.muted) this.happens(kind, 'muted');
  }

  private letGo(kind: Kind): void {
    this.drop(kind);
    this.happens(kind, 'off');
  }

  private drop(kind: Kind): void {
    const track = this[kind];
    this[kind] = null;
    if (!track) return;
    track.onended = track.onmute = track.onunmute = null;
    track.stop();
  }

  private happens(kind: Kind, event: HoldEvent): void {
    const now = performance.now();
    const before = isInterrupted(this.holds[kind]);
    const { hold, reopen } = stepHold(this.holds[kind], event, now);
    this.holds[kind] = hold;
    clearTimeout(this.timers[kind]);
    const due = dueAt(hold);
    if (due !== null) this.timers[kind] = setTimeout(() => this.happens(kind, 'tick'), Math.max(0, due - now));
    if (reopen) void this.acquire(kind);
    const interrupted = isInterrupted(hold);
    if (interrupted === before) return;
    if (interrupted) this.problems[kind] = 'interrupted';
    else if (this.problems[kind] === 'interrupted') delete this.problems[kind];
    this.changed(kind);
  }

  /** What happens around the devices, for as long as they are wanted. */
  private watch(): () => void {
    const shown = () => {
      if (!document.hidden && !this.busy) for (const kind of KINDS) this.happens(kind, 'shown');
    };
    document.addEventListener('visibilitychange', shown);
    const unwatchDevices = onDevices(() => void this.devicesChanged());
    return () => {
      document.removeEventListener('visibilitychange', shown);
      unwatchDevices();
    };
  }

  private async devicesChanged(): Promise<void> {
    const { generation } = this;
    const { cameras, microphones } = await listDevices();
    if (generation !== this.generation || this.busy) return;
    for (const kind of KINDS) {
      const present = (kind === 'camera' ? cameras : microphones).map(({ deviceId }) => deviceId);
      // Not every browser says of a track that its device was pulled out.
      this.happens(kind, isGone(idOf(this[kind]), present) ? 'ended' : 'devices');
    }
  }
}
