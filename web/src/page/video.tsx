// One moving picture. In: a stream. Out: a video element, and a word when its first frame is seen. Never: sound.
import { useEffect, useRef, useState } from 'preact/hooks';

type Props = {
  stream: MediaStream | null;
  label: string;
  mirrored?: boolean;
  onFirstFrame?: () => void;
};

export function Video({ stream, label, mirrored = false, onFirstFrame }: Props) {
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
