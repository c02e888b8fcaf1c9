// The tutorials of the organisation, for staff. In: the list, what plays and is offered. Out: one played, offered or recorded. Never: loaded before staff asks for it.
import { useEffect, useRef, useState } from 'preact/hooks';
import { listTutorials, type Tutorial } from '../sdk/tutorials';
import type { VisitState } from '../sdk';
import { duration, languageName, listed, type Words } from '../words';
import { useAsked } from './asked';
import { Icon } from './icon';
import type { Journey } from './journey';
import { keptSession } from './keep';
import { Recorder } from './record';

type Props = { journey: Journey; state: VisitState; words: Words; close: () => void };

export function TeachPanel({ journey, state, words, close }: Props) {
  const title = useRef<HTMLHeadingElement>(null);
  const [list, setList] = useState<Tutorial[] | null>([]);
  const [recording, record] = useState(false);
  const look = () => void listTutorials(keptSession()?.session ?? '').then(setList, () => setList(null));
  useEffect(look, []);
  useEffect(() => title.current?.focus(), [recording]);
  const { offered, offer } = useOffer(journey, state);
  const stored = () => {
    record(false);
    look();
  };
  return (
    <aside class="people teach" aria-label={words.teach.title}>
      <div class="people-head">
        <h2 tabIndex={-1} ref={title}>{recording ? words.record.title : words.teach.title}</h2>
        <button type="button" class="button small" onClick={close}><Icon name="close" />{words.people.close}</button>
      </div>
      {recording ? <Recorder journey={journey} state={state} words={words} done={stored} /> : (
        <>
          {list === null ? <p class="notice" role="status">{words.teach.noList}</p> : null}
          {list?.length === 0 ? <p class="hint">{words.teach.none}</p> : null}
          <ul>{list?.map((tutorial) => <Row key={tutorial.id} tutorial={tutorial} journey={journey} state={state} words={words} offered={offered.includes(tutorial.id)} offer={offer} />)}</ul>
          <button type="button" class="button main" onClick={() => record(true)}><Icon name="film" />{words.teach.record}</button>
        </>
      )}
    </aside>
  );
}

/** The films that are offered: as asked for, until the server has said what became of it. */
function useOffer(journey: Journey, state: VisitState) {
  const [asked, ask] = useAsked(state.offered.map(({ tutorial }) => tutorial).join(' '), state);
  const offered = asked.split(' ').filter((id) => id !== '');
  const offer = (id: string, wanted: boolean) => {
    const tutorials = wanted ? [...offered, id] : offered.filter((each) => each !== id);
    ask(tutorials.join(' '));
    journey.visit?.send({ t: 'offer_lessons', tutorials });
  };
  return { offered, offer };
}

type RowProps = Omit<Props, 'close'> & { tutorial: Tutorial; offered: boolean; offer: (id: string, wanted: boolean) => void };

function Row({ tutorial, journey, state, words, offered, offer }: RowProps) {
  const { id, title_by_language: titles, language, films, length_ms } = tutorial;
  const title = titles[state.language] ?? titles[words.tag] ?? titles[language] ?? id;
  const send = journey.visit?.send.bind(journey.visit);
  const languages = listed(words, films.map((film) => languageName(words, film.language)));
  return (
    <li>
      <span class="who">
        <span class="name">{title}</span>
        <span class="role">{films.length > 0 ? words.teach.about(duration(words, length_ms), languages) : words.teach.noFilm}</span>
      </span>
      {films.length > 0 ? (
        <span class="acts">
          <button type="button" class="button small main" aria-label={words.teach.playName(title)} onClick={() => send?.({ t: 'start_lesson', tutorial: id, to: 'visit' })}>
            {words.teach.play}
          </button>
          <button type="button" class="button small" aria-label={words.teach.lobbyName(title)} onClick={() => send?.({ t: 'start_lesson', tutorial: id, to: 'lobby' })}>
            {words.teach.lobby}
          </button>
          <label class="tick">
            <input type="checkbox" checked={offered} onChange={({ currentTarget }) => offer(id, currentTarget.checked)} />
            <span>{words.teach.offer}<span class="unseen"> {title}</span></span>
          </label>
        </span>
      ) : null}
    </li>
  );
}
