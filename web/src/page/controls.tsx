// What a person can do in the visit, in words and at least 48 pixels high. In: what is on, what is allowed. Out: presses. Never: an icon alone.
import type { RefObject } from 'preact';
import { canShareScreen, isCaptioned, type VisitState } from '../sdk';
import type { Words } from '../words';
import { useQuestion } from './ask';
import { isAsked } from './asks';
import type { Panel } from './banners';
import { Icon, type IconName } from './icon';
import type { Journey } from './journey';
import { useLater } from './later';
import { canBegin, record } from './recording';

type Button = RefObject<HTMLButtonElement | null>;
/** What can stand beside the stage, and how much there is new in it. */
type Panels = { open: Panel | null; count: Record<Panel, number>; buttons: Record<Panel, Button>; toggle: (panel: Panel) => void };
type Props = { journey: Journey; state: VisitState; words: Words; panels: Panels };

const PANEL_ICONS: Record<Panel, IconName> = { people: 'people', chat: 'chat', asks: 'asks', teach: 'film', display: 'globe' };

export function Controls({ journey, state, words, panels }: Props) {
  const { capture, visit } = journey;
  const { asking, opener, ask, done } = useQuestion();
  const { camera, microphone, screen } = capture.sources;
  const can = (capability: VisitState['can'][number]) => state.can.includes(capability);
  const panel = (which: Panel, text: string) => (
    <Control icon={PANEL_ICONS[which]} text={text} count={panels.count[which]} expanded={panels.open === which}
      press={() => panels.toggle(which)} button={panels.buttons[which]} />
  );
  return (
    <div class="controls" role="group" aria-label={words.controls.label}>
      {asking ? <EndQuestion journey={journey} state={state} words={words} done={done} /> : null}
      {can('speak') ? (
        <Control icon={microphone ? 'microphone' : 'microphone_off'} off={!microphone} text={microphone ? words.controls.mute : words.controls.unmute}
          press={() => void capture.switchMicrophone(!microphone)} />
      ) : null}
      {can('show_face') ? (
        <Control icon={camera ? 'camera' : 'camera_off'} off={!camera} text={camera ? words.controls.cameraOff : words.controls.cameraOn}
          press={() => void capture.switchCamera(!camera)} />
      ) : null}
      {can('share_screen') && canShareScreen() ? (
        <Control icon={screen ? 'screen_off' : 'screen'} text={screen ? words.controls.shareOff : words.controls.share}
          press={() => (screen ? capture.stopScreen() : void capture.shareScreen())} />
      ) : null}
      {canBegin(state) ? <Control icon="record" text={words.recording.begin} press={() => record(journey, 'start')} /> : null}
      <Control icon={journey.saver ? 'check' : 'data'} text={words.controls.saver} pressed={journey.saver}
        press={() => journey.saveData(!journey.saver)} />
      {isCaptioned(state) && !can('caption') ? (
        <Control icon="captions" text={words.purpose.captions} pressed={journey.settings.captions}
          press={() => journey.set({ captions: !journey.settings.captions })} />
      ) : null}
      {panel('people', words.controls.people)}
      {panel('chat', words.controls.chat)}
      {can('teach') ? panel('teach', words.controls.teach) : null}
      {isAsked(state) ? panel('asks', words.controls.asks) : null}
      {panel('display', words.display.title)}
      <Control icon="leave" text={words.controls.leave} press={() => journey.leave()} />
      {can('end') ? <Control icon="end" grave text={words.controls.end} press={() => { visit?.refusalRead(); ask(); }} button={opener} /> : null}
    </div>
  );
}

type ControlProps = {
  icon: IconName; text: string; press: () => void; off?: boolean; grave?: boolean; count?: number; expanded?: boolean; pressed?: boolean;
  button?: Button;
};

function Control({ icon, text, press, off = false, grave = false, count = 0, expanded, pressed, button }: ControlProps) {
  const told = { ...(expanded === undefined ? {} : { 'aria-expanded': expanded }), ...(pressed === undefined ? {} : { 'aria-pressed': pressed }) };
  return (
    <button type="button" ref={button ?? null} class={`control ${off ? 'off' : ''} ${grave ? 'grave' : ''}`} onClick={press} {...told}>
      <Icon name={icon} />
      <span>{text}{count > 0 ? ' ' : null}{count > 0 ? <span class="count">{count}</span> : null}</span>
    </button>
  );
}

/** Only staff ends a visit. */
function EndQuestion(props: { journey: Journey; state: VisitState; words: Words; done: () => void }) {
  const part = useLater(() => import('./staff'));
  return part ? <part.EndAsk {...props} /> : null;
}
