// What the parts of the desk share. In: words, trouble, a secret. Out: a sentence, a list's standing, a line to copy from. Never: a secret shown a second time.
import { useRef, useState } from 'preact/hooks';
import { moment } from '../words';
import type { Api, Trouble } from './api';
import type { Desk } from './desk';
import type { Looked } from './looked';
import type { Both } from './words';

export type PartProps = { desk: Desk; api: Api; words: Both };

export function Wrong({ trouble, words }: { trouble: Trouble | null; words: Both }) {
  return trouble ? <p class="problem" role="alert">{words.desk.trouble[trouble]}</p> : null;
}

/** How old what is shown is, and the way to look at once. */
export function Standing<T>({ looked, words }: { looked: Looked<T>; words: Both }) {
  const { desk, page } = words;
  const time = looked.at === 0 ? '' : moment(page, new Date(looked.at).toISOString());
  const text = time === '' ? desk.look.reading : looked.trouble ? desk.look.stale(time) : desk.look.at(time);
  return (
    <div class="standing">
      <p class="hint">{text}</p>
      <button type="button" class="button small" onClick={looked.again}>{desk.look.again}</button>
      <Wrong trouble={looked.trouble} words={words} />
    </div>
  );
}

type OnceProps = { label: string; text: string; words: Both; close: () => void };

/** A secret, in the one answer that holds it. */
export function Once({ label, text, words, close }: OnceProps) {
  const field = useRef<HTMLInputElement>(null);
  const [copied, setCopied] = useState(false);
  const copy = () => {
    // Where the browser gives no clipboard, the marked text can be copied by hand.
    field.current?.select();
    void navigator.clipboard?.writeText(text).then(() => setCopied(true), () => undefined);
  };
  return (
    <section class="card link" aria-label={label}>
      <h2>{label}</h2>
      <p class="hint">{words.desk.keys.once}</p>
      <input ref={field} readOnly value={text} aria-label={label} dir="ltr" />
      <div class="ask-buttons">
        <button type="button" class="button main" onClick={copy}>{words.desk.copy.button}</button>
        <button type="button" class="button" onClick={close}>{words.desk.copy.close}</button>
      </div>
      <p role="status">{copied ? words.desk.copy.done : ''}</p>
    </section>
  );
}
