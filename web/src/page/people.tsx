// Who is here, who waits, who is expected. In: the people. Out: let in, decline, take out, one by one. Never: all at once.
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { Person } from '../protocol';
import type { VisitState } from '../sdk';
import type { Words } from '../words';
import { Ask, useQuestion } from './ask';
import { Icon } from './icon';
import type { Journey } from './journey';

/** `focus`: the heading takes the focus when the list appears. */
type Props = { journey: Journey; state: VisitState; words: Words; focus: boolean; close: () => void };

export function People({ journey, state, words, focus, close }: Props) {
  const canAdmit = state.can.includes('admit');
  const canRemove = state.can.includes('remove');
  const waiting = state.people.filter((person) => person.presence === 'waiting');
  const here = state.people.filter((person) => person.presence === 'here' || person.presence === 'reconnecting');
  const expected = state.people.filter((person) => person.presence === 'expected');
  const title = useRef<HTMLHeadingElement>(null);
  const toTitle = () => title.current?.focus();
  useEffect(() => {
    if (focus) toTitle();
  }, []);
  return (
    <aside class="people" aria-label={words.people.title}>
      <div class="people-head">
        <h2 ref={title} tabIndex={-1}>{words.people.title}</h2>
        <button type="button" class="button small" onClick={close}><Icon name="close" />{words.people.close}</button>
      </div>
      {canAdmit ? (
        <section>
          <h3>{words.people.waiting}</h3>
          {waiting.length === 0 ? <p class="hint">{words.people.nobodyWaits}</p> : (
            <ul>{waiting.map((person) => <WaitingPerson key={person.participant} person={person} journey={journey} words={words} toTitle={toTitle} />)}</ul>
          )}
        </section>
      ) : null}
      <section>
        <h3>{words.people.here}</h3>
        <ul>
          <li><span class="who"><span class="name">{state.name}</span><span class="role">{words.people.you}</span></span></li>
          {here.map((person) => (
            <PresentPerson key={person.participant} person={person} canRemove={canRemove} journey={journey} words={words} toTitle={toTitle} />
          ))}
        </ul>
      </section>
      {expected.length > 0 ? (
        <section>
          <h3>{words.people.expected}</h3>
          <ul>{expected.map((person) => <li key={person.participant}><Who person={person} words={words} /></li>)}</ul>
        </section>
      ) : null}
    </aside>
  );
}

function Who({ person, words }: { person: Person; words: Words }) {
  return (
    <span class="who">
      <span class="name">{person.display_name}</span>
      <span class="role">{words.role[person.role]}</span>
      {person.presence === 'reconnecting' ? <span class="role">{words.presence.reconnecting}</span> : null}
    </span>
  );
}

type RowProps = { person: Person; journey: Journey; words: Words; toTitle: () => void };

/** A row that goes while it has the focus hands it to the heading of the list. */
function useRow(toTitle: () => void) {
  const row = useRef<HTMLLIElement>(null);
  // Not an ordinary effect: those are undone after the row has gone, and the focus with it.
  useLayoutEffect(() => {
    const element = row.current;
    return () => {
      if (element?.contains(document.activeElement)) toTitle();
    };
  }, []);
  return row;
}

function WaitingPerson({ person, journey, words, toTitle }: RowProps) {
  const participant = person.participant;
  const row = useRow(toTitle);
  return (
    <li class="waits" ref={row}>
      <Who person={person} words={words} />
      <span class="acts">
        <button type="button" class="button main" aria-label={words.people.admitName(person.display_name)}
          onClick={() => journey.visit?.send({ t: 'admit', participant, shown: null, skip: [] })}>{words.people.admit}</button>
        <button type="button" class="button" aria-label={words.people.declineName(person.display_name)}
          onClick={() => journey.visit?.send({ t: 'decline', participant })}>{words.people.decline}</button>
      </span>
    </li>
  );
}

function PresentPerson({ person, canRemove, journey, words, toTitle }: RowProps & { canRemove: boolean }) {
  const { asking, opener, ask, done } = useQuestion();
  const participant = person.participant;
  const row = useRow(toTitle);
  return (
    <li ref={row}>
      <Who person={person} words={words} />
      {canRemove && !asking ? (
        <button type="button" ref={opener} class="button small" aria-label={words.people.removeName(person.display_name)} onClick={ask}>
          {words.people.remove}
        </button>
      ) : null}
      {asking ? (
        <Ask question={words.ask.remove(person.display_name)} yes={words.ask.removeYes} no={words.ask.no}
          onYes={() => { done(); journey.visit?.send({ t: 'remove', participant }); }} onNo={done} />
      ) : null}
    </li>
  );
}
