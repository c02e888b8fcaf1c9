// Who is here, who waits, who is expected. In: the people. Out: a row each, and what concerns several of them. Never: all at once.
import { useEffect, useRef } from 'preact/hooks';
import type { Person } from '../protocol';
import type { VisitState } from '../sdk';
import type { Words } from '../words';
import { Icon } from './icon';
import { Invite, Invited } from './invite';
import type { Journey } from './journey';
import { PlanOf } from './plan';
import { ExpectedPerson, PresentPerson } from './present';
import { Sidebar } from './sidebar';
import { WaitingPerson } from './waits';

/** `focus`: the heading takes the focus when the list appears. `write`: opens the chat with one person. */
type Props = { journey: Journey; state: VisitState; words: Words; focus: boolean; write: (participant: string) => void; close: () => void };

export function People({ journey, state, words, focus, write, close }: Props) {
  const can = (capability: VisitState['can'][number]) => state.can.includes(capability);
  const waiting = state.people.filter((person) => person.presence === 'waiting');
  const here = state.people.filter((person) => person.presence === 'here' || person.presence === 'reconnecting');
  const expected = state.people.filter((person) => person.presence === 'expected');
  const title = useRef<HTMLHeadingElement>(null);
  const toTitle = () => title.current?.focus();
  useEffect(() => {
    if (focus) toTitle();
  }, []);
  const row = (person: Person) => ({ key: person.participant, person, journey, state, words, toTitle, write });
  return (
    <aside class="people" aria-label={words.people.title}>
      <div class="people-head">
        <h2 ref={title} tabIndex={-1}>{words.people.title}</h2>
        <button type="button" class="button small" onClick={close}><Icon name="close" />{words.people.close}</button>
      </div>
      {can('invite') ? <Invited journey={journey} state={state} words={words} /> : null}
      {can('admit') ? (
        <section>
          <h3>{words.people.waiting}</h3>
          {waiting.length === 0 ? <p class="hint">{words.people.nobodyWaits}</p> : <ul>{waiting.map((person) => <WaitingPerson {...row(person)} />)}</ul>}
        </section>
      ) : null}
      <section>
        <h3>{words.people.here}</h3>
        <ul>
          <li><span class="who"><bdi class="name">{state.name}</bdi><span class="role">{state.leads ? words.people.youLead : words.people.you}</span></span></li>
          {here.map((person) => <PresentPerson {...row(person)} />)}
        </ul>
      </section>
      {expected.length > 0 ? (
        <section>
          <h3>{words.people.expected}</h3>
          <ul>{expected.map((person) => <ExpectedPerson {...row(person)} />)}</ul>
        </section>
      ) : null}
      {can('extend') ? <PlanOf journey={journey} state={state} words={words} /> : null}
      {can('sidebar') ? <Sidebar journey={journey} state={state} words={words} /> : null}
      {can('invite') ? <Invite journey={journey} state={state} words={words} /> : null}
    </aside>
  );
}
