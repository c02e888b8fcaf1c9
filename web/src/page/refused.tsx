// Why something was not done. In: the refusal. Out: a sentence, until it is put away. Never: silence.
import type { VisitState } from '../sdk';
import type { Words } from '../words';
import type { Journey } from './journey';
import { refusalLine } from './status';

export function Refused({ journey, state, words }: { journey: Journey; state: VisitState; words: Words }) {
  if (!state.refusal) return null;
  return (
    <div class="banner" role="alert">
      <p>{refusalLine(state.refusal, words)}</p>
      <button type="button" class="button small" onClick={() => journey.visit?.refusalRead()}>{words.status.ok}</button>
    </div>
  );
}
