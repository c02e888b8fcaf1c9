// Webhooks: made, tried, switched off, removed. In: an address. Out: the list, and a secret once. Never: a message's secret in the list; removing without a second look.
import { useCallback, useState } from 'preact/hooks';
import { Ask, useQuestion } from '../page/ask';
import { Field } from '../page/field';
import { Heading } from '../page/heading';
import { moment } from '../words';
import { useAsked } from './asked';
import type { NewWebhook, Tested, Webhook, WebhookList, WebhookPatch } from './bodies';
import { Deliveries } from './deliveries';
import { useLooked } from './looked';
import { Once, type PartProps, Standing, Wrong } from './parts';

/** As long as the API takes. */
const URL_CHARS_MAX = 2048;
const DESCRIPTION_CHARS_MAX = 200;

export function Webhooks(part: PartProps) {
  const { desk, api, words } = part;
  const looked = useLooked(desk, useCallback(() => api.get<WebhookList>('/v1/webhooks'), [api]), false);
  const [fresh, setFresh] = useState<Webhook | null>(null);
  const { webhooks } = words.desk;
  const made = (webhook: Webhook) => {
    setFresh(webhook);
    looked.again();
  };
  const secret = fresh?.secret ?? fresh?.public_key;
  return (
    <>
      <Heading text={words.desk.tab.webhooks} />
      <Standing looked={looked} words={words} />
      {fresh && secret ? <Once key={secret} label={webhooks.made(called(fresh))} text={secret} words={words} close={() => setFresh(null)} /> : null}
      {looked.value?.data.length === 0 ? <p class="lead">{webhooks.none}</p> : null}
      <ul class="things">{looked.value?.data.map((webhook) => <One key={webhook.id} one={webhook} again={looked.again} {...part} />)}</ul>
      <Make made={made} {...part} />
    </>
  );
}

function called({ description, url }: Webhook): string {
  return description || url;
}

function One({ one, again, ...part }: PartProps & { one: Webhook; again: () => void }) {
  const { desk, api, words } = part;
  const { webhooks, webhook: states } = words.desk;
  const removing = useQuestion();
  const [log, setLog] = useState(false);
  const [sent, setSent] = useState('');
  const { trouble, ask } = useAsked(desk);
  const [path, name, isOn] = [`/v1/webhooks/${one.id}`, called(one), one.state === 'enabled'];
  const turn = () => {
    const off: WebhookPatch = { enabled: false };
    void ask(() => (isOn ? api.call<Webhook>('PATCH', path, off) : api.call<Webhook>('POST', `${path}/enable`)), again);
  };
  const remove = () => {
    removing.done();
    void ask(() => api.call<void>('DELETE', path), again);
  };
  return (
    <li>
      <h2><bdi>{name}</bdi></h2>
      {one.description ? <p><bdi dir="ltr">{one.url}</bdi></p> : null}
      <p>{[states[one.state], one.types.length === 0 ? webhooks.every : webhooks.types(one.types.length)].join(' · ')}</p>
      {one.failing_since ? <p class="notice">{webhooks.failing(moment(words.page, one.failing_since))}</p> : null}
      <div class="acts">
        <button type="button" class="button choice" aria-expanded={log} aria-label={webhooks.logName(name)} onClick={() => setLog(!log)}>{webhooks.log}</button>
        <button type="button" class="button" aria-label={webhooks.testName(name)}
          onClick={() => void ask(() => api.call<Tested>('POST', `${path}/test`), ({ message }) => setSent(message))}>{webhooks.test}</button>
        <button type="button" class="button" aria-label={isOn ? webhooks.offName(name) : webhooks.onName(name)} onClick={turn}>{isOn ? webhooks.off : webhooks.on}</button>
        <button type="button" class="button" ref={removing.opener} aria-label={webhooks.removeName(name)} onClick={removing.ask}>{webhooks.remove}</button>
      </div>
      {removing.asking ? <Ask question={webhooks.removeAsk(name)} yes={webhooks.removeYes} no={words.desk.keys.keep} onYes={remove} onNo={removing.done} /> : null}
      <p role="status">{sent === '' ? '' : webhooks.sent}</p>
      <Wrong trouble={trouble} words={words} />
      {log ? <Deliveries key={sent} webhook={one.id} {...part} /> : null}
    </li>
  );
}

function Make({ made, desk, api, words }: PartProps & { made: (webhook: Webhook) => void }) {
  const { webhooks } = words.desk;
  const [url, writeUrl] = useState('');
  const [description, describe] = useState('');
  const { trouble, ask } = useAsked(desk);
  const make = () => {
    const body: NewWebhook = { url: url.trim(), description: description.trim() };
    void ask(() => api.call<Webhook>('POST', '/v1/webhooks', body), (webhook) => {
      writeUrl('');
      describe('');
      made(webhook);
    });
  };
  return (
    <details class="others">
      <summary>{webhooks.make}</summary>
      <form class="form card" onSubmit={(event) => { event.preventDefault(); make(); }}>
        <Field label={webhooks.url} value={url} write={writeUrl} hint={webhooks.urlHint} type="url" max={URL_CHARS_MAX} />
        <Field label={webhooks.description} value={description} write={describe} max={DESCRIPTION_CHARS_MAX} />
        <button type="submit" class="button main">{webhooks.make}</button>
        <Wrong trouble={trouble} words={words} />
      </form>
    </details>
  );
}
