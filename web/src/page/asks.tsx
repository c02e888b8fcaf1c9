// What the person is asked: to agree, and to say who and where they are. In: the asks of the server. Out: answers. Never: a question nobody asks; an answer that cannot be taken back.
import { useId } from 'preact/hooks';
import type { ConsentAsk, GateAsk } from '../protocol';
import { answerTo, openConsents, openGates, type VisitState } from '../sdk';
import type { Words } from '../words';
import { GateForm } from './gate';
import { Icon } from './icon';
import type { Journey } from './journey';

type Props = { journey: Journey; state: VisitState; words: Words };

/** Whether there is anything to show at all. */
export function isAsked({ consents, gates }: VisitState): boolean {
  return consents.length + gates.length > 0;
}

/** How many answers are still open. */
export function openCount({ consents, gates }: VisitState): number {
  return openConsents(consents).length + openGates(gates).length;
}

export function Asks({ journey, state, words }: Props) {
  if (!isAsked(state)) return null;
  const open = openGates(state.gates);
  const through = state.gates.filter((ask) => ask.through);
  const device = state.gates.find((ask) => ask.gate === 'device');
  return (
    <section class="card asks" aria-label={words.asks.title}>
      <h2>{words.asks.title}</h2>
      {state.consents.map((ask) => <Consent key={ask.purpose} ask={ask} journey={journey} words={words} />)}
      {state.consents.length > 0 ? <p class="hint">{words.asks.anytime}</p> : null}
      {open.map((ask) => <GateForm key={ask.gate} ask={ask} journey={journey} words={words} />)}
      {device && !device.through ? <Device ask={device} journey={journey} words={words} /> : null}
      {through.length > 0 ? (
        <ul aria-label={words.asks.done}>
          {through.map((ask) => <li class="done" key={ask.gate}><Icon name="check" />{words.ownGate[ask.gate]}</li>)}
        </ul>
      ) : null}
    </section>
  );
}

function Consent({ ask, journey, words }: { ask: ConsentAsk; journey: Journey; words: Words }) {
  const id = useId();
  const { purpose, language } = ask;
  const name = words.purpose[purpose];
  const say = (yes: boolean) => journey.visit?.send({ t: 'consent', participant: null, purpose, answer: answerTo(ask, yes) });
  return (
    <div class="ask-one" role="group" aria-labelledby={id}>
      <h3 id={id}>{name}</h3>
      <p lang={language} dir="auto">{ask.text}</p>
      {ask.agreed === true || ask.need === 'asked' || ask.need === 'off' ? null : (
        <p class="hint">{purpose === 'telehealth' ? words.asks.needed : words.asks.rests}</p>
      )}
      <p class="label" role="status">{ask.agreed === null ? '' : ask.agreed ? words.asks.agreed : words.asks.refused}</p>
      <div class="ask-buttons">
        {ask.agreed === true ? (
          <button type="button" class="button" aria-label={words.asks.takeBackOf(name)} onClick={() => say(false)}>{words.asks.takeBack}</button>
        ) : (
          <button type="button" class="button main" aria-label={words.asks.agreeTo(name)} onClick={() => say(true)}>{words.asks.agree}</button>
        )}
        {ask.agreed === null ? (
          <button type="button" class="button" aria-label={words.asks.refuseOf(name)} onClick={() => say(false)}>{words.asks.refuse}</button>
        ) : null}
      </div>
    </div>
  );
}

/** What the page has found and told; nothing to press. */
function Device({ ask, journey, words }: { ask: GateAsk; journey: Journey; words: Words }) {
  const { camera, microphone, busy } = journey.capture;
  return (
    <div class="ask-one">
      <h3>{words.ownGate[ask.gate]}</h3>
      <p role="status">
        {busy ? words.asks.deviceWaits : `${camera ? words.asks.cameraWorks : words.asks.cameraNot} ${microphone ? words.asks.microphoneWorks : words.asks.microphoneNot}`}
      </p>
    </div>
  );
}
