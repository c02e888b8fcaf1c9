// What was sent to a webhook. In: its log. Out: each message with where it stands, and the press that sends it again. Never: what a message says; it holds ids and code words, and is asked for with a key.
import { useCallback, useState } from 'preact/hooks';
import { moment } from '../words';
import { useAsked } from './asked';
import type { Delivery, DeliveryPage, Replay, Replayed } from './bodies';
import { useLooked } from './looked';
import { type PartProps, Standing, Wrong } from './parts';
import type { Both } from './words';

/** The newest; who wants more asks the API. */
const SHOWN = 50;

export function Deliveries({ webhook, desk, api, words }: PartProps & { webhook: string }) {
  const path = `/v1/webhooks/${webhook}`;
  const looked = useLooked(desk, useCallback(() => api.get<DeliveryPage>(`${path}/deliveries?limit=${SHOWN}`), [api, path]));
  const { trouble, ask } = useAsked(desk);
  const [replayed, setReplayed] = useState<Replayed | null>(null);
  const { webhooks } = words.desk;
  const replay = (message: string) => {
    const body: Replay = { message };
    void ask(() => api.call<Replayed>('POST', `${path}/replay`, body), (answer) => {
      setReplayed(answer);
      looked.again();
    });
  };
  return (
    <div class="log">
      <Standing looked={looked} words={words} />
      <Wrong trouble={trouble} words={words} />
      <p role="status">{replayed ? webhooks.replayed(replayed.messages) : ''}</p>
      {looked.value?.data.length === 0 ? <p>{webhooks.nothing}</p> : null}
      <ul class="things">
        {looked.value?.data.map((delivery) => (
          <li key={delivery.message}>
            <p><code dir="ltr">{delivery.type}</code> <span class="hint">{moment(words.page, delivery.at)}</span></p>
            <p>{words.desk.delivery[delivery.state]}</p>
            <p class="hint">{story(delivery, words)}</p>
            <button type="button" class="button small" aria-label={webhooks.replayName(`${delivery.type}, ${moment(words.page, delivery.at)}`)}
              onClick={() => replay(delivery.message)}>{webhooks.replay}</button>
          </li>
        ))}
      </ul>
    </div>
  );
}

function story({ attempts }: Delivery, { desk: { webhooks } }: Both): string {
  const last = attempts[attempts.length - 1];
  if (!last) return '';
  const ending = last.status != null ? webhooks.answered(last.status) : last.error != null ? webhooks.unanswered(last.error) : null;
  return [webhooks.tries(attempts.length), ...(ending === null ? [] : [ending])].join(' · ');
}
