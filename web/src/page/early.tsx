// Before the door opens. In: when it does. Out: what can be answered meanwhile, and Leave. Never: a page that has to be opened again; it goes on by itself.
import type { VisitState } from '../sdk';
import { moment, when, type Words } from '../words';
import { Asks } from './asks';
import { Head } from './display';
import { Heading } from './heading';
import { Icon } from './icon';
import type { Journey } from './journey';
import { Refused } from './refused';

export function Early({ journey, state, words }: { journey: Journey; state: VisitState; words: Words }) {
  const time = when(words, state.startsAt, state.endsAt);
  return (
    <main class="page waiting">
      <Head journey={journey} words={words} />
      <Heading text={words.early.title} />
      <p class="when">{words.waiting.time(time.day, time.from, time.to)}</p>
      <Refused journey={journey} state={state} words={words} />
      <div class="card">
        <p class="staff" role="status">{words.early.opens(moment(words, state.opensAt))}</p>
        <p class="hint">{words.early.stay}</p>
        <div class="switches">
          <button type="button" class="button" onClick={() => journey.leave()}>
            <Icon name="leave" />
            {words.controls.leave}
          </button>
        </div>
      </div>
      <Asks journey={journey} state={state} words={words} />
    </main>
  );
}
