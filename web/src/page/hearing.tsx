// What this person hears while somebody interprets. In: the channels, the levels, the slider. Out: a sentence, a choice of language, how it is mixed and how it is interpreted. Never: asked whether somebody interprets; who draws it knows.
import { BALANCE_INTERPRETER, BALANCE_ORIGINAL, BALANCE_USUAL, heardChannel, type Hearing, tonguesOf, type VisitState } from '../sdk';
import type { InterpretingMode } from '../protocol';
import { languageName, listed, ownName, type Words } from '../words';
import { useAsked } from './asked';
import { Select } from './field';
import { Icon } from './icon';
import type { Journey } from './journey';

type Props = { journey: Journey; state: VisitState; words: Words };

/** Stands for the floor in a list of languages. */
export const FLOOR = '';
const MODES: readonly InterpretingMode[] = ['consecutive', 'simultaneous'];
const BALANCE_STEP = 10;

/** A language in the words of the page; browsers know no names of sign languages, the server does. */
export function nameOf(words: Words, { signLanguages }: Hearing, tag: string): string {
  return signLanguages[tag] ?? languageName(words, tag);
}

/** Languages to choose from, each by its own name. */
export function choices(tags: readonly string[], { signLanguages }: Hearing): { value: string; text: string; lang?: string }[] {
  return tags.map((tag) => ({ value: tag, ...(signLanguages[tag] ? { text: signLanguages[tag] } : { text: ownName(tag), lang: tag }) }));
}

/** What one hears now, in plain words. */
export function heardLine(hearing: Hearing, people: VisitState['people'], words: Words): string {
  const { listens, signers, channels } = hearing;
  const personOf = (id: string) => people.find(({ participant }) => participant === id)?.display_name ?? words.role.interpreter;
  const language = nameOf(words, hearing, listens ?? '');
  if (listens !== null && signers.length > 0) return words.hearing.signed(listed(words, signers.map(personOf)), language);
  if (hearing.mode === 'consecutive') return words.hearing.inTurn;
  if (listens === null) return words.hearing.onFloor;
  const channel = heardChannel(hearing);
  if (channel) return words.hearing.channel(personOf(channel.active), language);
  const awaited = channels.find((each) => each.language === listens)?.awaited;
  return awaited ? words.hearing.awaited(personOf(awaited)) : words.hearing.nobody(language);
}

/** What is not as it should be on the lines of interpreters; nothing where all is well. */
export function standardsLines({ standards, people }: Pick<VisitState, 'standards' | 'people'>, words: Words): string[] {
  return standards.flatMap(({ interpreter, standards: four }) => {
    const why = four.flatMap(({ not_met: measures }) => measures.map((measure) => words.standards.why[measure]));
    const name = people.find(({ participant }) => participant === interpreter)?.display_name;
    return why.length > 0 && name ? [[words.standards.lineOf(name), ...why].join(' ')] : [];
  });
}

/** For those who listen. Whoever interprets has a booth instead. */
export function HearingBar({ journey, state, words }: Props) {
  const { hearing, can } = state;
  if (!hearing) return null;
  const steers = can.includes('steer_interpreting');
  if (hearing.channels.length === 0 && !steers) return null;
  return (
    <section class="banner hearing" aria-label={words.hearing.title}>
      <p role="status">{heardLine(hearing, state.people, words)}</p>
      {hearing.mode === 'simultaneous' && hearing.channels.length > 0 ? (
        <Listen journey={journey} state={state} hearing={hearing} tags={hearing.channels.map(({ language }) => language)} label={words.hearing.language} words={words} />
      ) : null}
      <Balance journey={journey} hearing={hearing} words={words} />
      {steers ? <Mode journey={journey} hearing={hearing} words={words} /> : null}
      <div role="status">{standardsLines(state, words).map((line) => <p class="quiet" key={line}>{line}</p>)}</div>
    </section>
  );
}

type Part = { journey: Journey; hearing: Hearing; words: Words };

/** A choice of what to hear: the floor, or a language by its own name. */
export function Listen({ journey, state, hearing, tags, label, words }: Part & { state: VisitState; tags: string[]; label: string }) {
  const [asked, ask] = useAsked(hearing.listens ?? FLOOR, state);
  const options = choices(tonguesOf([...tags, ...(asked === FLOOR ? [] : [asked])]), hearing);
  const choose = (tag: string) => {
    ask(tag);
    journey.visit?.send({ t: 'listen', language: tag === FLOOR ? null : tag });
  };
  return <Select label={label} value={asked} options={[{ value: FLOOR, text: words.hearing.floor }, ...options]} choose={choose} />;
}

/** More of the one or of the other, where both are heard at once. */
export function Balance({ journey, hearing, words }: Part) {
  if (!heardChannel(hearing)) return null;
  const { balance } = journey;
  const side = balance === BALANCE_USUAL ? words.hearing.usual : balance < BALANCE_USUAL ? words.hearing.moreOriginal : words.hearing.moreInterpreter;
  return (
    <label class="balance">
      <span>{words.hearing.original}</span>
      <input type="range" min={BALANCE_ORIGINAL} max={BALANCE_INTERPRETER} step={BALANCE_STEP} value={balance} aria-label={words.hearing.balance} aria-valuetext={side}
        onInput={(event) => journey.setBalance(Number(event.currentTarget.value))} />
      <span>{words.hearing.interpreter}</span>
    </label>
  );
}

/** In turn, or at the same time. */
export function Mode({ journey, hearing, words }: Part) {
  return (
    <div class="acts" role="group" aria-label={words.hearing.mode}>
      {MODES.map((mode) => (
        <button type="button" key={mode} class="button choice small" aria-pressed={mode === hearing.mode}
          onClick={() => journey.visit?.send({ t: 'set_interpreting', mode })}>
          {mode === hearing.mode ? <Icon name="check" /> : null}{words.interpretingMode[mode]}
        </button>
      ))}
    </div>
  );
}
