// The door. In: the address bar. Out: the page. Never: keeps the secret of a link where it can be seen.
import { render } from 'preact';
import { App } from './page/app';
import { Journey } from './page/journey';
import './style/tokens.css';
import './style/base.css';
import './style/screens.css';
import './style/live.css';
import './style/people.css';
import './style/lesson.css';
import './style/hearing.css';

const root = document.getElementById('app');
const journey = new Journey();
journey.begin();
if (root) render(<App journey={journey} />, root);
// Another link pasted into the same tab changes the fragment only: start over with it.
addEventListener('hashchange', () => {
  if (location.hash.length > 1) location.reload();
});
