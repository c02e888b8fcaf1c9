// Whether the visit is being recorded, for all to see, and what each may do about it. In: what the recorder has on its disk, the own answer. Out: a lamp, a plain no, staff's buttons. Never: a lamp for a wish; it follows what is kept.
import type { ConsentAsk, RecordingAction } from '../protocol';
import { answerTo, openConsents, type VisitState } from '../sdk';
import type { Words } from '../words';
import type { Journey } from './journey';

type Props = { journey: Journey; state: VisitState; words: Words };

/** Whether staff may begin one now. */
export function canBegin({ can, recording }: VisitState): boolean {
  return can.includes('record') && (recording === null || recording.state === 'off' || recording.state === 'failed');
}

export function record(journey: Journey, action: RecordingAction): void {
  journey.visit?.send({ t: 'record', action });
}

/** The question whether the visit may be recorded, which is put where the recording is told of. */
function askHere({ recording, consents }: VisitState): ConsentAsk | undefined {
  const isUp = recording !== null && recording.state !== 'off' && recording.state !== 'failed';
  return isUp ? consents.find(({ purpose }) => purpose === 'recording') : undefined;
}

/** Whether that question stands there unanswered. */
export function asksHere(state: VisitState): boolean {
  const ask = askHere(state);
  return ask !== undefined && openConsents([ask]).length > 0;
}

export function Recording({ journey, state, words }: Props) {
  const { recording } = state;
  if (recording === null || recording.state === 'off') return null;
  const ask = askHere(state);
  return (
    <section class="recording" data-state={recording.state} aria-label={words.recording.title}>
      <p role="status"><span class="lamp" aria-hidden="true" /><span>{recordingLine(state, words)}</span></p>
      {ask?.agreed === null ? <p class="hint" lang={ask.language} dir="auto">{ask.text}</p> : null}
      <span class="acts">
        {ask ? <Answer ask={ask} journey={journey} words={words} /> : null}
        {state.can.includes('record') ? <Staff journey={journey} state={state} words={words} /> : null}
      </span>
    </section>
  );
}

/** How the recording stands, in a sentence or two. */
export function recordingLine({ recording, can }: Pick<VisitState, 'recording' | 'can'>, words: Words): string {
  if (recording === null) return '';
  const lines = [words.recording.state[recording.state]];
  if (recording.state === 'paused' && recording.why) lines.push(words.recording.rests[recording.why]);
  if (recording.state === 'on' && can.includes('speak')) lines.push(recording.taken ? words.recording.taken : words.recording.notTaken);
  if (recording.failure) lines.push(words.recording.failure[recording.failure]);
  return lines.join(' ');
}

function Answer({ ask, journey, words }: { ask: ConsentAsk; journey: Journey; words: Words }) {
  const { purpose, agreed } = ask;
  const say = (yes: boolean) => journey.visit?.send({ t: 'consent', participant: null, purpose, answer: answerTo(ask, yes) });
  return (
    <>
      {agreed === false ? null : <button type="button" class="button small" onClick={() => say(false)}>{words.recording.no}</button>}
      {agreed === null ? <button type="button" class="button small" onClick={() => say(true)}>{words.recording.yes}</button> : null}
    </>
  );
}

function Staff({ journey, state, words }: Props) {
  const { recording } = state;
  if (recording === null || recording.state === 'failed') return null;
  const button = (action: RecordingAction, text: string) => (
    <button type="button" class="button small" onClick={() => record(journey, action)}>{text}</button>
  );
  return (
    <>
      {recording.state === 'on' ? button('pause', words.recording.pause) : null}
      {recording.state === 'paused' && recording.why === 'staff' ? button('resume', words.recording.resume) : null}
      {button('stop', words.recording.stop)}
    </>
  );
}
