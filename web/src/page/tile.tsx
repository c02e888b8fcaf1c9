// One person, or one shared screen, on the stage. In: a picture as `slots.ts` made it. Out: a figure with name and marks. Never: the own picture.
import { useEffect, useRef, useState } from 'preact/hooks';
import { type Picture, stepAndReason, type Trouble, trouble } from '../sdk';
import type { Words } from '../words';
import { Icon } from './icon';
import { useLasting } from './lasting';
import type { ShownPictures } from './shown';
import { Video } from './video';

/** A picture that stands still for a moment is not worth a word. */
export const TROUBLE_MS = 2_000;

/** How the person looks at it, and the way to change that. */
type View = { pinned: boolean; signing: boolean; open: boolean; toggle: () => void };
type Props = { picture: Picture; stream: MediaStream | null; shown: ShownPictures; view: View; words: Words };

export function Tile({ picture, stream, shown, view, words }: Props) {
  const box = useRef<HTMLElement>(null);
  const { person, source } = picture;
  const { pinned, signing } = view;
  const on = person.sources[source];
  useEffect(() => {
    const element = box.current;
    if (!element || !on) return undefined;
    shown.add(element, { participant: person.participant, source, pinned, signing });
    return () => shown.remove(element);
  }, [on, person.participant, source, pinned, signing]);
  const isScreen = source === 'screen';
  const [stands, setStands] = useState(false);
  // A screen moves only when somebody moves something on it.
  const told = useLasting(on ? trouble(picture.delivery, stands && !isScreen) : '', TROUBLE_MS);
  const label = isScreen ? words.live.screen(person.display_name) : words.live.picture(person.display_name);
  return (
    <figure ref={box} class={`tile ${source}`} data-participant={person.participant} data-source={source}
      data-speaking={picture.speaking} data-step={told ? stepAndReason(told)[0] : 'full'} data-away={person.presence === 'reconnecting'} data-signing={signing}>
      {isScreen ? null : <div class="initials" aria-hidden="true">{initials(person.display_name)}</div>}
      {on && stream ? <Video stream={stream} label={label} onFirstFrame={markFirstFrame} onStands={setStands} /> : null}
      {on ? <LookButton picture={picture} view={view} words={words} /> : null}
      <figcaption>
        <span class="line">
          <span class="name">{isScreen ? words.live.screenOf(person.display_name) : <bdi>{person.display_name}</bdi>}</span>
          {isScreen ? null : <span class="role">{words.role[person.role]}</span>}
          {isScreen ? null : <Marks picture={picture} words={words} />}
          {signing ? <span class="mark">{words.look.signing}</span> : null}
        </span>
        {told ? <Why told={told} isScreen={isScreen} words={words} /> : null}
      </figcaption>
    </figure>
  );
}

/** The whole tile is the button: a trembling finger does not miss it. */
function LookButton({ picture, view, words }: { picture: Picture; view: View; words: Words }) {
  const { key, person, source } = picture;
  const name = source === 'screen' ? words.look.ofScreen(person.display_name) : words.look.of(person.display_name);
  return (
    <button type="button" class="look-at" data-look={key} aria-label={name} aria-expanded={view.open} onClick={view.toggle}>
      <span><Icon name="view" />{words.look.open}</span>
    </button>
  );
}

/** What is happening, and on a tile with room for it why. */
function Why({ told, isScreen, words }: { told: Trouble; isScreen: boolean; words: Words }) {
  const [step, reason] = stepAndReason(told);
  return (
    <span class="why">
      <span>{isScreen ? words.screenStep[step] : words.pictureStep[step]}</span>
      {' '}
      <span class="because">{words.because[reason]}</span>
    </span>
  );
}

function Marks({ picture, words }: { picture: Picture; words: Words }) {
  const { sources, presence, apart, in_sidebar: confers } = picture.person;
  return (
    <>
      {apart ? <span class="mark">{words.apartMark[apart]}</span> : null}
      {confers ? <span class="mark">{words.people.confers}</span> : null}
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

/** Letters that would join into a word. */
const JOINING = /[\p{Script=Arabic}\p{Script=Syriac}]/u;

/** First letters of the first and the last name. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/).filter((word) => /\p{L}/u.test(word));
  const letters = [words[0], words.length > 1 ? words[words.length - 1] : undefined].map((word) => [...(word ?? '')].find((letter) => /\p{L}/u.test(letter)) ?? '');
  return letters.filter(Boolean).join(JOINING.test(letters.join('')) ? ' ' : '').toLocaleUpperCase();
}
