// A camera and a microphone that clap, and whose own skew is known. In: the size of the picture. Out: tracks whose flash and beep begin in the same chunk of the same count. Never: a device, a mixer, or two clocks.
import type { Camera } from './browser';

/** What TypeScript does not know of Chromium: a track that the page itself writes. */
type Written<T> = MediaStreamTrack & { readonly writable: WritableStream<T> };
type Generator = new <T>(init: { kind: 'audio' | 'video' }) => Written<T>;

/**
 * Runs in the page before anything of it. Self-contained: it is sent there as text.
 *
 * Flash and beep are written by one task, one after the other, and bear the same moment. Sound is
 * counted in chunks of ten milliseconds; after the page has stood still the chunks that are due go
 * out together, and a clap begins with the last of them, which is the one of now. So the source's
 * own skew is less than a chunk, however loaded the machine is.
 *
 * What bears the moment it is written is never late by itself. Chromium dates a track's data by
 * how late it came so far; data dated by the count would, after one standstill of the page, be
 * reported up to a third of a second wrong ever after.
 */
export function installClaps({ width, height }: Camera): void {
  const CHUNK_MS = 10;
  const CHUNK_SAMPLES = 480;
  const RATE = 48_000;
  const PICTURE_CHUNKS = 4;
  /** One clap every two seconds, a fifth of a second long. */
  const CLAP_CHUNKS = 200;
  const LOUD_CHUNKS = 20;
  const TONE_HZ = 1_000;
  const [BLACK, GREY, WHITE] = [16, 120, 235];

  const chunk = (timestamp: number, isLoud: boolean): AudioData => {
    const data = new Float32Array(CHUNK_SAMPLES);
    if (isLoud) data.forEach((_, at) => (data[at] = 0.5 * Math.sin((2 * Math.PI * TONE_HZ * at) / RATE)));
    return new AudioData({ format: 'f32', sampleRate: RATE, numberOfChannels: 1, numberOfFrames: CHUNK_SAMPLES, timestamp, data });
  };
  const picture = (timestamp: number, isLoud: boolean, number: number): VideoFrame => {
    const luma = width * height;
    const data = new Uint8Array((luma * 3) / 2).fill(128, luma).fill(isLoud ? WHITE : BLACK, 0, luma);
    // Something always moves.
    const left = (number * 2) % (width - 16);
    for (let row = height - 8; row < height; row += 1) data.fill(GREY, row * width + left, row * width + left + 16);
    return new VideoFrame(data, { format: 'I420', codedWidth: width, codedHeight: height, timestamp });
  };

  let tracks: { tone: MediaStreamTrack; picture: MediaStreamTrack } | null = null;
  function begin() {
    const Generator = (window as unknown as { MediaStreamTrackGenerator: Generator }).MediaStreamTrackGenerator;
    const [tone, camera] = [new Generator<AudioData>({ kind: 'audio' }), new Generator<VideoFrame>({ kind: 'video' })];
    const [ears, eyes] = [tone.writable.getWriter(), camera.writable.getWriter()];
    const began = performance.now();
    let [written, pictured, wasLoud] = [0, -PICTURE_CHUNKS, false];
    setInterval(() => {
      const now = performance.now();
      const due = Math.floor((now - began) / CHUNK_MS);
      if (due <= written) return;
      const timestamp = Math.round(now * 1_000);
      for (; written < due - 1; written += 1) void ears.write(chunk(timestamp, wasLoud));
      const isLoud = written % CLAP_CHUNKS < LOUD_CHUNKS;
      if (isLoud !== wasLoud || written - pictured >= PICTURE_CHUNKS) {
        void eyes.write(picture(timestamp, isLoud, written));
        pictured = written;
      }
      void ears.write(chunk(timestamp, isLoud));
      [written, wasLoud] = [written + 1, isLoud];
    }, CHUNK_MS);
    return { tone, picture: camera };
  }

  navigator.mediaDevices.getUserMedia = async (wanted) => {
    tracks ??= begin();
    const stream = new MediaStream();
    if (wanted?.audio) stream.addTrack(tracks.tone.clone());
    if (wanted?.video) stream.addTrack(tracks.picture.clone());
    return stream;
  };
}
