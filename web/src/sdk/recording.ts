// A film as it is recorded in the page.
// In: the own camera or screen and microphone. Out: the film, whole, with its length, and such that one can seek in it.
// Never: anybody else's voice or picture; a device whose light stays on afterwards.
import type { Capture } from './capture';
import { seekable } from './webm';

export type Source = 'camera' | 'screen';
export type Recorded = { film: Blob; lengthMs: number };

/** Half an hour at this rate stays under what the server takes. */
const BITS = { video: 750_000, audio: 64_000 };
const LENGTH_MAX_MS = 30 * 60_000;
/** So often a film can be begun from: where somebody comes late, or staff seeks. */
const KEY_EVERY_MS = 2_000;
/** What is recorded is handed over so often, so that a page that is closed has not gathered it all in one place. */
const SLICE_MS = 1_000;
const KINDS = ['video/webm;codecs=vp8,opus', 'video/webm', 'video/mp4'];

type Options = MediaRecorderOptions & { videoKeyFrameIntervalDuration: number };

export class Recording {
  private readonly slices: Blob[] = [];
  private readonly begun = performance.now();
  private ended: number | null = null;
  private readonly timer: ReturnType<typeof setTimeout>;

  private constructor(readonly stream: MediaStream, private readonly recorder: MediaRecorder, done: (recorded: Recorded) => void) {
    recorder.ondataavailable = ({ data }) => this.slices.push(data);
    recorder.onstop = () => void this.whole(recorder.mimeType).then(done);
    for (const track of stream.getVideoTracks()) track.onended = () => this.stop();
    recorder.start(SLICE_MS);
    this.timer = setTimeout(() => this.stop(), LENGTH_MAX_MS);
  }

  static async begin(source: Source, capture: Capture, done: (recorded: Recorded) => void): Promise<Recording> {
    const tracks: MediaStreamTrack[] = [];
    try {
      tracks.push(await picture(source, capture), await voice(capture));
      const stream = new MediaStream(tracks);
      const kind = KINDS.find((each) => MediaRecorder.isTypeSupported(each));
      const options: Options = {
        videoBitsPerSecond: BITS.video, audioBitsPerSecond: BITS.audio, videoKeyFrameIntervalDuration: KEY_EVERY_MS, ...(kind ? { mimeType: kind } : {}),
      };
      return new Recording(stream, new MediaRecorder(stream, options), done);
    } catch (problem) {
      for (const track of tracks) track.stop();
      throw problem;
    }
  }

  get lengthMs(): number {
    return (this.ended ?? performance.now()) - this.begun;
  }

  stop(): void {
    if (this.recorder.state !== 'inactive') this.recorder.stop();
    this.rest();
  }

  /** The page goes on without it. */
  cancel(): void {
    this.recorder.onstop = null;
    this.stop();
  }

  private rest(): void {
    clearTimeout(this.timer);
    if (this.ended === null) this.ended = performance.now();
    for (const track of this.stream.getTracks()) track.stop();
  }

  private async whole(kind: string): Promise<Recorded> {
    this.rest();
    const type = kind.split(';')[0] ?? '';
    const film = new Blob(this.slices, { type });
    const { lengthMs } = this;
    const better = seekable(new Uint8Array(await film.arrayBuffer()));
    return better ? { film: new Blob(better.bytes, { type }), lengthMs: better.lengthMs } : { film, lengthMs };
  }
}

/** The visit's own camera where it is on, as a copy that can be stopped by itself. */
async function picture(source: Source, { camera }: Capture): Promise<MediaStreamTrack> {
  if (source === 'camera' && camera) return camera.clone();
  const wanted = source === 'screen' ? navigator.mediaDevices.getDisplayMedia({ video: { frameRate: 15 } })
    : navigator.mediaDevices.getUserMedia({ video: { width: 640, height: 360 } });
  return first((await wanted).getVideoTracks());
}

/** Also when muted in the visit: here the microphone is on. */
async function voice({ microphone }: Capture): Promise<MediaStreamTrack> {
  const track = microphone ? microphone.clone() : first((await navigator.mediaDevices.getUserMedia({ audio: true })).getAudioTracks());
  track.enabled = true;
  return track;
}

function first(tracks: MediaStreamTrack[]): MediaStreamTrack {
  const [track] = tracks;
  if (!track) throw new Error('no device');
  return track;
}
