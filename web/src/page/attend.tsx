// What staff does for one person beside the talk: a still picture, the topics of a counselling.
// In: what is asked, what has come. Out: a picture given or looked at, topics ticked. Never: a picture taken without a press of the person it is of.
import { useEffect, useState } from 'preact/hooks';
import type { Topic } from '../protocol';
import { fetchStill, giveStill, takeStill, type VisitState } from '../sdk';
import { duration, type Words } from '../words';
import { Icon } from './icon';
import type { Journey } from './journey';
import { keptSession } from './keep';

type Props = { journey: Journey; state: VisitState; words: Words };

export function Attend(props: Props) {
  const { state } = props;
  const now = state.plan.segment === null ? undefined : state.plan.segments[state.plan.segment];
  return (
    <>
      {state.stillAsked ? <Give key={state.stillAsked.still} {...props} asked={state.stillAsked} /> : null}
      {state.still ? <Given key={state.still.still} {...props} still={state.still} /> : null}
      {state.can.includes('counsel') && now === 'counselling' ? <Counselling {...props} /> : null}
    </>
  );
}

/** Shown so long, so that the person knows that it has worked. */
const SENT_MS = 4_000;

/** For whoever is asked. */
function Give({ journey, state, words, asked }: Props & { asked: NonNullable<VisitState['stillAsked']> }) {
  const [step, go] = useState<'asked' | 'sending' | 'sent' | 'failed'>('asked');
  const { camera } = journey.capture;
  const by = state.people.find((person) => person.participant === asked.by)?.display_name ?? words.chat.staff;
  useEffect(() => {
    if (step !== 'sent') return undefined;
    const timer = setTimeout(() => journey.visit?.stillAnswered(), SENT_MS);
    return () => clearTimeout(timer);
  }, [step]);
  const give = async () => {
    const session = keptSession();
    if (!camera || !session) return;
    go('sending');
    try {
      await giveStill(session, asked.still, await takeStill(camera));
      go('sent');
    } catch {
      go('failed');
    }
  };
  const refuse = () => {
    journey.visit?.send({ t: 'refuse_still', still: asked.still });
    journey.visit?.stillAnswered();
  };
  if (step === 'sending' || step === 'sent') {
    return <p class="notice" role="status">{step === 'sent' ? words.still.sent : words.still.sending}</p>;
  }
  return (
    <section class="banner still" role="alertdialog" aria-label={words.still.question(by)}>
      <p>{words.still.question(by)}</p>
      <p class="hint">{step === 'failed' ? words.still.failed : camera ? words.still.hint : words.still.cameraOff}</p>
      <span class="acts">
        <button type="button" class="button main" disabled={!camera} onClick={() => void give()}>{words.still.yes}</button>
        <button type="button" class="button" onClick={refuse}>{words.still.no}</button>
      </span>
    </section>
  );
}

/** For whoever has asked. */
function Given({ journey, state, words, still }: Props & { still: NonNullable<VisitState['still']> }) {
  const [address, setAddress] = useState('');
  const [lost, setLost] = useState(false);
  const [actual, setActual] = useState(false);
  const name = state.people.find((person) => person.participant === still.participant)?.display_name ?? '';
  useEffect(() => {
    const session = keptSession();
    if (still.state !== 'ready' || !session) return undefined;
    let made = '';
    let gone = false;
    fetchStill(session, still.still).then((picture) => {
      if (gone) return;
      made = URL.createObjectURL(picture);
      setAddress(made);
    }, () => setLost(true));
    return () => {
      gone = true;
      URL.revokeObjectURL(made);
    };
  }, [still.state]);
  const line = { asked: words.still.asked(name), refused: words.still.refused(name), ready: words.still.of(name) }[still.state];
  return (
    <section class="card still" aria-label={words.still.of(name)}>
      <p role="status">{lost ? words.still.lost : line}</p>
      {address ? (
        <div class={actual ? 'still-frame actual' : 'still-frame'} tabIndex={0} role="group" aria-label={words.still.of(name)}>
          <img src={address} alt={words.still.of(name)} />
        </div>
      ) : null}
      <span class="acts">
        {address ? <button type="button" class="button" aria-pressed={actual} onClick={() => setActual(!actual)}>{words.still.actual}</button> : null}
        <button type="button" class="button" onClick={() => journey.visit?.stillRead()}><Icon name="close" />{words.still.close}</button>
      </span>
      {address ? <p class="hint">{words.still.notKept}</p> : null}
    </section>
  );
}

/** Minutes are what is noted; a clock that runs by seconds hurries. */
const TICK_MS = 5_000;

function Counselling({ journey, state, words }: Props) {
  const [now, tick] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => tick(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  const { topics, since } = state.plan;
  const all = Object.keys(words.topic) as Topic[];
  const passed = since ? Math.max(0, (journey.visit?.serverNow() ?? now) - Date.parse(since)) : 0;
  return (
    <details class="card counselling" open>
      <summary>{words.counselling.title(topics.length, all.length)}</summary>
      <p class="hint">{words.counselling.since(duration(words, passed))}</p>
      <ul class="topics">
        {all.map((topic) => (
          <li key={topic}>
            {topics.includes(topic) ? <span class="done"><Icon name="check" />{words.topic[topic]}</span> : (
              <button type="button" class="button small" onClick={() => journey.visit?.send({ t: 'cover_topic', topic })}>{words.topic[topic]}</button>
            )}
          </li>
        ))}
      </ul>
    </details>
  );
}
