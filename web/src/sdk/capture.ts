// The person's own microphone, camera and screen: the one owner of these tracks.
// In: what the person switches. Out: the tracks, what is on, what is wrong.
// Never: sends anything; the light of a camera that is switched off goes out, and none goes on after `close`.
import type { Source, Sources } from '../protocol';
import { type DeviceProblem, type Got, openBoth, openCamera, openMicrophone, openScreen } from './devices';

export type Choice = { cameraId: string; microphoneId: string; camera: boolean; microphone: boolean };

export const FIRST_CHOICE: Choice = { cameraId: '', microphoneId: '', camera: true, microphone: true };

/** Where a person does not send, no device is opened and no light goes on. */
export type Allowed = { camera: boolean; microphone: boolean };

export class Capture {
  choice: Choice;
  camera: MediaStreamTrack | null = null;
  microphone: MediaStreamTrack | null = null;
  screen: MediaStreamTrack | null = null;
  problems: Partial<Record<'camera' | 'microphone', DeviceProblem>> = {};
  /** Devices are being opened. */
  busy = false;
  private allowed: Allowed = { camera: true, microphone: true };
  /** Goes up with each `open` and `close`: a device asked for before that and given after it is let go. */
  private generation = 0;

  constructor(choice: Choice, private readonly changed: (source: Source | null) => void) {
    this.choice = { ...choice };
  }

  /** What the others can see and hear now. */
  get sources(): Sources {
    return {
      microphone: this.microphone !== null && this.microphone.enabled,
      camera: this.camera !== null,
      screen: this.screen !== null,
    };
  }

  /** Opens what the person has chosen, as far as they are allowed to send; asks once for both where both are wanted. */
  async open(): Promise<void> {
    const generation = this.begin();
    this.busy = true;
    this.changed(null);
    const { cameraId, microphoneId, camera, microphone } = this.choice;
    if (camera && microphone) {
      const both = await openBoth(cameraId, microphoneId);
      this.takeCamera(both.camera, generation);
      this.takeMicrophone(both.microphone, generation);
    } else {
      // The microphone is opened also when muted: unmuting then needs no second question.
      this.takeMicrophone(await openMicrophone(microphoneId), generation);
      if (camera && generation === this.generation) this.takeCamera(await openCamera(cameraId), generation);
    }
    if (generation !== this.generation) return;
    this.busy = false;
    this.changed(null);
  }

  async switchCamera(on: boolean): Promise<void> {
    const { generation } = this;
    this.choice.camera = on;
    if (!on) {
      this.camera?.stop();
      this.camera = null;
    } else if (!this.camera && this.allowed.camera) {
      this.takeCamera(await openCamera(this.choice.cameraId), generation);
    }
    this.changed('camera');
  }

  async switchMicrophone(on: boolean): Promise<void> {
    const { generation } = this;
    this.choice.microphone = on;
    if (on && !this.microphone && this.allowed.microphone) {
      this.takeMicrophone(await openMicrophone(this.choice.microphoneId), generation);
    }
    if (this.microphone) this.microphone.enabled = on;
    this.changed('microphone');
  }

  /** Nothing is sent while somebody coughs. What they have chosen stays: it holds again when they let go. */
  cough(coughs: boolean): void {
    if (!this.microphone) return;
    this.microphone.enabled = !coughs && this.choice.microphone;
    this.changed('microphone');
  }

  async chooseCamera(id: string): Promise<void> {
    const { generation } = this;
    this.choice.cameraId = id;
    this.choice.camera = true;
    // Phones open no second camera while the first is held.
    this.camera?.stop();
    this.camera = null;
    this.takeCamera(await openCamera(id), generation);
    this.changed('camera');
  }

  async chooseMicrophone(id: string): Promise<void> {
    const { generation } = this;
    this.choice.microphoneId = id;
    this.microphone?.stop();
    this.microphone = null;
    this.takeMicrophone(await openMicrophone(id), generation);
    this.changed('microphone');
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
    if (!allowed.camera) this.camera?.stop();
    if (!allowed.camera) this.camera = null;
    if (!allowed.microphone) this.microphone?.stop();
    if (!allowed.microphone) this.microphone = null;
  }

  close(): void {
    this.begin();
    this.busy = false;
    for (const track of [this.camera, this.microphone, this.screen]) {
      if (track) track.onended = null;
      track?.stop();
    }
    this.camera = null;
    this.microphone = null;
    this.screen = null;
  }

  private begin(): number {
    this.generation += 1;
    return this.generation;
  }

  private takeCamera(got: Got, generation: number): void {
    if (generation !== this.generation) return letGo(got);
    delete this.problems.camera;
    if ('problem' in got) {
      this.problems.camera = got.problem;
      return;
    }
    if (!this.allowed.camera) return got.track.stop();
    this.camera?.stop();
    this.camera = got.track;
    got.track.onended = () => {
      // Unplugged, or taken away by the system (a telephone call does that).
      this.camera = null;
      this.problems.camera = 'absent';
      this.changed('camera');
    };
  }

  private takeMicrophone(got: Got, generation: number): void {
    if (generation !== this.generation) return letGo(got);
    delete this.problems.microphone;
    if ('problem' in got) {
      this.problems.microphone = got.problem;
      return;
    }
    if (!this.allowed.microphone) return got.track.stop();
    this.microphone?.stop();
    this.microphone = got.track;
    got.track.enabled = this.choice.microphone;
    got.track.onended = () => {
      this.microphone = null;
      this.problems.microphone = 'absent';
      this.changed('microphone');
    };
  }
}

function letGo(got: Got): void {
  if ('track' in got) got.track.stop();
}
