// The visit itself. In: what is known and received. Out: stage, status, people, controls. Never: decides who is seen; the server binds, this draws.
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { type Picture, stage, type VisitState, voices } from '../sdk';
import type { Words } from '../words';
import { Controls } from './controls';
import { Heading } from './heading';
import type { Journey } from './journey';
import { Look, NO_LOOKS } from './look';
import { OwnPicture } from './own';
import { People } from './people';
import { ShownPictures } from './shown';
import { Sound } from './sound';
import { CALL_MS, callLine, lastNews, ownLine, pausedLine, refusalLine, soundLine, statusLines } from './status';
import { useLasting } from './lasting';
import { Tile, TROUBLE_MS } from './tile';

type Props = { journey: Journey; state: VisitState; words: Words };

/** From this width on the list of people stands beside the stage instead of over it. */
const WIDE = '(min-width: 900px)';

export function Live({ journey, state, words }: Props) {
  const isStaff = state.can.includes('admit');
  const [peopleOpen, setPeopleOpen] = useState(() => isStaff && matchMedia(WIDE).matches);
  // On a phone the list lies over the stage: the focus goes there, and back to the button.
  const [peopleFocus, setPeopleFocus] = useState(false);
  const peopleButton = useRef<HTMLButtonElement>(null);
  const openPeople = (focus: boolean) => {
    setPeopleFocus(focus);
    setPeopleOpen(true);
  };
  const closePeople = () => {
    setPeopleOpen(false);
    peopleButton.current?.focus();
  };
  const togglePeople = () => (peopleOpen ? closePeople() : openPeople(!matchMedia(WIDE).matches));
  return (
    <main class="live" data-people={peopleOpen}>
      <Heading text={words.live.title} hidden />
      <div class="top">
        <Status journey={journey} state={state} words={words} />
        {isStaff && !peopleOpen ? <SomebodyWaits state={state} words={words} open={() => openPeople(true)} /> : null}
      </div>
      <Stage journey={journey} state={state} words={words} />
      {peopleOpen ? <People journey={journey} state={state} words={words} focus={peopleFocus} close={closePeople} /> : null}
      <Sound voices={voices(state.boundByMid)} streamOf={(mid) => journey.visit?.streamOf(mid) ?? null}
        speakerId={journey.speakerId} words={words} />
      <Controls journey={journey} state={state} words={words} people={{ open: peopleOpen, button: peopleButton, toggle: togglePeople }} />
    </main>
  );
}

function Stage({ journey, state, words }: Props) {
  const shown = useMemo(() => new ShownPictures((views) => journey.visit?.show(views)), [journey.visit]);
  useEffect(() => () => shown.close(), [shown]);
  const [looks, look] = useState(NO_LOOKS);
  const [openKey, setOpenKey] = useState<string | null>(null);
  const { screens, faces } = stage(state);
  const pictures = [...screens, ...faces];
  const opened = pictures.find(({ key }) => key === openKey);
  const alone = pictures.length < 2;
  const isLarge = ({ key, source }: Picture) => source === 'screen' || (key === looks.pinned && !alone);
  const large = pictures.filter(isLarge);
  const rest = pictures.filter((picture) => !isLarge(picture));
  const tile = (picture: Picture) => {
    const { key } = picture;
    const view = {
      pinned: looks.pinned === key, signing: looks.signing.includes(key), open: openKey === key,
      toggle: () => setOpenKey(openKey === key ? null : key),
    };
    return (
      <Tile key={key} picture={picture} shown={shown} view={view} words={words}
        stream={picture.mid === null ? null : journey.visit?.streamOf(picture.mid) ?? null} />
    );
  };
  return (
    <section class="stage" aria-label={words.live.stage} data-large={large.length}>
      {large.length > 0 ? <div class="large">{large.map(tile)}</div> : null}
      <div class="faces" data-count={Math.min(rest.length, 9)}>{rest.map(tile)}</div>
      {state.media === 'connecting' ? <p class="connecting" role="status">{words.status.connecting}</p> : null}
      {faces.length === 0 ? <p class="alone">{state.can.includes('admit') ? words.live.aloneStaff : words.live.alone}</p> : null}
      {state.can.includes('show_face') ? (
        <figure class="own">
          <OwnPicture camera={journey.capture.camera} label={words.live.ownPicture} empty={words.live.cameraOff} />
          <figcaption class="line">
            <span class="name">{words.live.own}</span>
            {journey.capture.sources.microphone ? null : <span class="mark">{words.live.muted}</span>}
          </figcaption>
        </figure>
      ) : null}
      {opened ? (
        <Look key={opened.key} picture={opened} looks={looks} alone={alone} words={words} look={look} close={() => setOpenKey(null)} />
      ) : null}
    </section>
  );
}

function Status({ journey, state, words }: Props) {
  const paused = useLasting(pausedLine(state, words), TROUBLE_MS);
  const call = useLasting(callLine(state.line, words), CALL_MS);
  const own = useLasting(ownLine(state, words), TROUBLE_MS);
  const sound = useLasting(soundLine(state, words), TROUBLE_MS);
  const unseen = state.givenUp === 'voice' || state.givenUp === 'thin';
  const lines = [...statusLines(state, words), call, paused, unseen ? own : ''].filter((line) => line !== '');
  const quiet = [unseen ? '' : own, sound].filter((line) => line !== '');
  const { camera, microphone } = journey.capture.problems;
  return (
    <>
      <div class="status" role="status">
        {lines.map((line) => <p class="notice" key={line}>{line}</p>)}
        {quiet.map((line) => <p class="quiet" key={line}>{line}</p>)}
        <p class="unseen" key={state.newsCount}>{lastNews(state, words)}</p>
      </div>
      {microphone && state.can.includes('speak') ? <p class="notice">{words.microphoneProblem[microphone]}</p> : null}
      {camera && journey.capture.choice.camera && state.can.includes('show_face') ? <p class="notice">{words.cameraProblem[camera]}</p> : null}
      {state.refusal ? (
        <div class="banner" role="alert">
          <p>{refusalLine(state.refusal, words)}</p>
          <button type="button" class="button small" onClick={() => journey.visit?.refusalRead()}>{words.status.ok}</button>
        </div>
      ) : null}
    </>
  );
}

function SomebodyWaits({ state, words, open }: { state: VisitState; words: Words; open: () => void }) {
  const waiting = state.people.filter((person) => person.presence === 'waiting');
  const [first] = waiting;
  if (!first) return null;
  return (
    <div class="banner">
      <p>{waiting.length === 1 ? words.people.waits(first.display_name) : words.people.waitMany(waiting.length)}</p>
      <button type="button" class="button main" onClick={open}>{words.people.see}</button>
    </div>
  );
}
