// What a person can do in the visit, in words and at least 48 pixels high. In: what is on, what is allowed. Out: presses. Never: an icon alone.
import { useState } from 'preact/hooks';
import { canShareScreen, type VisitState } from '../sdk';
import type { Words } from '../words';
import { Ask } from './ask';
import { Icon, type IconName } from './icon';
import type { Journey } from './journey';

type Props = { journey: Journey; state: VisitState; words: Words; peopleOpen: boolean; togglePeople: () => void };

export function Controls({ journey, state, words, peopleOpen, togglePeople }: Props) {
  const { capture, visit } = journey;
  const [asking, setAsking] = useState(false);
  const { camera, microphone, screen } = capture.sources;
  const waiting = state.people.filter((person) => person.presence === 'waiting').length;
  const can = (capability: VisitState['can'][number]) => state.can.includes(capability);
  return (
    <div class="controls" role="group" aria-label={words.controls.label}>
      {asking ? (
        <Ask question={words.ask.end} yes={words.ask.endYes} no={words.ask.endNo}
          onYes={() => { setAsking(false); visit?.send({ t: 'end' }); }} onNo={() => setAsking(false)} />
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
      <Control icon="people" text={words.controls.people} count={can('admit') ? waiting : 0} expanded={peopleOpen} press={togglePeople} />
      <Control icon="leave" text={words.controls.leave} press={() => journey.leave()} />
      {can('end') ? <Control icon="end" grave text={words.controls.end} press={() => setAsking(true)} /> : null}
    </div>
  );
}

type ControlProps = { icon: IconName; text: string; press: () => void; off?: boolean; grave?: boolean; count?: number; expanded?: boolean };

function Control({ icon, text, press, off = false, grave = false, count = 0, expanded }: ControlProps) {
  const open = expanded === undefined ? {} : { 'aria-expanded': expanded };
  return (
    <button type="button" class={`control ${off ? 'off' : ''} ${grave ? 'grave' : ''}`} onClick={press} {...open}>
      <Icon name={icon} />
      <span>{text}{count > 0 ? ' ' : null}{count > 0 ? <span class="count">{count}</span> : null}</span>
    </button>
  );
}
