// One person, or one shared screen, on the stage. In: a picture as `slots.ts` made it. Out: a figure with name and marks. Never: the own picture.
import { useEffect, useRef } from 'preact/hooks';
import type { Picture } from '../sdk';
import type { Words } from '../words';
import { Icon } from './icon';
import type { ShownPictures } from './shown';
import { Video } from './video';

type Props = { picture: Picture; stream: MediaStream | null; shown: ShownPictures; words: Words };

export function Tile({ picture, stream, shown, words }: Props) {
  const box = useRef<HTMLElement>(null);
  const { person, source } = picture;
  const on = person.sources[source];
  useEffect(() => {
    const element = box.current;
    if (!element || !on) return undefined;
    shown.add(element, { participant: person.participant, source });
    return () => shown.remove(element);
  }, [on, person.participant, source]);
  const paused = on && picture.delivery?.given === null && picture.delivery.cause === 'your_line';
  const isScreen = source === 'screen';
  const label = isScreen ? words.live.screen(person.display_name) : words.live.picture(person.display_name);
  return (
    <figure ref={box} class={`tile ${source}`} data-participant={person.participant} data-source={source}
      data-speaking={picture.speaking} data-paused={paused} data-away={person.presence === 'reconnecting'}>
      {isScreen ? null : <div class="initials" aria-hidden="true">{initials(person.display_name)}</div>}
      {on && stream ? <Video stream={stream} label={label} onFirstFrame={markFirstFrame} /> : null}
      <figcaption>
        <span class="name">{isScreen ? words.live.screenOf(person.display_name) : person.display_name}</span>
        {isScreen ? null : <span class="role">{words.role[person.role]}</span>}
        {isScreen ? null : <Marks picture={picture} words={words} />}
        {paused ? <span class="mark lasting">{words.live.paused}</span> : null}
      </figcaption>
    </figure>
  );
}

function Marks({ picture, words }: { picture: Picture; words: Words }) {
  const { sources, presence } = picture.person;
  return (
    <>
      {presence === 'reconnecting' ? <span class="mark">{words.presence.reconnecting}</span> : null}
      {sources.microphone ? null : <span class="mark"><Icon name="microphone_off" />{words.live.muted}</span>}
      {sources.camera ? null : <span class="mark"><Icon name="camera_off" />{words.live.cameraOff}</span>}
      {picture.speaking ? <span class="unseen">{words.live.speaking}</span> : null}
    </>
  );
}

/** The first sight of anybody, for those who measure how long joining takes. */
function markFirstFrame(): void {
  if (performance.getEntriesByName('bedside:first-frame').length === 0) performance.mark('bedside:first-frame');
}

/** First letters of the first and the last name. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/).filter((word) => /\p{L}/u.test(word));
  const letters = [words[0], words.length > 1 ? words[words.length - 1] : undefined].map((word) => [...(word ?? '')].find((letter) => /\p{L}/u.test(letter)) ?? '');
  return letters.join('').toLocaleUpperCase();
}
