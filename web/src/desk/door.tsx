// Before the desk. In: a key. Out: the desk, or why not. Never: the key shown, kept by the browser's own store of passwords, or sent before the press.
import { useState } from 'preact/hooks';
import { Head } from '../page/display';
import { Field } from '../page/field';
import { Heading } from '../page/heading';
import type { Desk } from './desk';
import { Wrong } from './parts';
import type { Both } from './words';

export function Door({ desk, words }: { desk: Desk; words: Both }) {
  const [key, write] = useState('');
  const { door, title } = words.desk;
  return (
    <main class="page plain">
      <Head journey={desk} words={words.page} first />
      <form class="card" onSubmit={(event) => { event.preventDefault(); void desk.enter(key.trim()); }}>
        <Heading text={title} />
        <p class="lead">{door.lead}</p>
        <Field label={door.key} value={key} write={write} hint={door.hint} type="password" />
        <Wrong trouble={desk.trouble} words={words} />
        <button type="submit" class="button main" disabled={desk.opening}>{desk.opening ? door.opening : door.enter}</button>
      </form>
    </main>
  );
}
