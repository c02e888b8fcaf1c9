// The voices. In: the bound audio lines. Out: one audio element each, and a button where the browser holds sound back. Never: a picture.
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Voice } from '../sdk';
import type { Words } from '../words';
import { Icon } from './icon';

type Props = { voices: Voice[]; streamOf: (mid: string) => MediaStream | null; speakerId: string; words: Words };

export function Sound({ voices, streamOf, speakerId, words }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const [held, setHeld] = useState(false);
  const hear = () => {
    setHeld(false);
    for (const audio of box.current?.querySelectorAll('audio') ?? []) audio.play().catch(() => setHeld(true));
  };
  return (
    <div ref={box}>
      {voices.map((voice) => (
        <VoiceOut key={`${voice.mid}/${voice.participant}`} stream={streamOf(voice.mid)} speakerId={speakerId} onHeld={() => setHeld(true)} />
      ))}
      {held ? (
        <div class="banner" role="alert">
          <p>{words.live.hearText}</p>
          <button type="button" class="button main" onClick={hear}><Icon name="sound" />{words.live.hear}</button>
        </div>
      ) : null}
    </div>
  );
}

function VoiceOut({ stream, speakerId, onHeld }: { stream: MediaStream | null; speakerId: string; onHeld: () => void }) {
  const ref = useRef<HTMLAudioElement>(null);
  useEffect(() => {
    const audio = ref.current;
    if (!audio) return;
    audio.srcObject = stream;
    audio.play().catch((error: unknown) => {
      if (error instanceof Error && error.name === 'NotAllowedError') onHeld();
    });
  }, [stream]);
  useEffect(() => {
    // A loudspeaker that was unplugged meanwhile: the usual one goes on.
    if (speakerId && ref.current && 'setSinkId' in ref.current) ref.current.setSinkId(speakerId).catch(() => undefined);
  }, [speakerId]);
  return <audio ref={ref} autoPlay />;
}
