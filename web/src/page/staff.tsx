// The list of people as staff has it, and the question before the end. In: the people. Out: who waits, who is here, who is expected, the plan, who else is to come. Never: fetched by anybody else.
import type { Person } from '../protocol';
import type { VisitState } from '../sdk';
import type { Words } from '../words';
import { Invite, Invited } from './invite';
import type { Journey } from './journey';
import { PlanOf } from './plan';
import { ExpectedPerson, PresentPerson } from './present';
import { Own } from './row';
import { Sidebar } from './sidebar';
import { WaitingPerson } from './waits';

export { EndAsk } from './end';

type Props = { journey: Journey; state: VisitState; words: Words; toTitle: () => void; write: (participant: string) => void };

export function StaffPeople({ journey, state, words, toTitle, write }: Props) {
  const can = (capability: VisitState['can'][number]) => state.can.includes(capability);
  const waiting = state.people.filter((person) => person.presence === 'waiting');
  const here = state.people.filter((person) => person.presence === 'here' || person.presence === 'reconnecting');
  const expected = state.people.filter((person) => person.presence === 'expected');
  const row = (person: Person) => ({ key: person.participant, person, journey, state, words, toTitle, write });
  return (
    <>
      {can('invite') ? <Invited journey={journey} state={state} words={words} /> : null}
      <section>
        <h3>{words.people.waiting}</h3>
        {waiting.length === 0 ? <p class="hint">{words.people.nobodyWaits}</p> : <ul>{waiting.map((person) => <WaitingPerson {...row(person)} />)}</ul>}
      </section>
      <section>
        <h3>{words.people.here}</h3>
        <ul>
          <Own state={state} words={words} />
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
    </>
  );
}
