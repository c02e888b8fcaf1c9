// The voices. In: the bound audio lines, how loud each is to be heard. Out: one audio element each, a mixer where levels matter, and a button where the browser holds sound back. Never: a picture.
import { useEffect, useRef, useState } from 'preact/hooks';
import { Mixer, type Out, type Voice } from '../sdk';
import type { Words } from '../words';
import { Icon } from './icon';

type Props = {
  voices: Voice[]; streamOf: (mid: string) => MediaStream | null; speakerId: string; words: Words;
  /** Whether levels may come to matter; until then the browser plays the voices by itself. */
  mixes: boolean;
  gainOf: (participant: string) => number;
};

export function Sound({ voices, streamOf, speakerId, words, mixes, gainOf }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const [held, setHeld] = useState(false);
  const mixer = useMixer(mixes);
  useEffect(() => {
    mixer?.speaker(speakerId);
  }, [mixer, speakerId]);
  const hear = () => {
    setHeld(false);
    for (const audio of box.current?.querySelectorAll('audio') ?? []) audio.play().catch(() => setHeld(true));
  };
  return (
    <div ref={box}>
      {voices.map((voice) => (
        <VoiceOut key={`${voice.mid}/${voice.participant}`} stream={streamOf(voice.mid)} speakerId={speakerId} onHeld={() => setHeld(true)}
          mixer={mixer} gain={gainOf(voice.participant)} />
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

/** A mixer while sound comes out of it. Once there is one it stays: to change the way of a voice is to be heard. */
function useMixer(mixes: boolean): Mixer | null {
  const [wanted, want] = useState(mixes);
  const [mixer, setMixer] = useState<Mixer | null>(null);
  if (mixes && !wanted) want(true);
  useEffect(() => {
    if (!wanted) return undefined;
    const made: Mixer = new Mixer((runs) => queueMicrotask(() => setMixer(runs ? made : null)));
    return () => made.close();
  }, [wanted]);
  return mixer;
}

type VoiceProps = { stream: MediaStream | null; speakerId: string; onHeld: () => void; mixer: Mixer | null; gain: number };

function VoiceOut({ stream, speakerId, onHeld, mixer, gain }: VoiceProps) {
  const ref = useRef<HTMLAudioElement>(null);
  const out = useRef<Out | null>(null);
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
    if (ref.current && 'setSinkId' in ref.current) ref.current.setSinkId(speakerId).catch(() => undefined);
  }, [speakerId]);
  useEffect(() => {
    if (!mixer || !stream) return undefined;
    const playing = mixer.play(stream, gain);
    out.current = playing;
    return () => {
      out.current = null;
      playing.stop();
    };
  }, [mixer, stream]);
  useEffect(() => {
    out.current?.set(gain);
    // Without a mixer as well as the browser can: a phone plays it as loud as ever.
    if (ref.current) ref.current.volume = gain;
  }, [gain]);
  return <audio ref={ref} autoPlay muted={mixer !== null} />;
}
