// Screens of a few words: no link, being connected, the end. In: which one. Out: a way back where there is one. Never: a dead end without a sentence.
import { useState } from 'preact/hooks';
import type { Experience, Session } from '../protocol';
import { tellExperience, type VisitState } from '../sdk';
import type { Words } from '../words';
import { Head } from './display';
import { Heading } from './heading';
import type { Ending, Journey, Screen } from './journey';
import { useLasting } from './lasting';
import { CALL_MS, callLine, refusalLine } from './status';

type Props = { journey: Journey; words: Words };

export function NoLink({ journey, words }: Props) {
  return <Plain journey={journey} words={words} first title={words.noLink.title} text={words.noLink.text} />;
}

/** Also where the server has asked to wait: the sentence says so, and the page goes on trying. */
export function Connecting({ journey, state, words }: Props & { state: VisitState | null }) {
  const call = useLasting(callLine(state?.line ?? 'joining', words), CALL_MS);
  const text = state?.refusal ? refusalLine(state.refusal, words) : words.status.joining;
  return <Plain journey={journey} words={words} title={words.title} text={call ? `${text} ${call}` : text} />;
}

export function TheEnd({ journey, screen, words }: Props & { screen: Extract<Screen, { at: 'ending' }> }) {
  const { ending, outcome, session } = screen.ended;
  const { title, text } = words.ending[ending];
  const back = wayBack(ending, words);
  const next = outcome ? words.next[outcome] : '';
  return (
    <Plain key={ending} journey={journey} words={words} title={title} text={next || text}>
      {back ? (
        <button type="button" class="button main" onClick={() => journey.comeBack()}>{back}</button>
      ) : null}
      {session && asksHow(ending) ? <HowItWas journey={journey} session={session} words={words} /> : null}
    </Plain>
  );
}

/** Whoever was sent away or goes on elsewhere is not asked. */
function asksHow(ending: Ending): boolean {
  return ending === 'left' || ending === 'ended';
}

function HowItWas({ journey, session, words }: Props & { session: Session }) {
  const [told, setTold] = useState<'no' | 'yes' | 'failed'>('no');
  const tell = (experience: Experience) => tellExperience(session, experience).then(() => { journey.answered(); setTold('yes'); }, () => setTold('failed'));
  if (told === 'yes') return <p class="how" role="status">{words.how.thanks}</p>;
  return (
    <fieldset class="how">
      <legend>{words.how.question}</legend>
      <span class="acts">
        {(Object.keys(words.how.answer) as Experience[]).map((experience) => (
          <button type="button" class="button" key={experience} onClick={() => void tell(experience)}>{words.how.answer[experience]}</button>
        ))}
      </span>
      {told === 'failed' ? <p class="hint" role="alert">{words.how.failed}</p> : null}
    </fieldset>
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

type PlainProps = Props & { title: string; text: string; first?: boolean; children?: preact.ComponentChildren };

function Plain({ journey, words, title, text, first = false, children }: PlainProps) {
  return (
    <main class="page plain">
      <Head journey={journey} words={words} first={first} />
      <div class="card">
        <Heading text={title} />
        <p class="lead" role="status">{text}</p>
        {children}
      </div>
    </main>
  );
}
