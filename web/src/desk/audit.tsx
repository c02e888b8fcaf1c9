// The audit log, searched. In: a visit, a day. Out: who did what, oldest first, page by page. Never: a name; people and keys are marks there.
import { useState } from 'preact/hooks';
import { Field } from '../page/field';
import { Heading } from '../page/heading';
import { moment } from '../words';
import { useAsked } from './asked';
import type { AuditEntry, AuditPage } from './bodies';
import { type PartProps, Wrong } from './parts';
import { asks, type Search, shortMark } from './search';
import type { Both } from './words';

type Found = { search: Search; entries: AuditEntry[]; next: string | null };

export function Audit({ desk, api, words }: PartProps) {
  const { audit, tab } = words.desk;
  const [search, write] = useState<Search>({ visit: '', since: '' });
  const [found, setFound] = useState<Found | null>(null);
  const { trouble, ask } = useAsked(desk);
  const look = (wanted: Search, former: Found | null) =>
    void ask(() => api.get<AuditPage>(asks(wanted, former?.next ?? null)), ({ data, next_cursor }) =>
      setFound({ search: wanted, entries: [...(former?.entries ?? []), ...data], next: next_cursor ?? null }));
  return (
    <>
      <Heading text={tab.audit} />
      <p class="hint">{audit.lead}</p>
      <form class="form filters" onSubmit={(event) => { event.preventDefault(); look(search, null); }}>
        <Field label={audit.visit} hint={audit.visitHint} value={search.visit} write={(visit) => write({ ...search, visit })} optional />
        <Field label={audit.since} type="date" value={search.since} write={(since) => write({ ...search, since })} optional />
        <button type="submit" class="button main">{audit.search}</button>
      </form>
      <Wrong trouble={trouble} words={words} />
      {found ? <Entries entries={found.entries} words={words} /> : null}
      {found?.next ? <button type="button" class="button" onClick={() => look(found.search, found)}>{audit.next}</button> : null}
    </>
  );
}

function Entries({ entries, words }: { entries: AuditEntry[]; words: Both }) {
  const { audit } = words.desk;
  if (entries.length === 0) return <p class="lead" role="status">{audit.none}</p>;
  const heads = [audit.when, audit.what, audit.who, audit.about];
  return (
    <div class="table" role="region" aria-label={words.desk.tab.audit} tabIndex={0}>
      <table>
        <thead><tr>{heads.map((head) => <th key={head} scope="col">{head}</th>)}</tr></thead>
        <tbody>
          {entries.map((entry) => (
            <tr key={entry.seq}>
              <td>{moment(words.page, entry.at)}</td>
              <td dir="ltr">{[entry.verb, entry.detail].filter(Boolean).join(' ')}</td>
              <td dir="ltr">{[entry.actor.kind, shortMark(entry.actor.hash)].filter(Boolean).join(' ')}</td>
              <td>{entry.outcome === 'not_found' ? <span class="flag">{audit.notFound}</span> : null} <span dir="ltr">{entry.visit ?? ''}</span></td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
