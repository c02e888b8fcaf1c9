// Recorded education as staff steers it, and as people find it while they wait. In: what plays and is offered. Out: presses. Never: a film over a film.
import { useEffect, useState } from 'preact/hooks';
import { positionAt, type VisitState } from '../sdk';
import { duration, type Words } from '../words';
import type { FilmProps } from './film';
import { Icon } from './icon';
import type { Journey } from './journey';
import { useLater } from './later';

type Props = { journey: Journey; state: VisitState; words: Words };

/** How often the bar is drawn anew while a film runs. */
const DRAW_EVERY_MS = 500;

/** For staff who may steer: where the film stands, and what can be done with it. */
export function LessonBar({ journey, state, words }: Props) {
  const { showing } = state;
  const [, redraw] = useState(0);
  const runs = showing?.state === 'playing';
  useEffect(() => {
    const timer = runs ? setInterval(() => redraw((count) => count + 1), DRAW_EVERY_MS) : undefined;
    return () => clearInterval(timer);
  }, [runs]);
  if (!showing || !state.can.includes('teach')) return null;
  const { playable, to } = showing;
  const position = () => Math.round(positionAt(showing, journey.visit?.serverNow() ?? showing.at_ms));
  const now = position();
  const plays = runs && now < playable.length_ms;
  const steer = (playing: boolean, position_ms: number) => journey.visit?.send({ t: 'steer_lesson', playing, position_ms });
  return (
    <div class="banner lesson-bar" role="group" aria-label={words.lesson.bar}>
      <p>{to === 'lobby' ? words.lesson.inLobby(playable.title) : words.lesson.inVisit(playable.title)}</p>
      <span class="acts">
        <button type="button" class="button main" onClick={() => steer(!plays, position())}>{plays ? words.lesson.pause : words.lesson.play}</button>
        <button type="button" class="button" onClick={() => journey.visit?.send({ t: 'stop_lesson' })}>{words.lesson.stop}</button>
      </span>
      <label class="seek">
        <span class="unseen">{words.lesson.seek}</span>
        <input type="range" min="0" max={playable.length_ms} step="1000" value={now} aria-valuetext={duration(words, now)}
          onChange={(event) => steer(plays, Number(event.currentTarget.value))} />
        <span>{words.lesson.place(duration(words, now), duration(words, playable.length_ms))}</span>
      </label>
    </div>
  );
}

/** What plays a film comes with the first one. */
export function Film(props: FilmProps) {
  const part = useLater(() => import('./film'));
  return part ? <part.Film {...props} /> : null;
}

/** In the lobby: what staff plays to all who wait, or what each may watch by themselves. */
export function WhileYouWait({ journey, state, words }: Props) {
  const [chosen, choose] = useState<string | null>(null);
  const { showing, offered } = state;
  const own = showing ? undefined : offered.find(({ tutorial }) => tutorial === chosen);
  if (!showing && offered.length === 0) return null;
  return (
    <section class="card while" aria-label={words.lesson.while}>
      <h2>{words.lesson.while}</h2>
      {showing ? <Film key={showing.playable.tutorial} journey={journey} state={state} words={words} playable={showing.playable} showing={showing} /> : null}
      {own ? (
        <>
          <Film key={own.tutorial} journey={journey} state={state} words={words} playable={own} showing={null} />
          <button type="button" class="button" onClick={() => choose(null)}>{words.lesson.back}</button>
        </>
      ) : null}
      {showing || own ? null : (
        <ul class="offered">
          {offered.map(({ tutorial, title, length_ms }) => (
            <li key={tutorial}>
              <button type="button" class="button wide" onClick={() => choose(tutorial)}>
                <Icon name="film" />
                <span>{title}</span>
                <span class="role">{duration(words, length_ms)}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
