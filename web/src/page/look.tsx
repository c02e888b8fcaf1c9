// How one picture is looked at: large, and as somebody's signing. In: a picture. Out: presses. Never: a picture of its own; the words stand below, where also a small tile has room.
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Picture } from '../sdk';
import type { Words } from '../words';
import { Icon, type IconName } from './icon';

/** What the person has chosen for the pictures, by their keys: one that is large, or `NONE`; null before any choice. */
export type Looks = { pinned: string | null; signing: Readonly<Record<string, boolean>> };
export const NO_LOOKS: Looks = { pinned: null, signing: {} };
/** No picture has this key. */
const NONE = '';

/** How one picture is drawn. */
export type Drawn = { pinned: boolean; signing: boolean };

/** Whose hands the person reads is drawn large and kept smooth, unless they have chosen otherwise. */
export function drawn({ pinned, signing }: Looks, { key, source, person }: Picture, signers: readonly string[]): Drawn {
  const reads = source === 'camera' && signers.includes(person.participant);
  return { pinned: pinned === null ? reads : pinned === key, signing: signing[key] ?? reads };
}

/** One picture is large at a time, once somebody has chosen; or none. */
export function withPinned(looks: Looks, key: string, pinned: boolean): Looks {
  return { ...looks, pinned: pinned ? key : NONE };
}

export function withSigning(looks: Looks, key: string, signs: boolean): Looks {
  return { ...looks, signing: { ...looks.signing, [key]: signs } };
}

type Props = {
  picture: Picture; looks: Looks; signers: readonly string[]; alone: boolean; words: Words;
  look: (looks: Looks) => void; close: () => void;
};

export function Look({ picture, looks, signers, alone, words, look, close }: Props) {
  const { key, person, source } = picture;
  const { pinned, signing } = drawn(looks, picture, signers);
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = box.current;
    element?.querySelector('button')?.focus();
    return () => {
      if (element?.contains(document.activeElement)) focusOn(key);
    };
  }, []);
  const label = source === 'screen' ? words.look.ofScreen(person.display_name) : words.look.of(person.display_name);
  return (
    <div class="look card" role="dialog" aria-label={label} ref={box} onKeyDown={(event) => event.key === 'Escape' && close()}>
      <p class="name"><bdi>{person.display_name}</bdi></p>
      <div class="look-buttons">
        {alone ? null : (
          <Choice icon="view" text={words.look.large} on={pinned} press={() => look(withPinned(looks, key, !pinned))} />
        )}
        {source === 'screen' ? null : (
          <Choice icon="hand" text={words.look.signing} on={signing} press={() => look(withSigning(looks, key, !signing))} />
        )}
        <button type="button" class="button" onClick={close}>{words.look.done}</button>
      </div>
      {source === 'screen' ? null : <p class="hint">{words.look.signingHint}</p>}
    </div>
  );
}

/** Back to the picture it was about, or to the start of the page if that has gone. */
function focusOn(key: string): void {
  const opener = document.querySelector<HTMLElement>(`[data-look="${CSS.escape(key)}"]`);
  (opener ?? document.querySelector<HTMLElement>('h1'))?.focus();
}

function Choice({ icon, text, on, press }: { icon: IconName; text: string; on: boolean; press: () => void }) {
  return (
    <button type="button" class="button choice" aria-pressed={on} onClick={press}>
      <Icon name={on ? 'check' : icon} />{text}
    </button>
  );
}
