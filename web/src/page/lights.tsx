// How the own line keeps the four standards, while one interprets. In: verdicts of the server. Out: four lights, each with its word, and what is not as it should be. Never: colour alone; a judgement of its own.
import type { StandardNow } from '../protocol';
import type { Words } from '../words';
import { Icon, type IconName } from './icon';

const ICONS: Record<StandardNow['verdict'], IconName | null> = { met: 'check', not_met: 'close', not_measured: null };

export function Lights({ standards, words }: { standards: StandardNow[]; words: Words }) {
  if (standards.length === 0) return null;
  const lightOf = (verdict: StandardNow['verdict'], measures: StandardNow['not_met']) =>
    measures.length > 0 ? measures.map((measure) => words.standards.why[measure]).join(' ') : words.standards.verdict[verdict];
  return (
    <ul class="lights" aria-label={words.standards.title} aria-live="polite">
      {standards.map(({ number, verdict, not_met: measures }) => {
        const icon = ICONS[verdict];
        return (
          <li key={number} data-verdict={verdict} aria-atomic="true">
            <span class="light">{icon ? <Icon name={icon} /> : null}</span>
            <span><b>{words.standards.names[number - 1]}</b> <span class="verdict">{lightOf(verdict, measures)}</span></span>
          </li>
        );
      })}
    </ul>
  );
}
