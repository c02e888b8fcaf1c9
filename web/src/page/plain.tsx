// Screens of a few words: no link, being connected, the end. In: which one. Out: a way back where there is one. Never: a dead end without a sentence.
import type { VisitState } from '../sdk';
import type { Words } from '../words';
import { Heading } from './heading';
import type { Ending, Journey } from './journey';
import { useLasting } from './lasting';
import { CALL_MS, callLine, refusalLine } from './status';

export function NoLink({ words }: { words: Words }) {
  return <Plain title={words.noLink.title} text={words.noLink.text} />;
}

/** Also where the server has asked to wait: the sentence says so, and the page goes on trying. */
export function Connecting({ state, words }: { state: VisitState | null; words: Words }) {
  const call = useLasting(callLine(state?.line ?? 'joining', words), CALL_MS);
  const text = state?.refusal ? refusalLine(state.refusal, words) : words.status.joining;
  return <Plain title={words.title} text={call ? `${text} ${call}` : text} />;
}

export function TheEnd({ journey, ending, words }: { journey: Journey; ending: Ending; words: Words }) {
  const { title, text } = words.ending[ending];
  const back = wayBack(ending, words);
  return (
    <Plain key={ending} title={title} text={text}>
      {back ? (
        <button type="button" class="button main" onClick={() => journey.comeBack()}>{back}</button>
      ) : null}
    </Plain>
  );
}

/** Only where the link still works. */
function wayBack(ending: Ending, words: Words): string | null {
  switch (ending) {
    case 'left':
      return words.ending.back;
    case 'replaced':
      return words.ending.here;
    case 'declined':
      return words.ending.again;
    case 'ended':
    case 'cancelled':
    case 'removed':
    case 'missed':
      return null;
  }
}

function Plain({ title, text, children }: { title: string; text: string; children?: preact.ComponentChildren }) {
  return (
    <main class="page plain">
      <div class="card">
        <Heading text={title} />
        <p class="lead" role="status">{text}</p>
        {children}
      </div>
    </main>
  );
}
