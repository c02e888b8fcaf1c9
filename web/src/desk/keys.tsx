// API keys: made, given a new secret, revoked. In: what a key may do. Out: the list, and a secret once. Never: a secret in the list; revoking without a second look.
import { useCallback, useState } from 'preact/hooks';
import { Ask, useQuestion } from '../page/ask';
import { Field } from '../page/field';
import { Heading } from '../page/heading';
import { moment } from '../words';
import { useAsked } from './asked';
import type { Key, KeyList, NewKey, RotateKey, Scope } from './bodies';
import { useLooked } from './looked';
import { Once, type PartProps, Standing, Wrong } from './parts';

/** As long as the API takes. */
const NAME_CHARS_MAX = 80;
/** Enough to change a setting in working hours. */
const OVERLAP_SECONDS = 86_400;

export function Keys(part: PartProps) {
  const { desk, api, words } = part;
  const looked = useLooked(desk, useCallback(() => api.get<KeyList>('/v1/keys'), [api]), false);
  const [fresh, setFresh] = useState<Key | null>(null);
  const came = (key: Key) => {
    setFresh(key);
    looked.again();
  };
  const { keys } = words.desk;
  return (
    <>
      <Heading text={words.desk.tab.keys} />
      <Standing looked={looked} words={words} />
      {fresh?.text ? <Once key={fresh.text} label={keys.made(fresh.name)} text={fresh.text} words={words} close={() => setFresh(null)} /> : null}
      {looked.value?.data.length === 0 ? <p class="lead">{keys.none}</p> : null}
      <ul class="things">{looked.value?.data.map((key) => <One key={key.id} one={key} came={came} again={looked.again} {...part} />)}</ul>
      <Make came={came} {...part} />
    </>
  );
}

type OneProps = PartProps & { one: Key; came: (key: Key) => void; again: () => void };

function One({ one, came, again, desk, api, words }: OneProps) {
  const { keys, scope } = words.desk;
  const [rotating, revoking] = [useQuestion(), useQuestion()];
  const { trouble, ask: wish } = useAsked(desk);
  const time = (at: string) => moment(words.page, at);
  const body: RotateKey = { overlap_seconds: OVERLAP_SECONDS };
  const rotate = () => {
    rotating.done();
    void wish(() => api.call<Key>('POST', `/v1/keys/${one.id}/rotate`, body), came);
  };
  const revoke = () => {
    revoking.done();
    void wish(() => api.call<void>('DELETE', `/v1/keys/${one.id}`), again);
  };
  return (
    <li>
      <h2><bdi>{one.name}</bdi></h2>
      <p>{one.scopes.map((each) => scope[each]).join(' · ')}</p>
      <p class="hint">{[keys.since(time(one.created_at)), one.last_used_at ? keys.used(time(one.last_used_at)) : keys.unused].join(' · ')}</p>
      {one.expires_at ? <p class="hint">{keys.until(time(one.expires_at))}</p> : null}
      {one.former_until ? <p class="hint">{keys.former(time(one.former_until))}</p> : null}
      <div class="acts">
        <button type="button" class="button" ref={rotating.opener} aria-label={keys.rotateName(one.name)} onClick={rotating.ask}>{keys.rotate}</button>
        <button type="button" class="button" ref={revoking.opener} aria-label={keys.revokeName(one.name)} onClick={revoking.ask}>{keys.revoke}</button>
      </div>
      {rotating.asking ? <Ask question={keys.rotateAsk(one.name)} yes={keys.rotateYes} no={keys.keep} onYes={rotate} onNo={rotating.done} grave={false} /> : null}
      {revoking.asking ? <Ask question={keys.revokeAsk(one.name)} yes={keys.revokeYes} no={keys.keep} onYes={revoke} onNo={revoking.done} /> : null}
      <Wrong trouble={trouble} words={words} />
    </li>
  );
}

function Make({ came, desk, api, words }: PartProps & { came: (key: Key) => void }) {
  const { keys, scope } = words.desk;
  const [name, write] = useState('');
  const [scopes, tick] = useState<Scope[]>(['visits:read']);
  const { trouble, ask } = useAsked(desk);
  const make = () => {
    const body: NewKey = { name: name.trim(), scopes };
    void ask(() => api.call<Key>('POST', '/v1/keys', body), (key) => {
      write('');
      came(key);
    });
  };
  const all = Object.keys(scope) as Scope[];
  return (
    <details class="others">
      <summary>{keys.make}</summary>
      <form class="form card" onSubmit={(event) => { event.preventDefault(); make(); }}>
        <Field label={keys.name} value={name} write={write} max={NAME_CHARS_MAX} />
        <fieldset>
          <legend>{keys.may}</legend>
          {all.map((each) => (
            <label key={each} class="tick">
              <input type="checkbox" checked={scopes.includes(each)} onChange={() => tick(scopes.includes(each) ? scopes.filter((one) => one !== each) : [...scopes, each])} />
              {scope[each]}
            </label>
          ))}
        </fieldset>
        <button type="submit" class="button main" disabled={scopes.length === 0}>{keys.make}</button>
        <Wrong trouble={trouble} words={words} />
      </form>
    </details>
  );
}
