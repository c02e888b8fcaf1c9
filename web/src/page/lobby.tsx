// What staff writes to those who wait. In: lines of the chat. Out: the newest, read out as they come. Never: a name; whoever waits learns the part somebody plays.
import type { VisitState } from '../sdk';
import { moment, type Words } from '../words';
import { writer } from './chat';
import { isToWaiting, textOf } from './spoken';

/** The others are old news. */
const SHOWN = 3;

/** The region is there before its first line: what comes later is read out. */
export function FromStaff({ state, words }: { state: VisitState; words: Words }) {
  return (
    <div class="from-staff" role="log" aria-live="polite" aria-label={words.lobby.title}>
      {state.chat.filter(isToWaiting).slice(-SHOWN).map((line) => (
        <p key={line.id} class="notice">
          <span class="role">{[writer(line, state, words), moment(words, line.at)].join(' · ')}</span>
          <span dir="auto">{textOf(line, words)}</span>
        </p>
      ))}
    </div>
  );
}
