// The question before the end for all. In: what is still to be checked. Out: the end, how it ended, and why without the rest. Never: an end by one press.
import { useState } from 'preact/hooks';
import type { Outcome, Person } from '../protocol';
import type { VisitState } from '../sdk';
import type { Words } from '../words';
import { Ask } from './ask';
import { Field, Select } from './field';
import type { Journey } from './journey';

type Props = { journey: Journey; state: VisitState; words: Words; done: () => void };

/** Whose checks the end still waits for; once the server has said so, also of those who have left. */
export function unchecked({ people, refusal }: Pick<VisitState, 'people' | 'refusal'>): Person[] {
  const refused = refusal?.to === 'end' && refusal.code === 'gate_closed';
  const counts = ({ presence }: Person) => refused || presence === 'here' || presence === 'reconnecting';
  return people.filter((person) => counts(person) && (person.readiness?.before_end.length ?? 0) > 0);
}

export function EndAsk({ journey, state, words, done }: Props) {
  const [outcome, choose] = useState<Outcome | ''>('');
  const [reason, write] = useState('');
  const open = unchecked(state);
  const what = (person: Person) => `${person.display_name}: ${(person.readiness?.before_end ?? []).map((gate) => words.gate[gate]).join(', ')}`;
  const end = () => {
    const skip = open.flatMap(({ participant, readiness }) => (readiness?.before_end ?? []).map((gate) => ({ participant, gate, reason: reason.trim() })));
    journey.visit?.refusalRead();
    journey.visit?.send({ t: 'end', outcome: outcome || null, skip });
  };
  const outcomes = (Object.keys(words.outcome) as Outcome[]).map((value) => ({ value, text: words.outcome[value] }));
  return (
    <Ask question={words.ask.end} yes={words.ask.endYes} no={words.ask.endNo} onYes={end} onNo={done}>
      <Select label={words.ask.outcome} value={outcome} options={[{ value: '', text: words.ask.outcomeNone }, ...outcomes]} choose={choose} />
      {open.length > 0 ? <Field label={words.ask.why(open.map(what).join('; '))} value={reason} write={write} hint={words.ask.whyHint} /> : null}
    </Ask>
  );
}
