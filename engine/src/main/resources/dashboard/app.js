// Which view is shown, the keys, who looks, and the line to the server.
import { get, STRANGER } from './api.js';
import { announce, byId, count, plain, time } from './dom.js';
import { follow } from './feed.js';
import { look } from './health.js';
import * as live from './live.js';
import * as policies from './policies.js';
import * as review from './review.js';
import * as session from './session.js';
import * as weights from './weights.js';

const views = { live, review, policies, weights };
const names = Object.keys(views);
let shown;
let signedIn = false;
let said = ''; // of the server's state, in the title

function show() {
  const [name, argument] = location.hash.slice(1).split('/');
  const first = session.may('admin') ? 'live' : 'review';
  const next = names.includes(name) ? name : first;
  for (const view of names) {
    byId(view).hidden = !signedIn || view !== next;
  }
  byId('sign-in').hidden = signedIn;
  for (const link of document.querySelectorAll('nav a')) {
    if (signedIn && link.hash === `#${next}`) {
      link.setAttribute('aria-current', 'page');
    } else {
      link.removeAttribute('aria-current');
    }
  }
  const changed = signedIn && (shown !== next || argument);
  shown = signedIn ? next : undefined;
  title();
  if (changed) {
    views[next].open?.(argument);
  }
}

function title() {
  document.title = !signedIn ? 'Weir – sign in' : `${said ? `${said} – ` : ''}Weir – ${shown}`;
}

/** @param since milliseconds; 0 for what need not be dated */
function state(kind, text, since) {
  const element = byId('state');
  if (element.dataset.text !== text) {
    element.dataset.text = text;
    announce(text);
  }
  const line = since > 0 ? `${text} since ${time(since)}` : text;
  if (byId('state-text').textContent !== line) {
    byId('state-text').textContent = line;
  }
  element.dataset.kind = kind;
  said = kind === 'good' ? '' : text;
  title();
}

const paused = () => byId('pause').getAttribute('aria-pressed') === 'true';

function pause() {
  const on = !paused();
  byId('pause').setAttribute('aria-pressed', String(on));
  announce(on ? 'The page is held still.' : 'The page goes on.');
}

let lostSince = 0;

function take(name, data) {
  if (lostSince > 0) {
    lostSince = 0;
    byId('banner').hidden = true;
    document.body.classList.remove('lost');
  }
  if (name === 'history') {
    live.history(data);
  } else if (name === 'sample') {
    const { kind, text, since } = look(data.numbers);
    state(kind, text, since);
    live.take(data, !paused());
  }
}

/** @param why as the server gave it; empty where it said nothing */
function lost(why) {
  lostSince ||= Date.now();
  state('lost', 'no connection to the server', lostSince);
  document.body.classList.add('lost');
  byId('banner').hidden = false;
  byId('banner').textContent = `${why || 'The server does not answer.'} What you see is from ${time(lostSince)}; the page tries again by itself.`;
}

function waiting(number, more) {
  byId('waiting').hidden = number === 0;
  byId('waiting').textContent = `${count(number)}${more ? '+' : ''}`;
  byId('waiting').setAttribute('aria-label', `${number} not reviewed`);
}

/** Asks the server who we are, and begins when it says so. */
async function begin() {
  let me;
  try {
    me = await get('/admin/me');
  } catch (refusal) {
    if (refusal.status !== 401) {
      askForKey(refusal.message);
      if (refusal.status === 0 || refusal.status === 503) {
        setTimeout(begin, 2_000);
      }
    }
    return;
  }
  session.known(me);
  signedIn = true;
  byId('who').hidden = !session.key();
  byId('sign-out').hidden = !session.key();
  byId('who-name').textContent = plain(session.who());
  review.start(waiting);
  show();
  if (session.may('admin')) {
    follow('/admin/events', take, lost);
  } else {
    state('quiet', 'the state of the server is shown with the scope admin', 0);
    said = '';
    live.close();
    title();
  }
}

/** What was shown is gone with the page: a new one begins without a key. */
function signOut() {
  session.forget();
  location.reload();
}

function askForKey(why) {
  const refused = session.key() ?? '';
  if (signedIn) {
    location.reload(); // the key was good and is no longer: what it had shown goes
    return;
  }
  session.forget();
  byId('sign-in-refusal').textContent = refused ? `Not let in: ${why ?? 'the server does not know this key.'}` : '';
  byId('sign-in-why').textContent = 'This server asks who you are.';
  state('quiet', 'not signed in', 0);
  show();
  byId('key').focus();
}

addEventListener(STRANGER, event => askForKey(event.detail));
addEventListener('hashchange', show);
addEventListener('keydown', event => {
  if (!signedIn || event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]')
      || event.target.matches('input, select, textarea')) {
    return;
  }
  if (event.key === '?') {
    byId('keys').showModal();
  } else if (event.key === 'p') {
    pause();
  } else if (event.key >= '1' && event.key <= '4') {
    location.hash = names[event.key - 1];
  } else if (shown === 'review' && review.key(event.key)) {
    event.preventDefault();
  }
});
byId('pause').addEventListener('click', pause);
byId('help').addEventListener('click', () => byId('keys').showModal());
byId('sign-out').addEventListener('click', signOut);
byId('sign-in-form').addEventListener('submit', event => {
  event.preventDefault();
  const key = byId('key').value.trim();
  byId('key').value = '';
  if (/^[\x21-\x7e]+$/.test(key)) {
    session.keep(key);
    begin();
  } else {
    byId('sign-in-refusal').textContent = 'Not let in: no key or token looks like this (expected: letters, digits and signs without spaces).';
  }
});
document.querySelector('.skip').addEventListener('click', event => {
  event.preventDefault();
  byId('main').focus();
});

begin();
