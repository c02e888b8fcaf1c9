// One question about the person: who, where, which number, alone? In: the ask. Out: what they say, to the server only. Never: kept in the page once it is said.
import { useState } from 'preact/hooks';
import type { Evidence, GateAsk } from '../protocol';
import type { Words } from '../words';
import { Field } from './field';
import type { Journey } from './journey';

type Props = { ask: GateAsk; journey: Journey; words: Words };

export function GateForm({ ask, journey, words }: Props) {
  const tell = (evidence: Evidence) => journey.visit?.send({ t: 'check', participant: null, evidence });
  return (
    <div class="ask-one" role="group" aria-label={words.ownGate[ask.gate]}>
      <h3>{words.ownGate[ask.gate]}</h3>
      <Question ask={ask} tell={tell} words={words} />
      <p class="label" role="status">{ask.failures > 0 ? failed(ask, words) : ''}</p>
    </div>
  );
}

function failed(ask: GateAsk, words: Words): string {
  return ask.gate === 'privacy' ? words.asks.notAlone : words.asks.noMatch(ask.failures);
}

type QuestionProps = { ask: GateAsk; tell: (evidence: Evidence) => void; words: Words };

function Question({ ask, tell, words }: QuestionProps) {
  switch (ask.gate) {
    case 'identity':
      return <Identity ask={ask} tell={tell} words={words} />;
    case 'location':
      return <Line key="place" label={words.asks.place} hint={words.asks.placeHint} words={words}
        say={(place) => tell({ gate: 'location', place })} />;
    case 'callback':
      return <Line key="number" label={words.asks.number} type="tel" complete="tel" words={words}
        say={(number) => tell({ gate: 'callback', number })} />;
    case 'privacy':
      return (
        <>
          <p>{words.asks.alone}</p>
          <div class="ask-buttons">
            <button type="button" class="button main" onClick={() => tell({ gate: 'privacy', alone: true })}>{words.asks.aloneYes}</button>
            <button type="button" class="button" onClick={() => tell({ gate: 'privacy', alone: false })}>{words.asks.aloneNo}</button>
          </div>
        </>
      );
    case 'device':
      return null;
  }
}

type LineProps = {
  label: string; words: Words; say: (text: string) => void; hint?: string;
  type?: 'text' | 'tel'; complete?: 'off' | 'tel' | 'one-time-code';
};

function Line({ label, words, say, hint = '', type = 'text', complete = 'off' }: LineProps) {
  const [text, write] = useState('');
  return (
    <form class="form" onSubmit={(event) => { event.preventDefault(); say(text.trim()); }}>
      <Field label={label} value={text} write={write} hint={hint} type={type} complete={complete} />
      <button type="submit" class="button main">{words.asks.send}</button>
    </form>
  );
}

function Identity({ ask, tell, words }: QuestionProps) {
  const [birthDate, writeBirthDate] = useState('');
  const [second, writeSecond] = useState('');
  return (
    <>
      {ask.by.includes('two_identifiers') ? (
        <form class="form" onSubmit={(event) => { event.preventDefault(); tell({ gate: 'two_identifiers', birth_date: birthDate, second: second.trim() }); }}>
          <Field label={words.asks.birthDate} value={birthDate} write={writeBirthDate} type="date" complete="bday" />
          <Field label={words.asks.second} value={second} write={writeSecond} hint={words.asks.secondHint} max={64} />
          <button type="submit" class="button main">{words.asks.send}</button>
        </form>
      ) : null}
      {ask.by.includes('one_time_code') ? (
        <details class="others">
          <summary>{words.asks.haveCode}</summary>
          <Line label={words.asks.code} complete="one-time-code" words={words} say={(code) => tell({ gate: 'one_time_code', code })} />
        </details>
      ) : null}
    </>
  );
}
