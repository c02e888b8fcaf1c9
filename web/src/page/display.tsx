// Language and display: how somebody reads best, before and during the visit. In: the settings. Out: presses, in effect at once. Never: a language under another name than its own.
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { nativeName, TONGUES, type Words } from '../words';
import { Icon } from './icon';
import type { Journey } from './journey';
import { CONTRASTS, LIGHTS, TEXT_SIZES } from './settings';

/** Whoever keeps the settings: a visit, or the desk. */
export type Look = Pick<Journey, 'settings' | 'set'>;

type Props = { journey: Look; words: Words };

/** Each language by its own name, readable to whoever reads it. */
export function Languages({ journey, words }: Props) {
  return (
    <div class="languages" role="group" aria-label={words.display.language}>
      <Icon name="globe" />
      {TONGUES.map((tongue) => (
        <button type="button" key={tongue} class="button choice" lang={tongue} dir="auto" aria-pressed={tongue === words.tag}
          onClick={() => journey.set({ language: tongue })}>{nativeName(tongue)}</button>
      ))}
    </div>
  );
}

type ChoicesProps<T extends string> = { label: string; chosen: T; all: readonly T[]; text: Record<T, string>; choose: (value: T) => void };

export function Choices<T extends string>({ label, chosen, all, text, choose }: ChoicesProps<T>) {
  const id = useId();
  return (
    <div class="choices" role="group" aria-labelledby={id}>
      <p class="label" id={id}>{label}</p>
      <div class="acts">
        {all.map((value) => (
          <button type="button" key={value} class="button choice" aria-pressed={value === chosen} onClick={() => choose(value)}>
            {value === chosen ? <Icon name="check" /> : null}{text[value]}
          </button>
        ))}
      </div>
    </div>
  );
}

function Looks({ journey, words }: Props) {
  const { text, contrast, light } = journey.settings;
  return (
    <>
      <Choices label={words.display.text} chosen={text} all={TEXT_SIZES} text={words.textSize} choose={(value) => journey.set({ text: value })} />
      <Choices label={words.display.light} chosen={light} all={LIGHTS} text={words.light} choose={(value) => journey.set({ light: value })} />
      <Choices label={words.display.contrast} chosen={contrast} all={CONTRASTS} text={words.contrast}
        choose={(value) => journey.set({ contrast: value })} />
    </>
  );
}

/** The head of a quiet screen. `first`: the languages are what is seen first; otherwise they are one press away. */
export function Head({ journey, words, first = false }: Props & { first?: boolean }) {
  const [open, setOpen] = useState(false);
  return (
    <div class="head">
      {first ? <Languages journey={journey} words={words} /> : null}
      <button type="button" class="button small" aria-expanded={open} onClick={() => setOpen(!open)}>
        <Icon name={first ? 'letters' : 'globe'} />{first ? words.display.title : words.display.open}
      </button>
      {open ? (
        <div class="card">
          {first ? null : <Languages journey={journey} words={words} />}
          <Looks journey={journey} words={words} />
        </div>
      ) : null}
    </div>
  );
}

/** Beside or over the stage, as the list of people. */
export function DisplayPanel({ journey, words, close, children }: Props & { close: () => void; children: ComponentChildren }) {
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus(), []);
  return (
    <aside class="people" aria-label={words.display.open}>
      <div class="people-head">
        <h2 ref={title} tabIndex={-1}>{words.display.title}</h2>
        <button type="button" class="button small" onClick={close}><Icon name="close" />{words.people.close}</button>
      </div>
      {children}
      <Languages journey={journey} words={words} />
      <Looks journey={journey} words={words} />
    </aside>
  );
}
