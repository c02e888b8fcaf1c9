// Words to people who wait, in a visit or a whole queue. In: a ready-made sentence or words of staff's own. Out: how many can read it. Never: sent twice by a second press; the same words go under one name until they have arrived.
import { useRef, useState } from 'preact/hooks';
import { Field, Select } from '../page/field';
import { options, readyOf } from '../page/ready';
import { useAsked } from './asked';
import type { NewMessage, Written } from './bodies';
import { type PartProps, Wrong } from './parts';
import type { DeskWords } from './words';

/** As long as the API takes. */
const TEXT_CHARS_MAX = 2_000;
const NAME_BYTES = 16;

/** `to`: where the API takes the words. `label`: what the button says, and what it says to those who hear it. */
type Props = PartProps & { to: string; label: { seen: string; heard: string } };

export function Write({ to, label, desk, api, words }: Props) {
  const [open, setOpen] = useState(false);
  const [written, setWritten] = useState<Written | null>(null);
  const opener = useRef<HTMLButtonElement>(null);
  const close = (answer: Written | null) => {
    setOpen(false);
    setWritten(answer);
    opener.current?.focus();
  };
  return (
    <>
      <button type="button" class="button" ref={opener} aria-expanded={open} aria-label={label.heard}
        onClick={() => { setWritten(null); setOpen(!open); }}>{label.seen}</button>
      {open ? <Form to={to} close={close} desk={desk} api={api} words={words} /> : null}
      <p class="outcome" role="status">{written ? outcome(written, words.desk) : ''}</p>
    </>
  );
}

function Form({ to, close, desk, api, words }: PartProps & { to: string; close: (written: Written | null) => void }) {
  const { message } = words.desk;
  const all = [...options(words.page), { value: '', text: message.own }];
  const [value, choose] = useState(all[0]?.value ?? '');
  const [text, write] = useState('');
  const { trouble, ask } = useAsked(desk);
  // What was not answered may have arrived: sent again, it is known by its name.
  const once = useRef({ words: '', name: '' });
  const send = () => {
    const ready = readyOf(value);
    const body: NewMessage = ready ? { ready } : { text: text.trim() };
    const said = JSON.stringify(body);
    if (once.current.words !== said) once.current = { words: said, name: anyName() };
    void ask(() => api.call<Written>('POST', to, body, once.current.name), close);
  };
  return (
    <form class="form ask calm" onSubmit={(event) => { event.preventDefault(); send(); }}>
      <Select label={message.what} value={value} options={all} choose={choose} />
      {value === '' ? <Field label={message.text} value={text} write={write} hint={message.textHint} max={TEXT_CHARS_MAX} /> : <><p class="said">{all.find((each) => each.value === value)?.text}</p><p class="hint">{message.each}</p></>}
      <div class="ask-buttons">
        <button type="submit" class="button main">{message.send}</button>
        <button type="button" class="button" onClick={() => close(null)}>{message.close}</button>
      </div>
      <Wrong trouble={trouble} words={words} />
    </form>
  );
}

function outcome({ people, missed }: Written, { message }: DeskWords): string {
  if (people === 0 && missed === 0) return message.nobody;
  return [...(people > 0 ? [message.sent(people)] : []), ...(missed > 0 ? [message.missed(missed)] : [])].join(' ');
}

function anyName(): string {
  return [...crypto.getRandomValues(new Uint8Array(NAME_BYTES))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
