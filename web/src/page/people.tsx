// Who is here. In: the people. Out: a row each; for staff also those who wait or are expected, and what concerns several of them. Never: staff's part fetched by anybody else.
import { useEffect, useRef } from 'preact/hooks';
import type { VisitState } from '../sdk';
import type { Words } from '../words';
import { Icon } from './icon';
import type { Journey } from './journey';
import { useLater } from './later';
import { Own, Who } from './row';

/** `focus`: the heading takes the focus when the list appears. `write`: opens the chat with one person. */
type Props = { journey: Journey; state: VisitState; words: Words; focus: boolean; write: (participant: string) => void; close: () => void };

export function People(props: Props) {
  const { state, words, focus, close } = props;
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
      {state.can.includes('admit') ? <Staff {...props} toTitle={toTitle} /> : (
        <section>
          <h3>{words.people.here}</h3>
          <ul>
            <Own state={state} words={words} />
            {state.people.map((person) => <li key={person.participant}><Who person={person} words={words} /></li>)}
          </ul>
        </section>
      )}
    </aside>
  );
}

function Staff(props: Props & { toTitle: () => void }) {
  const part = useLater(() => import('./staff'));
  return part ? <part.StaffPeople {...props} /> : null;
}
