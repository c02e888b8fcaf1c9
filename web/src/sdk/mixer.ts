// The voices, each as loud as it is to be heard.
// In: streams and gains. Out: sound, by ramps; whether the browser lets it out.
// Never: a jump. A phone ignores how loud an audio element is set, so each voice has a gain of its own here.
import { audible, RAMP_S, type Ramp, still, towards, valueAt } from './ramp';

/** A ramp begins this much later than asked for, so that the sound thread has it before it begins. */
const AHEAD_S = 0.02;

/** What TypeScript does not know of every browser. */
type WithSink = AudioContext & { setSinkId?: (id: string) => Promise<void> };

export class Mixer {
  private readonly context: WithSink = new AudioContext({ latencyHint: 'interactive' });
  private readonly wake = () => void this.context.resume().catch(() => undefined);

  /** `changed` is told whether sound comes out, each time that changes. */
  constructor(private readonly changed: (runs: boolean) => void) {
    this.context.onstatechange = () => this.tell();
    // A browser may hold sound back until the page is touched, and a phone takes it away for a call.
    for (const event of ['pointerdown', 'keydown'] as const) document.addEventListener(event, this.wake);
    document.addEventListener('visibilitychange', this.wake);
    this.wake();
    this.tell();
  }

  /** Plays a voice. Chromium hears a remote one only while an audio element has it too; the page keeps that, muted. */
  play(stream: MediaStream, gain: number): Out {
    return new Out(this.context, stream, gain);
  }

  /** The loudspeaker; where it cannot be chosen or is gone, the usual one. */
  speaker(id: string): void {
    void this.context.setSinkId?.(id).catch(() => undefined);
  }

  close(): void {
    this.context.onstatechange = null;
    for (const event of ['pointerdown', 'keydown'] as const) document.removeEventListener(event, this.wake);
    document.removeEventListener('visibilitychange', this.wake);
    void this.context.close();
  }

  private tell(): void {
    this.changed(this.context.state === 'running');
  }
}

/** One voice in the mix. */
export class Out {
  private readonly source: MediaStreamAudioSourceNode;
  private readonly node: GainNode;
  private ramp: Ramp;

  constructor(private readonly context: AudioContext, stream: MediaStream, gain: number) {
    this.source = context.createMediaStreamSource(stream);
    this.node = context.createGain();
    this.node.gain.value = gain;
    this.ramp = still(gain);
    this.source.connect(this.node).connect(context.destination);
  }

  set(gain: number): void {
    if (gain === this.ramp.to) return;
    const nowS = this.context.currentTime;
    const startS = nowS + AHEAD_S;
    const before = this.ramp;
    this.ramp = towards(before, gain, startS);
    const { gain: value } = this.node;
    // To cancel a ramp is to jump back to its beginning: the old way is said again as far as it is gone.
    value.cancelScheduledValues(nowS);
    value.setValueAtTime(audible(valueAt(before, nowS)), nowS);
    value.exponentialRampToValueAtTime(audible(this.ramp.from), startS);
    value.exponentialRampToValueAtTime(audible(gain), startS + RAMP_S);
    value.setValueAtTime(gain, startS + RAMP_S);
  }

  stop(): void {
    this.source.disconnect();
    this.node.disconnect();
  }
}
