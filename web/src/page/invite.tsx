// Somebody more is asked to come. In: who. Out: their personal link, to be passed on. Never: a link kept once it is put away.
import { useState } from 'preact/hooks';
import type { Relationship, Role } from '../protocol';
import type { VisitState } from '../sdk';
import type { Words } from '../words';
import { CopyLink } from './copy';
import { Field, Select } from './field';
import type { Journey } from './journey';
import { languageOptions } from './languages';

type Props = { journey: Journey; state: VisitState; words: Words };

const NAME_MAX = 80;
/** Who is called in the middle of a visit. */
const CALLED: readonly Role[] = ['family', 'interpreter', 'pharmacist', 'clinician', 'captioner'];

export function Invite({ journey, state, words }: Props) {
  const [name, writeName] = useState('');
  const [role, chooseRole] = useState<Role>('family');
  const [relationship, chooseRelationship] = useState<Relationship | ''>('');
  const [language, writeLanguage] = useState(state.language);
  const related = role === 'family' || role === 'proxy';
  // By their part alone; a name comes with the person.
  const call = (called: Role) => journey.visit?.send({
    t: 'invite', person: { role: called, language, display_name: words.role[called], relationship: null },
  });
  const invite = () => {
    journey.visit?.send({
      t: 'invite',
      person: { role, language, display_name: name.trim(), relationship: related && relationship ? relationship : null },
    });
    writeName('');
  };
  return (
    <details class="others">
      <summary>{words.invite.open}</summary>
      <p class="hint">{words.invite.call}</p>
      <span class="acts">
        {CALLED.map((each) => (
          <button type="button" class="button small" key={each} aria-label={words.invite.callName(words.role[each])} onClick={() => call(each)}>{words.role[each]}</button>
        ))}
      </span>
      <details class="more">
        <summary>{words.invite.named}</summary>
        <form class="form" onSubmit={(event) => { event.preventDefault(); invite(); }}>
          <Field label={words.invite.name} value={name} write={writeName} max={NAME_MAX} />
          <Select label={words.invite.role} value={role} options={options(words.role)} choose={chooseRole} />
          {related ? (
            <Select label={words.invite.relationship} value={relationship} choose={chooseRelationship}
              options={[{ value: '', text: words.invite.unsaid }, ...options(words.relationship)]} />
          ) : null}
          <Select label={words.invite.language} value={language} options={languageOptions(words, state.language)} choose={writeLanguage} />
          <button type="submit" class="button main">{words.invite.make}</button>
        </form>
      </details>
    </details>
  );
}

function options<T extends string>(text: Record<T, string>): { value: T; text: string }[] {
  return (Object.keys(text) as T[]).map((value) => ({ value, text: text[value] }));
}

/** The link as it was given, once. */
export function Invited({ journey, state, words }: Props) {
  if (!state.invited) return null;
  const { participant, link } = state.invited;
  const name = state.people.find((person) => person.participant === participant)?.display_name ?? words.chat.somebody;
  return (
    <section class="card link">
      <h3>{words.invite.linkOf(name)}</h3>
      <p class="hint">{words.invite.linkHint}</p>
      <CopyLink link={link} label={words.invite.linkOf(name)} copy={words.invite.copy} words={words}>
        <button type="button" class="button" onClick={() => journey.visit?.invitedRead()}>{words.invite.done}</button>
      </CopyLink>
    </section>
  );
}
