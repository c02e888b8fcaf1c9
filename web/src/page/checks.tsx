// What staff checks of a person, or goes on without. In: what is still needed. Out: checked, or the reason why not. Never: gone on without a reason.
import { useState } from 'preact/hooks';
import type { Gate } from '../protocol';
import { checklist, type Mark } from './checklist';
import { Icon, type IconName } from './icon';
import { Ask, useQuestion } from './ask';
import { Field } from './field';
import type { RowProps } from './row';

export function Checks(props: RowProps) {
  const { person, words } = props;
  const missing = [...(person.readiness?.before_admission ?? []), ...(person.readiness?.before_end ?? [])];
  const marks = person.readiness ? checklist(person.readiness) : [];
  return (
    <>
      {marks.length > 0 ? (
        <ul class="checklist" aria-label={words.checks.list(person.display_name)}>
          {marks.map(({ of, mark }) => (
            <li key={of} data-mark={mark}>
              <Icon name={MARK_ICONS[mark]} />
              <span>{of === 'consent' ? words.checks.consent : words.checks.short[of]}</span>
              <span class="unseen">{words.checks.mark[mark]}</span>
            </li>
          ))}
        </ul>
      ) : null}
      {missing.length > 0 ? (
        <details class="more">
          <summary>{words.checks.open(person.display_name)}</summary>
          {missing.map((gate) => <Check key={gate} {...props} gate={gate} />)}
        </details>
      ) : null}
    </>
  );
}

const MARK_ICONS: Record<Mark, IconName> = { done: 'check', skipped: 'into', failed: 'close', open: 'asks' };

function Check({ person, journey, words, gate }: RowProps & { gate: Gate }) {
  const { participant, presence } = person;
  const { asking, opener, ask, done } = useQuestion();
  const [reason, write] = useState('');
  const name = words.gate[gate];
  // Whoever waits cannot be seen yet: staff has asked them.
  const looked = presence === 'here' || presence === 'reconnecting';
  const checked = () => journey.visit?.send({ t: 'check', participant, evidence: { gate: 'by_staff', checked: gate, looked, passed: true } });
  return (
    <div class="check">
      <span class="name">{name}</span>
      {asking ? (
        <Ask question={words.checks.without(name)} yes={words.checks.withoutYes} no={words.ask.admitNo} onNo={done}
          onYes={() => { done(); journey.visit?.send({ t: 'deviate', skip: { participant, gate, reason: reason.trim() } }); }}>
          <Field label={words.checks.reason} value={reason} write={write} hint={words.ask.whyHint} />
        </Ask>
      ) : (
        <span class="acts">
          <button type="button" class="button small" aria-label={words.checks.checkedName(name)} onClick={checked}>{words.checks.checked}</button>
          <button type="button" class="button small" ref={opener} aria-label={words.checks.skipName(name)} onClick={ask}>{words.checks.skip}</button>
        </span>
      )}
    </div>
  );
}
