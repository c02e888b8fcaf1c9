// Where somebody writes down what is said. In: keys; who speaks, who reads. Out: the line as it is written, finished by Enter; how far behind it is. Never: the own voice or picture; a line lost while the connection is.
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { captionReaders, directionOf, tonguesOf, type VisitState } from '../sdk';
import { Captioner } from '../sdk/captioner';
import { behind, heard, holdsWord, NO_LAG, wrote } from '../sdk/lag';
import { listed, ownName, TONGUES, type Words } from '../words';
import { Select } from './field';
import type { Journey } from './journey';
import '../style/captioner.css';

type Props = { journey: Journey; state: VisitState; words: Words };

export function CaptionerDesk({ journey, state, words }: Props) {
  const field = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState('');
  const [language, setLanguage] = useState(state.language);
  const { captioner, began, lagMs } = useCaptioner(journey, state);
  useEffect(() => {
    // Whoever is somewhere already stays there.
    if (document.activeElement === document.body || document.activeElement?.tagName === 'H1') field.current?.focus();
  }, []);
  const write = (value: string) => {
    if (text === '') began();
    // While there is no connection a line stays in the field, finished or not.
    setText(state.line === 'up' ? captioner.write(value) : value.replace(/\n/g, ''));
  };
  useEffect(() => {
    if (state.line !== 'up') return captioner.rest();
    setText(captioner.write(text));
    return captioner.again();
  }, [state.line]);
  const choose = (tag: string) => {
    captioner.speak(tag);
    setLanguage(tag);
  };
  const readers = captionReaders(state).map(({ display_name: name }) => name);
  const tags = tonguesOf([state.language, ...state.people.map((person) => person.language), ...TONGUES]);
  const spoken = tonguesOf([language])[0] ?? language;
  return (
    <section class="banner captioner" aria-label={words.captioner.title}>
      <p role="status">{readers.length > 0 ? words.captioner.readers(listed(words, readers)) : words.captioner.nobody}</p>
      <p class="lag">{lagMs === null ? words.captioner.lagUnknown : words.captioner.lag(Math.round(lagMs / 100) / 10)}</p>
      <label class="unseen" for="captioner-field">{words.captioner.field}</label>
      <textarea id="captioner-field" ref={field} rows={2} value={text} lang={language} dir={directionOf(language)} spellcheck
        autocomplete="off" placeholder={words.captioner.field} aria-describedby="captioner-hint"
        onInput={(event) => {
          const { value } = event.currentTarget;
          // What is still being put together from keys is not a word yet.
          if ((event as InputEvent).isComposing) setText(value);
          else write(value);
        }}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.isComposing) return;
          // The whole line, wherever in it the cursor stands.
          event.preventDefault();
          write(`${text}\n`);
        }}
        onCompositionEnd={(event) => write(event.currentTarget.value)} />
      <p class="hint" id="captioner-hint">{words.captioner.hint}</p>
      <Select label={words.captioner.language} value={spoken} options={tags.map((tag) => ({ value: tag, text: ownName(tag), lang: tag }))} choose={choose} />
    </section>
  );
}

/** The way out, and how far behind it is. */
function useCaptioner(journey: Journey, state: VisitState) {
  const lag = useRef(NO_LAG);
  const begunAt = useRef(0);
  const written = useRef(0);
  const [lagMs, setLagMs] = useState<number | null>(null);
  const way = useRef(0);
  const [captioner] = useState(() => new Captioner((message) => {
    journey.visit?.send(message);
    const { number, text, done } = message;
    if (number === written.current || !holdsWord(text, done)) return;
    written.current = number;
    lag.current = wrote(lag.current, begunAt.current, performance.now());
    way.current = journey.visit?.wayMs ?? way.current;
    setLagMs(behind(lag.current, way.current));
  }, state.language, Date.now()));
  // Before any key is told of: a line begun at once is begun after the voice.
  useLayoutEffect(() => {
    lag.current = heard(lag.current, state.speakers.length > 0, performance.now());
  }, [state.speakers]);
  useEffect(() => () => captioner.rest(), []);
  const began = () => {
    begunAt.current = performance.now();
  };
  return { captioner, began, lagMs };
}
