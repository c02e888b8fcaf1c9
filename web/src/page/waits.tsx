// Somebody who waits, and what staff sees and does about it. In: the person and their readiness. Out: let in after a second look, decline, write. Never: the wrong person let in by one press.
import { useEffect, useState } from 'preact/hooks';
import type { Readiness, Shown } from '../protocol';
import { languageName, moment, type Words, when } from '../words';
import { Ask, useQuestion } from './ask';
import { Checks } from './checks';
import { Field } from './field';
import { type RowProps, useRow, Who } from './row';

export function WaitingPerson(props: RowProps) {
  const { person, journey, words, toTitle, write } = props;
  const { participant, readiness } = person;
  const { asking, opener, ask, done } = useQuestion();
  const row = useRow(toTitle);
  return (
    <li class="waits" ref={row}>
      <Who person={person} words={words} />
      {readiness ? <Ready readiness={readiness} language={person.language} words={words} /> : null}
      {asking ? <Admit {...props} done={done} /> : (
        <span class="acts">
          <button type="button" class="button main" ref={opener} aria-label={words.people.admitName(person.display_name)}
            onClick={() => { journey.visit?.refusalRead(); ask(); }}>{words.people.admit}</button>
          <button type="button" class="button" aria-label={words.people.declineName(person.display_name)}
            onClick={() => journey.visit?.send({ t: 'decline', participant })}>{words.people.decline}</button>
          <button type="button" class="button" aria-label={words.people.writeName(person.display_name)} onClick={() => write(participant)}>
            {words.people.write}
          </button>
        </span>
      )}
      <Checks {...props} />
    </li>
  );
}

function Ready({ readiness, language, words }: { readiness: Readiness; language: string; words: Words }) {
  const { before_admission: missing, agreed, refused, waiting_since: since } = readiness;
  const named = (names: string[]) => names.join(', ');
  const lines = [
    since ? words.ready.since(moment(words, since)) : '',
    missing.length > 0 ? words.ready.missing(named(missing.map((gate) => words.gate[gate]))) : words.ready.ready,
    agreed.length > 0 ? words.ready.agreed(named(agreed.map((purpose) => words.purpose[purpose]))) : '',
    refused.length > 0 ? words.ready.refused(named(refused.map((purpose) => words.purpose[purpose]))) : '',
    readiness.interpreter_needed ? words.ready.interpreter(languageName(words, language)) : '',
  ].filter((line) => line !== '');
  return (
    <span class="ready">
      {readiness.waits_too_long ? <span class="flag">{words.ready.tooLong}</span> : null}
      {lines.map((line) => <span class="role" key={line}>{line}</span>)}
    </span>
  );
}

/** Once more whom and when, as it was when the question came up: what has changed since is a reason to look again. */
function Admit({ person, journey, state, words, done }: RowProps & { done: () => void }) {
  const { participant, readiness } = person;
  const [shown, setShown] = useState<Shown>({ display_name: person.display_name, starts_at: state.startsAt });
  const [reason, writeReason] = useState('');
  const code = state.refusal?.to === 'admit' ? state.refusal.code : null;
  useEffect(() => {
    if (code === 'mismatch') setShown({ display_name: person.display_name, starts_at: state.startsAt });
  }, [state.refusal]);
  const missing = readiness?.before_admission ?? [];
  const time = when(words, shown.starts_at, state.endsAt);
  const admit = () => {
    journey.visit?.refusalRead();
    journey.visit?.send({ t: 'admit', participant, shown, skip: missing.map((gate) => ({ gate, reason: reason.trim() })) });
  };
  return (
    <Ask question={words.ask.admit(shown.display_name)} yes={words.ask.admitYes} no={words.ask.admitNo} grave={false} onYes={admit} onNo={done}>
      <p class="role">{words.role[person.role]}</p>
      <p>{words.ask.visit(time.day, time.from, time.to)}</p>
      {missing.length > 0 ? (
        <Field label={words.ask.why(missing.map((gate) => words.gate[gate]).join(', '))} value={reason} write={writeReason} hint={words.ask.whyHint} />
      ) : null}
    </Ask>
  );
}
