// The door of the desk. In: the tab. Out: the page. Never: reads the address bar; nothing of the desk is in it.
import { render } from 'preact';
import { App } from './app';
import { Desk } from './desk';
import '../style/tokens.css';
import '../style/base.css';
import '../style/screens.css';
import '../style/people.css';
import '../style/desk.css';

const root = document.getElementById('app');
if (root) render(<App desk={new Desk()} />, root);
