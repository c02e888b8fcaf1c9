// What a person can do in the visit, in words and at least 48 pixels high. In: what is on, what is allowed. Out: presses. Never: an icon alone.
import type { RefObject } from 'preact';
import { canShareScreen, type VisitState } from '../sdk';
import type { Words } from '../words';
import { Ask, useQuestion } from './ask';
import { Icon, type IconName } from './icon';
import type { Journey } from './journey';

type Button = RefObject<HTMLButtonElement | null>;
type PeopleList = { open: boolean; button: Button; toggle: () => void };
type Props = { journey: Journey; state: VisitState; words: Words; people: PeopleList };

export function Controls({ journey, state, words, people }: Props) {
  const { capture, visit } = journey;
  const { asking, opener, ask, done } = useQuestion();
  const { camera, microphone, screen } = capture.sources;
  const waiting = state.people.filter((person) => person.presence === 'waiting').length;
  const can = (capability: VisitState['can'][number]) => state.can.includes(capability);
  return (
    <div class="controls" role="group" aria-label={words.controls.label}>
      {asking ? (
        <Ask question={words.ask.end} yes={words.ask.endYes} no={words.ask.endNo}
          onYes={() => { done(); visit?.send({ t: 'end', outcome: null, skip: [] }); }} onNo={done} />
      ) : null}
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
      <Control icon={journey.saver ? 'check' : 'data'} text={words.controls.saver} pressed={journey.saver}
        press={() => journey.saveData(!journey.saver)} />
      <Control icon="people" text={words.controls.people} count={can('admit') ? waiting : 0} expanded={people.open}
        press={people.toggle} button={people.button} />
      <Control icon="leave" text={words.controls.leave} press={() => journey.leave()} />
      {can('end') ? <Control icon="end" grave text={words.controls.end} press={ask} button={opener} /> : null}
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
