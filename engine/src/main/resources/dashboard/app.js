// Which view is shown, the keys, and the line to the server.
import { announce, byId, count } from './dom.js';
import * as live from './live.js';
import * as policies from './policies.js';
import * as review from './review.js';
import * as weights from './weights.js';

const views = { live, review, policies, weights };
const names = Object.keys(views);
let shown;

function show() {
  const [name, argument] = location.hash.slice(1).split('/');
  const next = names.includes(name) ? name : 'live';
  for (const view of names) {
    byId(view).hidden = view !== next;
  }
  for (const link of document.querySelectorAll('nav a')) {
    if (link.hash === `#${next}`) {
      link.setAttribute('aria-current', 'page');
    } else {
      link.removeAttribute('aria-current');
    }
  }
  document.title = `Weir – ${next}`;
  if (shown !== next || argument) {
    shown = next;
    views[next].open?.(argument);
  }
}

function state(kind, text) {
  const element = byId('state');
  if (byId('state-text').textContent !== text) {
    byId('state-text').textContent = text;
    announce(text);
  }
  element.dataset.kind = kind;
}

const paused = () => byId('pause').getAttribute('aria-pressed') === 'true';

function pause() {
  const on = !paused();
  byId('pause').setAttribute('aria-pressed', String(on));
  byId('pause').textContent = on ? 'Go on' : 'Pause';
  announce(on ? 'The page is held still.' : 'The page goes on.');
}

const LEVELS = [
  ['good', 'everything is scored'],
  ['fair', 'overload: coarser'],
  ['poor', 'overload: experts may sleep'],
  ['bad', 'overload: new streams are refused'],
];

function listen() {
  const events = new EventSource('/admin/events');
  events.addEventListener('history', event => live.history(JSON.parse(event.data)));
  events.addEventListener('sample', event => {
    const sample = JSON.parse(event.data);
    state(...LEVELS[sample.numbers.level]);
    live.take(sample, !paused());
  });
  events.addEventListener('error', () => {
    state('lost', 'no connection to the server');
    if (events.readyState === EventSource.CLOSED) { // refused: it may be full, or not let us
      setTimeout(listen, 5000);
    }
  });
}

function waiting(number, more) {
  byId('waiting').hidden = number === 0;
  byId('waiting').textContent = `${count(number)}${more ? '+' : ''}`;
  byId('waiting').setAttribute('aria-label', `${number} not reviewed`);
}

addEventListener('hashchange', show);
addEventListener('keydown', event => {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]')
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
document.querySelector('.skip').addEventListener('click', event => {
  event.preventDefault();
  byId('main').focus();
});

review.start(waiting);
show();
listen();
