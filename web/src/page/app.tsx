// Which screen is shown. In: the journey. Out: one screen, in the person's language and as they read best. Never: two screens, or none.
import { useEffect, useLayoutEffect, useState } from 'preact/hooks';
import { tongueOf, wordsOf } from '../words';
import { stayAwake } from './awake';
import { Early } from './early';
import type { Journey } from './journey';
import { Live } from './live';
import { Connecting, NoLink, TheEnd } from './plain';
import { marks, wishes } from './settings';
import { useWords } from './tongue';
import { Waiting } from './waiting';
import { Welcome } from './welcome';

const MORE_CONTRAST = '(prefers-contrast: more)';

export function App({ journey }: { journey: Journey }) {
  const [, redraw] = useState(0);
  useEffect(() => {
    const changed = () => redraw((count) => count + 1);
    journey.listen(changed);
    const device = matchMedia(MORE_CONTRAST);
    device.addEventListener('change', changed);
    // Something may have happened between the first drawing and now.
    changed();
    return () => device.removeEventListener('change', changed);
  }, [journey]);
  const { screen, state, settings } = journey;
  const words = useWords(tongueOf(wishes(settings, journey.language, navigator.languages)), wordsOf);
  const look = marks(settings, matchMedia(MORE_CONTRAST).matches);
  useLayoutEffect(() => {
    Object.assign(document.documentElement.dataset, look);
  }, [look.text, look.contrast, look.light]);
  useLayoutEffect(() => {
    if (!words) return;
    document.documentElement.lang = words.tag;
    document.documentElement.dir = words.direction;
    document.title = words.title;
  }, [words]);
  useEffect(() => stayAwake(screen.at === 'visit'), [screen.at]);
  if (!words) return null;
  switch (screen.at) {
    case 'no_link':
      return <NoLink journey={journey} words={words} />;
    case 'welcome':
      return <Welcome journey={journey} words={words} />;
    case 'ending':
      return <TheEnd journey={journey} screen={screen} words={words} />;
    case 'visit':
      if (state?.standing === 'early') return <Early journey={journey} state={state} words={words} />;
      if (state?.standing === 'waiting') return <Waiting journey={journey} state={state} words={words} />;
      if (state?.standing === 'admitted') return <Live journey={journey} state={state} words={words} />;
      return <Connecting journey={journey} state={state} words={words} />;
  }
}
