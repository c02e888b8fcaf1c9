// What the rows of the list of people share. In: a person. Out: their name, part and marks. Never: a button.
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Person } from '../protocol';
import type { VisitState } from '../sdk';
import type { Words } from '../words';
import type { Journey } from './journey';

export type RowProps = {
  person: Person; journey: Journey; state: VisitState; words: Words;
  /** Gives the focus to the heading of the list. */
  toTitle: () => void;
  /** Opens the chat with that person. */
  write: (participant: string) => void;
};

/** A row that goes while it has the focus hands it to the heading of the list. */
export function useRow(toTitle: () => void) {
  const row = useRef<HTMLLIElement>(null);
  // Not an ordinary effect: those are undone after the row has gone, and the focus with it.
  useLayoutEffect(() => {
    const element = row.current;
    return () => {
      if (element?.contains(document.activeElement)) toTitle();
    };
  }, []);
  return row;
}

/** The person themselves. */
export function Own({ state, words }: { state: VisitState; words: Words }) {
  return <li><span class="who"><bdi class="name">{state.name}</bdi><span class="role">{state.leads ? words.people.youLead : words.people.you}</span></span></li>;
}

export function Who({ person, words }: { person: Person; words: Words }) {
  const part = [words.role[person.role], person.relationship ? words.relationship[person.relationship] : ''].filter(Boolean).join(' · ');
  return (
    <span class="who">
      <bdi class="name">{person.display_name}</bdi>
      <span class="role">{part}</span>
      {person.leads ? <span class="role">{words.people.leads}</span> : null}
      {person.presence === 'reconnecting' ? <span class="role">{words.presence.reconnecting}</span> : null}
      {person.apart ? <span class="flag">{words.apartMark[person.apart]}</span> : null}
      {person.voice_only ? <span class="flag">{words.voiceOnly.mark}</span> : null}
      {person.in_sidebar ? <span class="flag">{words.people.confers}</span> : null}
    </span>
  );
}
