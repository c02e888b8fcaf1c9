// Which screen is shown. In: the journey. Out: one screen, and the language of the document. Never: two screens, or none.
import { useEffect, useState } from 'preact/hooks';
import { wordsFor } from '../words';
import { stayAwake } from './awake';
import { Early } from './early';
import type { Journey } from './journey';
import { Live } from './live';
import { Connecting, NoLink, TheEnd } from './plain';
import { Waiting } from './waiting';
import { Welcome } from './welcome';

export function App({ journey }: { journey: Journey }) {
  const [, redraw] = useState(0);
  useEffect(() => {
    const changed = () => redraw((count) => count + 1);
    journey.listen(changed);
    // Something may have happened between the first drawing and now.
    changed();
  }, [journey]);
  const { screen, state } = journey;
  const words = wordsFor([...(state ? [state.language] : []), ...navigator.languages]);
  useEffect(() => {
    document.documentElement.lang = words.tag;
    document.documentElement.dir = words.direction;
    document.title = words.title;
  }, [words]);
  useEffect(() => stayAwake(screen.at === 'visit'), [screen.at]);
  switch (screen.at) {
    case 'no_link':
      return <NoLink words={words} />;
    case 'welcome':
      return <Welcome journey={journey} words={words} />;
    case 'ending':
      return <TheEnd journey={journey} ending={screen.ending} words={words} />;
    case 'visit':
      if (state?.standing === 'early') return <Early journey={journey} state={state} words={words} />;
      if (state?.standing === 'waiting') return <Waiting journey={journey} state={state} words={words} />;
      if (state?.standing === 'admitted') return <Live journey={journey} state={state} words={words} />;
      return <Connecting state={state} words={words} />;
  }
}
