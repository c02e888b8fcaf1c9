// How one picture is looked at: large, and as somebody's signing. In: a picture. Out: presses. Never: a picture of its own; the words stand below, where also a small tile has room.
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Picture } from '../sdk';
import type { Words } from '../words';
import { Icon, type IconName } from './icon';
import { drawn, type Looks, withPinned, withSigning } from './looks';

export type LookProps = {
  picture: Picture; looks: Looks; signers: readonly string[]; alone: boolean; words: Words;
  look: (looks: Looks) => void; close: () => void;
};

export function Look({ picture, looks, signers, alone, words, look, close }: LookProps) {
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
