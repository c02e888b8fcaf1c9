// How loud the person is. In: the microphone. Out: a bar that moves. Never: records or sends.
import { useEffect, useRef } from 'preact/hooks';

/** A calm voice at arm's length fills about two thirds of the bar. */
const FULL_SCALE = 0.12;

export function Level({ microphone, label }: { microphone: MediaStreamTrack | null; label: string }) {
  const bar = useRef<HTMLDivElement>(null);
  useEffect(() => (microphone && bar.current ? measure(microphone, bar.current) : undefined), [microphone]);
  return (
    <div class="level" role="meter" aria-label={label} aria-valuemin={0} aria-valuemax={100} aria-valuenow={0} ref={bar}>
      <div class="level-bar" />
    </div>
  );
}

function measure(microphone: MediaStreamTrack, meter: HTMLDivElement): () => void {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 1024;
  context.createMediaStreamSource(new MediaStream([microphone])).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const bar = meter.firstElementChild as HTMLElement;
  let smooth = 0;
  let frame = 0;
  const draw = () => {
    analyser.getFloatTimeDomainData(samples);
    const level = Math.min(1, loudness(samples) / FULL_SCALE);
    smooth = Math.max(level, smooth * 0.9);
    bar.style.transform = `scaleX(${smooth.toFixed(3)})`;
    meter.setAttribute('aria-valuenow', String(Math.round(smooth * 100)));
    frame = requestAnimationFrame(draw);
  };
  draw();
  return () => {
    cancelAnimationFrame(frame);
    void context.close();
  };
}

/** Root mean square. */
export function loudness(samples: Float32Array): number {
  if (samples.length === 0) return 0;
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  return Math.sqrt(sum / samples.length);
}
