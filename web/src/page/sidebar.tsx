// Some confer apart from the others. In: who is here. Out: with whom, and back together. Never: somebody who is out of the room drawn in.
import { useState } from 'preact/hooks';
import type { VisitState } from '../sdk';
import { listed, type Words } from '../words';
import type { Journey } from './journey';
import { conferring } from './status';

type Props = { journey: Journey; state: VisitState; words: Words };

export function Sidebar({ journey, state, words }: Props) {
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const here = state.people.filter((person) => person.presence === 'here' && person.apart === null);
  const open = state.inSidebar || conferring(state).length > 0;
  if (open) {
    return (
      <section>
        <h3>{words.sidebar.title}</h3>
        <p>{state.inSidebar ? words.sidebar.you(listed(words, conferring(state))) : words.sidebar.others(listed(words, conferring(state)))}</p>
        <button type="button" class="button main" onClick={() => journey.visit?.send({ t: 'close_sidebar' })}>{words.sidebar.end}</button>
      </section>
    );
  }
  if (here.length === 0 || state.apart !== null) return null;
  const picked = here.map((person) => person.participant).filter((id) => chosen.includes(id));
  const toggle = (id: string) => setChosen(chosen.includes(id) ? chosen.filter((each) => each !== id) : [...chosen, id]);
  const begin = () => {
    setChosen([]);
    journey.visit?.send({ t: 'sidebar', with: picked });
  };
  return (
    <details class="others">
      <summary>{words.sidebar.title}</summary>
      <fieldset>
        <legend>{words.sidebar.with}</legend>
        {here.map(({ participant, display_name: name }) => (
          <label class="tick" key={participant}>
            <input type="checkbox" checked={chosen.includes(participant)} onChange={() => toggle(participant)} />
            {name}
          </label>
        ))}
      </fieldset>
      <p class="hint">{words.sidebar.hint}</p>
      <button type="button" class="button main" disabled={picked.length === 0} onClick={begin}>{words.sidebar.begin}</button>
    </details>
  );
}
