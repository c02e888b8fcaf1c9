// The booth of somebody who interprets. In: the direction, the channels, the partners. Out: which way, whose turn, the means to change it. Never: the own channel to listen to.
import '../style/booth.css';
import { useEffect, useLayoutEffect, useState } from 'preact/hooks';
import { facing, type Hearing, relays, tonguesOf, type Turn, turnOf, type VisitState } from '../sdk';
import { duration, TONGUES, type Words } from '../words';
import { Select } from './field';
import { Balance, choices, Listen, Mode, nameOf } from './hearing';
import { Icon } from './icon';
import type { Journey } from './journey';
import { Lights } from './lights';

type Props = { journey: Journey; state: VisitState; words: Words };
type Part = Props & { hearing: Hearing };

const TICK_MS = 1_000;

export function Booth({ journey, state, words }: Props) {
  const { hearing } = state;
  if (!hearing) return null;
  const part = { journey, state, words, hearing };
  return (
    <section class="banner booth" aria-label={words.booth.title}>
      {hearing.direction ? <Way {...part} /> : null}
      <div class="booth-state">
        <p role="status">{turnLine(turnOf(hearing, state.you), hearing, state, words)}</p>
        <Minutes startsAt={state.startsAt} hearing={hearing} words={words} />
      </div>
      <Lights standards={state.standards.find(({ interpreter }) => interpreter === state.you)?.standards ?? []} words={words} />
      <div class="acts">
        <Cough journey={journey} words={words} />
        <HandOver {...part} />
        <Mode journey={journey} hearing={hearing} words={words} />
      </div>
      <Hear {...part} />
      {hearing.direction ? (
        <details class="more">
          <summary>{words.booth.other}</summary>
          <Choose {...part} />
        </details>
      ) : <Choose {...part} />}
    </section>
  );
}

/** Who hears this interpreter now, in plain words. */
export function turnLine(turn: Turn, { mode }: Hearing, { people }: Pick<VisitState, 'people'>, words: Words): string {
  const personOf = (id: string | null) => people.find(({ participant }) => participant === id)?.display_name ?? words.role.interpreter;
  if (turn.at === 'connecting') return words.status.connecting;
  if (turn.at === 'signs') return words.booth.signs;
  if (turn.at === 'free') return words.booth.free(personOf(turn.awaited));
  if (mode === 'consecutive') return words.booth.inTurn;
  switch (turn.at) {
    case 'none':
      return words.booth.none;
    case 'speaks':
      return words.booth.speaks;
    case 'rests':
      return words.booth.rests(personOf(turn.active));
  }
}

/** From which language into which, to be read from afar, and the way to turn round. */
function Way({ journey, words, hearing }: Part) {
  const { direction } = hearing;
  if (!direction) return null;
  const { from, into } = direction;
  const ends = choices([from, into], hearing).map(({ text, lang }) => <bdi lang={lang}>{text}</bdi>);
  return (
    <div class="way">
      <p class="unseen" role="status">{words.booth.direction(nameOf(words, hearing, from), nameOf(words, hearing, into))}</p>
      <p class="direction" aria-hidden="true">{ends[0]}<Icon name="into" />{ends[1]}</p>
      <button type="button" class="button main" onClick={() => journey.visit?.send({ t: 'set_direction', direction: { from: into, into: from } })}>
        <Icon name="turn" />{words.booth.turn}
      </button>
    </div>
  );
}

/** Held, nobody hears this person. By a finger, a mouse, a key; a screen reader presses it once for each. */
function Cough({ journey, words }: Pick<Props, 'journey' | 'words'>) {
  const [coughs, setCoughs] = useState(false);
  // Not an ordinary effect: those wait for the next picture, and a cough does not.
  useLayoutEffect(() => {
    if (!coughs) return undefined;
    journey.capture.cough(true);
    return () => journey.capture.cough(false);
  }, [coughs]);
  const release = () => setCoughs(false);
  const key = (held: boolean) => (event: KeyboardEvent) => {
    if (event.key !== ' ' && event.key !== 'Enter') return;
    event.preventDefault();
    setCoughs(held);
  };
  return (
    <button type="button" class="button cough" aria-pressed={coughs}
      onPointerDown={(event) => { event.currentTarget.setPointerCapture(event.pointerId); setCoughs(true); }}
      onPointerUp={release} onPointerCancel={release} onBlur={release} onContextMenu={(event) => event.preventDefault()}
      onKeyDown={key(true)} onKeyUp={key(false)} onClick={(event) => { if (event.detail === 0) setCoughs(!coughs); }}>
      <Icon name={coughs ? 'microphone_off' : 'microphone'} />{coughs ? words.booth.coughing : words.booth.cough}
    </button>
  );
}

/** Two interpreters: one speaks, one rests. */
function HandOver({ journey, state, words, hearing }: Part) {
  const turn = turnOf(hearing, state.you);
  const asker = state.people.find(({ participant }) => participant === hearing.offeredBy);
  const partners = state.people.filter(({ role, presence }) => role === 'interpreter' && presence === 'here');
  return (
    <>
      {asker ? <p role="status">{words.booth.asked(asker.display_name)}</p> : null}
      {asker || turn.at === 'rests' || turn.at === 'free' ? (
        <button type="button" class="button main" onClick={() => journey.visit?.send({ t: 'take_channel' })}>{words.booth.take}</button>
      ) : null}
      {turn.at === 'speaks' || turn.at === 'signs' ? partners.map(({ participant, display_name: name }) => (
        <button type="button" key={participant} class="button" onClick={() => journey.visit?.send({ t: 'offer_channel', to: participant })}>
          {words.booth.handOver(name)}
        </button>
      )) : null}
    </>
  );
}

/** Relay: another interpreter's channel instead of the floor. */
function Hear({ journey, state, words, hearing }: Part) {
  const tags = relays(hearing, state.you).map(({ language }) => language);
  if (hearing.mode !== 'simultaneous' || (tags.length === 0 && hearing.listens === null)) return null;
  return (
    <>
      <Listen journey={journey} state={state} hearing={hearing} tags={tags} label={words.booth.relay} words={words} />
      <Balance journey={journey} hearing={hearing} words={words} />
    </>
  );
}

/** The two languages; first what the patient speaks and what staff speaks. */
function Choose({ journey, state, words, hearing }: Part) {
  const inVisit = state.people.map(({ language }) => language);
  const between = facing(state.people).map((id) => state.people.find(({ participant }) => participant === id)?.language ?? '');
  const tags = tonguesOf([...between, ...inVisit, state.language, ...hearing.channels.map(({ language }) => language), ...TONGUES]);
  const [chosen, choose] = useState<{ from?: string; into?: string }>({});
  const from = chosen.from ?? hearing.direction?.from ?? tags[0] ?? '';
  const into = chosen.into ?? hearing.direction?.into ?? tags.find((tag) => tag !== from) ?? '';
  const options = choices(tags, hearing);
  const begin = () => {
    choose({});
    journey.visit?.send({ t: 'set_direction', direction: { from, into } });
  };
  return (
    <div class="choose">
      <Select label={words.booth.from} value={from} options={options} choose={(tag) => choose({ from: tag, into })} />
      <Select label={words.booth.into} value={into} options={options} choose={(tag) => choose({ from, into: tag })} />
      <span class="acts">
        <button type="button" class="button main" disabled={from === into} onClick={begin}>{words.booth.begin}</button>
        {hearing.direction ? (
          <button type="button" class="button" onClick={() => journey.visit?.send({ t: 'set_direction', direction: null })}>{words.booth.stop}</button>
        ) : null}
      </span>
    </div>
  );
}

/** How long they have interpreted, and how long the visit goes on already: whoever interprets is booked by the minute. */
function Minutes({ startsAt, hearing, words }: { startsAt: string; hearing: Hearing; words: Words }) {
  const [now, tick] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => tick(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  const since = (start: string) => Math.max(0, now - Date.parse(start));
  const { seconds, since: begun } = hearing.worked ?? { seconds: 0, since: null };
  const worked = begun ? since(begun) : seconds * 1_000;
  return (
    <>
      {worked > 0 ? <p class="since">{words.booth.worked(duration(words, worked))}</p> : null}
      <p class="since">{words.booth.since(duration(words, since(startsAt)))}</p>
    </>
  );
}
