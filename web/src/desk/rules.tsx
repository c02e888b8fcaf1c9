// The profiles of rules, to be read. In: the profiles of the server. Out: each in words. Never: a change; they are files of the server.
import { useCallback } from 'preact/hooks';
import { Heading } from '../page/heading';
import { listed } from '../words';
import type { Need, Policies, Policy, Role } from './bodies';
import { useLooked } from './looked';
import { type PartProps, Standing } from './parts';
import type { Both } from './words';

export function Rules({ desk, api, words }: PartProps) {
  const looked = useLooked(desk, useCallback(() => api.get<Policies>('/v1/policies'), [api]), false);
  return (
    <>
      <Heading text={words.desk.tab.rules} />
      <p class="hint">{words.desk.rules.lead}</p>
      <Standing looked={looked} words={words} />
      <ul class="things">{looked.value?.data.map((policy) => <Profile key={policy.name} policy={policy} words={words} />)}</ul>
    </>
  );
}

function Profile({ policy, words }: { policy: Policy; words: Both }) {
  const { page, desk: { rules, need } } = words;
  const { times, keep } = policy;
  const rule = (what: string, how: Need, who: readonly Role[]) => rules.rule(what, need[how], listed(page, who.map((role) => page.role[role])));
  const kept = [
    ...(keep.visit_days > 0 ? [rules.visit(keep.visit_days)] : []), ...(keep.chat_days > 0 ? [rules.chat(keep.chat_days)] : []),
    ...(keep.answer_days > 0 ? [rules.answers(keep.answer_days)] : []), ...(keep.recording_days > 0 ? [rules.recordings(keep.recording_days)] : []),
  ];
  return (
    <li>
      <h2><bdi>{policy.name}</bdi></h2>
      <Lines title={rules.gates} lines={policy.gates.map(({ gate, need: how, who }) => rule(page.ownGate[gate], how, who))} words={words} />
      <Lines title={rules.consents} lines={policy.consents.map(({ purpose, need: how, who }) => rule(page.purpose[purpose], how, who))} words={words} />
      <Lines title={rules.times} lines={[rules.early(times.early_minutes), rules.breach(times.wait_breach_minutes), rules.noShow(times.no_show_minutes)]} words={words} />
      <Lines title={rules.keep} lines={kept} words={words} />
    </li>
  );
}

function Lines({ title, lines, words }: { title: string; lines: string[]; words: Both }) {
  return (
    <>
      <h3>{title}</h3>
      <ul class="bare">{(lines.length > 0 ? lines : [words.desk.rules.nothing]).map((line) => <li key={line}>{line}</li>)}</ul>
    </>
  );
}
