// Somebody in the visit, or expected, and what staff can do about them. In: the person, what is allowed. Out: presses. Never: taken out without a question.
import type { Role } from '../protocol';
import { Ask, useQuestion } from './ask';
import { Checks } from './checks';
import { useLasting } from './lasting';
import { type RowProps, useRow, Who } from './row';

/** Roles that can lead a visit. */
const STAFF: readonly Role[] = ['clinician', 'pharmacist', 'coordinator'];

export function PresentPerson(props: RowProps) {
  const { person, journey, state, words, toTitle } = props;
  const { asking, opener, ask, done } = useQuestion();
  const { participant, display_name: name } = person;
  const row = useRow(toTitle);
  return (
    <li ref={row}>
      <Who person={person} words={words} />
      {state.can.includes('admit') ? <LineOf person={person} state={state} words={words} /> : null}
      {state.can.includes('remove') && !asking ? (
        <button type="button" ref={opener} class="button small" aria-label={words.people.removeName(name)} onClick={ask}>
          {words.people.remove}
        </button>
      ) : null}
      {asking ? (
        <Ask question={words.ask.remove(name)} yes={words.ask.removeYes} no={words.ask.no}
          onYes={() => { done(); journey.visit?.send({ t: 'remove', participant }); }} onNo={done} />
      ) : null}
      {state.can.includes('admit') ? <More {...props} /> : null}
      <Checks {...props} />
    </li>
  );
}

export function ExpectedPerson(props: RowProps) {
  const row = useRow(props.toTitle);
  return (
    <li ref={row}>
      <Who person={props.person} words={props.words} />
      {props.state.can.includes('invite') ? <NewLink {...props} /> : null}
    </li>
  );
}

function More(props: RowProps) {
  const { person, journey, state, words, write } = props;
  const { participant, display_name: name, apart } = person;
  const send = journey.visit?.send.bind(journey.visit);
  const may = (capability: (typeof state.can)[number]) => state.can.includes(capability);
  const setApart = apart === 'hold' || apart === 'confidential';
  return (
    <>
      {may('sidebar') && setApart ? (
        <button type="button" class="button small main" aria-label={words.people.backName(name)} onClick={() => send?.({ t: 'bring_back', participant })}>
          {words.people.back}
        </button>
      ) : null}
      <details class="more">
        <summary>{words.people.more(name)}</summary>
        <span class="acts">
          <Act text={words.people.write} name={words.people.writeName(name)} press={() => write(participant)} />
          {may('sidebar') && apart !== 'hold' ? (
            <Act text={words.people.hold} name={words.people.holdName(name)} press={() => send?.({ t: 'set_apart', participant, why: 'hold' })} />
          ) : null}
          {may('sidebar') && apart !== 'confidential' ? (
            <Act text={words.people.confidential} name={words.people.confidentialName(name)}
              press={() => send?.({ t: 'set_apart', participant, why: 'confidential' })} />
          ) : null}
          {STAFF.includes(person.role) ? null : (
            <Act text={person.voice_only ? words.voiceOnly.again : words.voiceOnly.set} name={(person.voice_only ? words.voiceOnly.againName : words.voiceOnly.setName)(name)}
              press={() => send?.({ t: 'set_voice_only', participant, on: !person.voice_only })} />
          )}
          {may('ask_still') && person.sources.camera ? (
            <Act text={words.still.ask} name={words.still.askName(name)} press={() => send?.({ t: 'ask_still', participant })} />
          ) : null}
          {may('hand_over') && STAFF.includes(person.role) ? (
            <Act text={words.people.handOver} name={words.people.handOverName(name)} press={() => send?.({ t: 'offer_hand_over', to: participant })} />
          ) : null}
          {may('invite') ? <NewLink {...props} /> : null}
        </span>
        {state.plan.handOverTo === participant ? <p class="hint">{words.people.handOverAsked}</p> : null}
      </details>
    </>
  );
}

/** A line that is weak for a moment is nobody's business. */
const WEAK_MS = 3_000;

/** Whose line is weak, and what was done about it. */
function LineOf({ person, state, words }: Pick<RowProps, 'person' | 'state' | 'words'>) {
  const line = state.lines.find((each) => each.participant === person.participant);
  const weak = useLasting(line && line.state !== 'good' ? line.state : '', WEAK_MS);
  if (!weak || !line) return null;
  return (
    <span class="line-of">
      <span class="flag">{words.lineState[weak]}</span>
      {line.steps.map((step) => <span class="role" key={step}>{words.lineStep[step]}</span>)}
    </span>
  );
}

function NewLink({ person, journey, words }: RowProps) {
  const { participant, display_name: name } = person;
  return <Act text={words.people.newLink} name={words.people.newLinkName(name)} press={() => journey.visit?.send({ t: 'renew_link', participant })} />;
}

function Act({ text, name, press }: { text: string; name: string; press: () => void }) {
  return <button type="button" class="button small" aria-label={name} onClick={press}>{text}</button>;
}
