// Which part of the desk is shown. In: the desk. Out: the door, or one part, in the person's language and as they read best. Never: two parts, or none.
import { useEffect, useLayoutEffect, useState } from 'preact/hooks';
import { Head } from '../page/display';
import { marks, wishes } from '../page/settings';
import { useWords } from '../page/tongue';
import { tongueOf } from '../words';
import { Audit } from './audit';
import { Board } from './board';
import { type Desk, type Tab, TABS } from './desk';
import { Door } from './door';
import { Keys } from './keys';
import type { PartProps } from './parts';
import { Rules } from './rules';
import { Today } from './today';
import { Webhooks } from './webhooks';
import { bothOf } from './words';

const MORE_CONTRAST = '(prefers-contrast: more)';

const PARTS: Record<Tab, (props: PartProps) => preact.JSX.Element> = { day: Today, board: Board, keys: Keys, webhooks: Webhooks, rules: Rules, audit: Audit };

export function App({ desk }: { desk: Desk }) {
  const [, redraw] = useState(0);
  useEffect(() => desk.listen(() => redraw((count) => count + 1)), [desk]);
  const { settings, api, tab } = desk;
  const words = useWords(tongueOf(wishes(settings, null, navigator.languages)), bothOf);
  const look = marks(settings, matchMedia(MORE_CONTRAST).matches);
  useLayoutEffect(() => {
    Object.assign(document.documentElement.dataset, look);
  }, [look.text, look.contrast, look.light]);
  useLayoutEffect(() => {
    if (!words) return;
    document.documentElement.lang = words.page.tag;
    document.documentElement.dir = words.page.direction;
    document.title = words.desk.title;
  }, [words]);
  if (!words) return null;
  if (!api) return <Door desk={desk} words={words} />;
  const Part = PARTS[tab];
  return (
    <div class="page desk">
      <header class="bar">
        <nav aria-label={words.desk.nav.label}>
          {TABS.map((each) => (
            <button type="button" key={each} class="button choice" aria-current={each === tab ? 'page' : undefined} onClick={() => desk.show(each)}>
              {words.desk.tab[each]}
            </button>
          ))}
        </nav>
        <div class="mine">
          <Head journey={desk} words={words.page} />
          <button type="button" class="button" onClick={() => desk.leave()}>{words.desk.nav.leave}</button>
        </div>
      </header>
      <main key={tab}>
        <Part desk={desk} api={api} words={words} />
      </main>
    </div>
  );
}
