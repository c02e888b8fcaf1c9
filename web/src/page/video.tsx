// One moving picture. In: a stream. Out: a video element, and a word when its first frame is seen and when none comes any more. Never: sound.
import { useEffect, useRef, useState } from 'preact/hooks';

type Props = {
  stream: MediaStream | null;
  label: string;
  mirrored?: boolean;
  onFirstFrame?: () => void;
  /** Whether no frame has come for `STANDS_MS`. */
  onStands?: (stands: boolean) => void;
};

/** A face that has not moved for this long is no face any more, but a photograph. */
const STANDS_MS = 3_000;
const LOOK_EVERY_MS = 1_000;

export function Video({ stream, label, mirrored = false, onFirstFrame, onStands }: Props) {
  const ref = useRef<HTMLVideoElement>(null);
  const [flowing, setFlowing] = useState(false);
  useEffect(() => {
    const video = ref.current;
    if (!video) return undefined;
    setFlowing(false);
    video.srcObject = stream;
    if (!stream) return undefined;
    // A muted picture may always play; a browser that saves power may refuse, and the tile then stays a name.
    video.play().catch(() => undefined);
    return onFrame(video, () => {
      setFlowing(true);
      onFirstFrame?.();
    });
  }, [stream]);
  useEffect(() => (stream && ref.current && onStands ? watchFrames(ref.current, onStands) : undefined), [stream]);
  const classes = ['video', mirrored ? 'mirrored' : '', flowing ? 'flowing' : ''].join(' ');
  return <video ref={ref} class={classes} aria-label={label} autoPlay playsInline muted />;
}

function onFrame(video: HTMLVideoElement, seen: () => void): () => void {
  if ('requestVideoFrameCallback' in video) {
    const handle = video.requestVideoFrameCallback(seen);
    return () => video.cancelVideoFrameCallback(handle);
  }
  const element: HTMLVideoElement = video;
  element.addEventListener('loadeddata', seen, { once: true });
  return () => element.removeEventListener('loadeddata', seen);
}

/** Looks once a second: a callback for each frame would keep an old phone busy. */
function watchFrames(video: HTMLVideoElement, tell: (stands: boolean) => void): () => void {
  let [frames, since, stood] = [-1, performance.now(), false];
  const timer = setInterval(() => {
    const now = video.getVideoPlaybackQuality?.().totalVideoFrames ?? 0;
    // Nothing has been seen yet, or nothing is drawn while nobody looks.
    if (now !== frames || now === 0 || document.hidden) [frames, since] = [now, performance.now()];
    const stands = performance.now() - since >= STANDS_MS;
    if (stands !== stood) tell(stands);
    stood = stands;
  }, LOOK_EVERY_MS);
  return () => {
    clearInterval(timer);
    tell(false);
  };
}
