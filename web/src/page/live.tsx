// The visit itself. In: what is known and received. Out: stage, status, people, controls. Never: decides who is seen; the server binds, this draws.
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { facing, gainOf, isCaptioned, isInterpreted, lastId, type Picture, stage, unread, type VisitState, voices } from '../sdk';
import type { Words } from '../words';
import { Asks } from './asks';
import { Banners, type Panel } from './banners';
import { ChatPanel } from './chat';
import { Controls } from './controls';
import { DisplayPanel } from './display';
import { Heading } from './heading';
import { Icon } from './icon';
import type { Journey } from './journey';
import { useLater } from './later';
import { Film, LessonBar } from './lesson';
import type { LookProps } from './look';
import { drawn, NO_LOOKS } from './looks';
import { OwnPicture } from './own';
import { People } from './people';
import { Recording } from './recording';
import { ShownPictures } from './shown';
import { Sound } from './sound';
import { CALL_MS, callLine, lastNews, ownLine, pausedLine, soundLine, statusLines } from './status';
import { useLasting } from './lasting';
import { Tile, TROUBLE_MS } from './tile';

type Props = { journey: Journey; state: VisitState; words: Words };

/** From this width on the list of people, the chat and the questions stand beside the stage instead of over it. */
const WIDE = '(min-width: 900px)';

export function Live({ journey, state, words }: Props) {
  const isStaff = state.can.includes('admit');
  // Whoever interprets asks for words in the chat.
  const first = isStaff ? 'people' : state.can.includes('interpret') ? 'chat' : null;
  const [panel, setPanel] = useState<Panel | null>(() => (matchMedia(WIDE).matches ? first : null));
  // On a phone the list lies over the stage: the focus goes there, and back to the button.
  const [peopleFocus, setPeopleFocus] = useState(false);
  const [writeTo, setWriteTo] = useState('everybody');
  const [lastRead, setLastRead] = useState('');
  const button = () => useRef<HTMLButtonElement>(null);
  const buttons = { people: button(), chat: button(), asks: button(), teach: button(), display: button() };
  const newest = lastId(state.chat);
  useEffect(() => {
    if (panel === 'chat') setLastRead(newest);
  }, [panel, newest]);
  const open = (which: Panel) => {
    setPeopleFocus(true);
    setPanel(which);
  };
  const write = (participant: string) => {
    setWriteTo(participant);
    open('chat');
  };
  const close = () => {
    setPanel(null);
    if (panel) buttons[panel].current?.focus();
  };
  const toggle = (which: Panel) => {
    if (panel === which) return close();
    setPeopleFocus(!matchMedia(WIDE).matches);
    setWriteTo('everybody');
    return setPanel(which);
  };
  const count = { people: waitingCount(state), chat: unread(state.chat, state.you, lastRead).length, asks: 0, teach: 0, display: 0 };
  // Whoever writes them sees what the others read.
  const captioned = isCaptioned(state) && (journey.settings.captions || state.can.includes('caption'));
  return (
    <main class="live" data-panel={panel !== null} data-captioned={captioned}>
      <Heading text={words.live.title} hidden />
      <div class="top">
        <Recording journey={journey} state={state} words={words} />
        <Status journey={journey} state={state} words={words} />
        {state.can.includes('interpret') ? <Booth journey={journey} state={state} words={words} /> : null}
        {isInterpreted(state) && !state.can.includes('interpret') ? <Hearing journey={journey} state={state} words={words} /> : null}
        {attends(state) ? <Attend journey={journey} state={state} words={words} /> : null}
        <LessonBar journey={journey} state={state} words={words} />
        <Banners journey={journey} state={state} words={words} panel={panel} lastRead={lastRead} open={open} />
      </div>
      <Stage journey={journey} state={state} words={words} />
      {captioned ? <WrittenDown journey={journey} state={state} words={words} /> : null}
      {panel === 'people' ? <People journey={journey} state={state} words={words} focus={peopleFocus} write={write} close={close} /> : null}
      {panel === 'chat' ? <ChatPanel journey={journey} state={state} words={words} first={writeTo} close={close} /> : null}
      {panel === 'teach' ? <Teach journey={journey} state={state} words={words} close={close} /> : null}
      {panel === 'display' ? (
        <DisplayPanel journey={journey} words={words} close={close}>
          {isCaptioned(state) ? <CaptionLooks journey={journey} state={state} words={words} /> : null}
        </DisplayPanel>
      ) : null}
      {panel === 'asks' ? <AsksPanel journey={journey} state={state} words={words} close={close} /> : null}
      <Sound voices={voices(state.boundByMid)} streamOf={(mid) => journey.visit?.streamOf(mid) ?? null}
        speakerId={journey.speakerId} words={words} mixes={isInterpreted(state)}
        gainOf={(participant) => gainOf(state.hearing, participant, journey.balance)} />
      <Controls journey={journey} state={state} words={words} panels={{ open: panel, count, buttons, toggle }} />
    </main>
  );
}

function waitingCount(state: VisitState): number {
  return state.can.includes('admit') ? state.people.filter((person) => person.presence === 'waiting').length : 0;
}

/** Whether there is something of it to show. */
function attends({ stillAsked, still, can, plan }: VisitState): boolean {
  const now = plan.segment === null ? undefined : plan.segments[plan.segment];
  return stillAsked !== null || still !== null || (can.includes('counsel') && now === 'counselling');
}

function AsksPanel({ journey, state, words, close }: Props & { close: () => void }) {
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => button.current?.focus(), []);
  return (
    <aside class="people" aria-label={words.controls.asks}>
      <div class="people-head">
        <button type="button" class="button small" ref={button} onClick={close}><Icon name="close" />{words.people.close}</button>
      </div>
      <Asks journey={journey} state={state} words={words} />
    </aside>
  );
}

/** Only staff needs it, and seldom: it comes when it is asked for. */
function Teach(props: Props & { close: () => void }) {
  const part = useLater(() => import('./teach'));
  return part ? <part.TeachPanel {...props} /> : null;
}

/** Only where somebody interprets. */
function Hearing(props: Props) {
  const part = useLater(() => import('./hearing'));
  return part ? <part.HearingBar {...props} /> : null;
}

/** Only interpreters need it. */
function Booth(props: Props) {
  const part = useLater(() => import('./booth'));
  return part ? <part.Booth {...props} /> : null;
}

/** Only when a picture is asked for, or medicines are explained by this person. */
function Attend(props: Props) {
  const part = useLater(() => import('./attend'));
  return part ? <part.Attend {...props} /> : null;
}

/** What is written down live, and the desk of whoever writes it. */
function WrittenDown(props: Props) {
  const part = useLater(() => import('./captions'));
  return (
    <div class="captioned">
      {part ? <part.Captions {...props} /> : null}
      {props.state.can.includes('caption') ? <CaptionerDesk {...props} /> : null}
    </div>
  );
}

function CaptionerDesk(props: Props) {
  const part = useLater(() => import('./captioner'));
  return part ? <part.CaptionerDesk {...props} /> : null;
}

/** When a picture is pressed. */
function Opened(props: LookProps) {
  const part = useLater(() => import('./look'));
  return part ? <part.Look {...props} /> : null;
}

function CaptionLooks(props: Props) {
  const part = useLater(() => import('./captions'));
  return part ? <part.CaptionLooks {...props} /> : null;
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
  // Whoever interprets reads two faces; where there are only those two, they are large anyway.
  const faced = state.can.includes('interpret') && faces.length > 2 ? facing(state.people) : [];
  const signers = state.hearing?.signers ?? [];
  const isLarge = (picture: Picture) =>
    picture.source === 'screen' || (drawn(looks, picture, signers).pinned && !alone) || faced.includes(picture.person.participant);
  const large = pictures.filter(isLarge);
  const showing = state.showing?.to === 'visit' ? state.showing : null;
  const rest = pictures.filter((picture) => !isLarge(picture));
  const tile = (picture: Picture) => {
    const { key } = picture;
    const view = { ...drawn(looks, picture, signers), open: openKey === key, toggle: () => setOpenKey(openKey === key ? null : key) };
    return (
      <Tile key={key} picture={picture} shown={shown} view={view} words={words}
        stream={picture.mid === null ? null : journey.visit?.streamOf(picture.mid) ?? null} />
    );
  };
  return (
    <section class="stage" aria-label={words.live.stage} data-large={large.length + (showing ? 1 : 0)}>
      {large.length > 0 || showing ? (
        <div class="large">
          {showing ? <Film key={showing.playable.tutorial} journey={journey} state={state} words={words} playable={showing.playable} showing={showing} /> : null}
          {large.map(tile)}
        </div>
      ) : null}
      <div class="faces" data-count={Math.min(rest.length, 9)}>{rest.map(tile)}</div>
      {state.media === 'connecting' ? <p class="connecting" role="status">{words.status.connecting}</p> : null}
      {faces.length === 0 && state.apart === null ? <p class="alone">{state.can.includes('admit') ? words.live.aloneStaff : words.live.alone}</p> : null}
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
        <Opened key={opened.key} picture={opened} looks={looks} signers={signers} alone={alone} words={words} look={look} close={() => setOpenKey(null)} />
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
  const { replaced, problems: { camera, microphone } } = journey.capture;
  const gone = { ...replaced, speaker: journey.speakerGone };
  const instead = (['camera', 'microphone', 'speaker'] as const).map((kind) => (gone[kind] ? words.deviceReplaced[kind] : ''));
  const quiet = [unseen ? '' : own, sound, ...instead].filter((line) => line !== '');
  return (
    <>
      <div class="status" role="status">
        {lines.map((line) => <p class="notice" key={line}>{line}</p>)}
        {quiet.map((line) => <p class="quiet" key={line}>{line}</p>)}
        <p class="unseen" key={state.newsCount}>{lastNews(state, words)}</p>
      </div>
      {microphone && state.can.includes('speak') ? <p class="notice">{words.microphoneProblem[microphone]}</p> : null}
      {camera && journey.capture.choice.camera && state.can.includes('show_face') ? <p class="notice">{words.cameraProblem[camera]}</p> : null}
    </>
  );
}
