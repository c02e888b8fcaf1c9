// Ready-made sentences for people who wait. In: a choice of staff. Out: the sentence as its code. Never: words that travel; each page says it in its reader's language.
import { useState } from 'preact/hooks';
import type { ReadyMade } from '../protocol';
import type { Words } from '../words';
import { Select } from './field';
import { spoken } from './spoken';

/** What somebody who is late says: nobody knows it to the minute. */
const LATE_MINUTES = [5, 10, 15, 20, 30, 45, 60];

const READY: readonly ReadyMade[] = [
  ...LATE_MINUTES.map((minutes): ReadyMade => ({ code: 'late', minutes })),
  { code: 'soon' }, { code: 'longer' }, { code: 'another' }, { code: 'trouble' }, { code: 'call' },
];

export type Option = { value: string; text: string };

export function options(words: Words): Option[] {
  return READY.map((ready) => ({ value: nameOf(ready), text: spoken(ready, words) }));
}

/** The sentence of an option; none of the name stands for words of one's own. */
export function readyOf(value: string): ReadyMade | null {
  return READY.find((ready) => nameOf(ready) === value) ?? null;
}

/** Within a visit: a sentence is said as it is chosen and pressed, beside what is written by hand. */
export function Ready({ words, say }: { words: Words; say: (ready: ReadyMade) => void }) {
  const all = options(words);
  const [value, choose] = useState(all[0]?.value ?? '');
  const press = () => {
    const ready = readyOf(value);
    if (ready) say(ready);
  };
  return (
    <div class="form">
      <Select label={words.lobby.sentence} value={value} options={all} choose={choose} />
      <button type="button" class="button" onClick={press}>{words.lobby.say}</button>
    </div>
  );
}

function nameOf(ready: ReadyMade): string {
  return ready.code === 'late' ? `${ready.code} ${ready.minutes}` : ready.code;
}
