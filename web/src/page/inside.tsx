// A page opened inside another app. In: which one, the person's link. Out: where to open it instead, and the link to take along. Never: in the way of joining; who only wants to listen still can.
import { helpsElsewhere, inside } from '../sdk';
import type { Words } from '../words';
import { CopyLink } from './copy';
import type { Journey } from './journey';

export function InsideApp({ journey, words }: { journey: Journey; words: Words }) {
  const { address, capture } = journey;
  const found = inside(navigator.userAgent);
  if (!found || !address || !helpsElsewhere(capture.problems)) return null;
  const { app, browser } = found;
  return (
    <section class="card link" aria-label={words.inApp.title(browser)}>
      <h2>{words.inApp.title(browser)}</h2>
      <p role="alert">{app ? words.inApp.named(app) : words.inApp.unnamed}</p>
      <p class="hint">{words.inApp.how(browser)}</p>
      <CopyLink link={address} label={words.inApp.link} copy={words.inApp.copy} words={words} />
    </section>
  );
}
