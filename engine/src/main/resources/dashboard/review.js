// What was stopped or flagged and nobody has looked at, one after the other.
import { get, newId, post } from './api.js';
import { Curve } from './charts.js';
import { age, announce, byId, count, h, number, percent, plain, put, risk, severity, time, words } from './dom.js';
import * as session from './session.js';

const REFRESH_MILLIS = 15_000;
const VERDICTS = { right_stop: 'right stop', wrong_stop: 'wrong stop', missed: 'missed', right_pass: 'right to let pass' };

let queue = []; // of {receipt, audit, said}
let chosen = 0;
let before = 0;
let told = () => {};
let curve;
let last; // the receipt that was answered last
let opened; // whose case is shown

/** @param waiting is told how many wait, and whether there are more */
export function start(waiting) {
  told = waiting;
  byId('queue').addEventListener('click', event => {
    const item = event.target.closest('li');
    if (item) {
      choose([...item.parentNode.children].indexOf(item));
    }
  });
  byId('queue').addEventListener('keydown', event => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      choose(chosen + (event.key === 'ArrowDown' ? 1 : -1));
    }
  });
  byId('older').addEventListener('click', () => load(before));
  load(0);
  setInterval(() => load(0), REFRESH_MILLIS);
}

/** @param receipt to begin with, waiting or not */
export async function open(receipt) {
  await load(0);
  if (receipt) {
    const index = queue.findIndex(item => item.receipt.id === receipt);
    if (index >= 0) {
      choose(index);
    } else {
      await show(receipt);
    }
  } else if (!opened) {
    choose(0);
  }
  byId('queue').focus({ preventScroll: true });
}

async function load(from) {
  try {
    const piece = await get(`/admin/reviews?before=${from}`);
    const known = new Map(queue.map(item => [item.receipt.id, item]));
    const found = [
      ...piece.audits.map(receipt => ({ receipt, audit: true })),
      ...piece.decided.map(receipt => ({ receipt, audit: false })),
    ];
    if (from === 0) {
      const said = queue.filter(item => item.said);
      const older = before > 0 && queue.length > found.length ? queue.filter(item => !item.said) : [];
      queue = [...said];
      for (const item of [...found, ...older]) {
        if (!queue.some(other => other.receipt.id === item.receipt.id)) {
          queue.push(known.get(item.receipt.id) ?? item);
        }
      }
    } else {
      queue.push(...found.filter(item => !known.has(item.receipt.id)));
    }
    before = piece.before;
    byId('no-queue').textContent = 'Nothing waits. Stops, flags and streams drawn for audit come here as they happen.';
  } catch (refusal) {
    byId('no-queue').textContent = `The queue cannot be read. ${refusal.message}`;
  }
  chosen = Math.max(0, Math.min(queue.findIndex(item => item.receipt.id === opened), queue.length - 1));
  list();
}

function list() {
  const open = queue.filter(item => !item.said);
  byId('no-queue').hidden = queue.length > 0;
  byId('queue').hidden = queue.length === 0;
  byId('older').hidden = before === 0;
  byId('queue-note').textContent = queue.length === 0 ? '' : `${count(open.length)}${before > 0 ? '+' : ''}, audits first`;
  told(open.length, before > 0);
  byId('queue').replaceChildren(...queue.map((item, index) => {
    const { receipt } = item;
    return h('li', {
      id: `q-${receipt.id}`, role: 'option', 'aria-selected': String(receipt.id === opened), className: item.said ? 'said' : '',
    },
      h('span', { className: `dot ${severity(receipt.severity)}`, 'aria-hidden': 'true' }),
      h('span', { className: 'what' }, item.audit ? 'drawn for audit' : `${kind(receipt)}: ${words(receipt.category)}`,
        h('small', {}, `${receipt.policy}, ${receipt.mode}, ${time(receipt.atMillis)}`)),
      h('span', { className: 'n' }, item.said ? VERDICTS[item.said] : risk(receipt.risk)));
  }));
  byId('queue').setAttribute('aria-activedescendant', opened ? `q-${opened}` : '');
}

const kind = receipt => ({ stop: 'stopped', flag: 'flagged', redact: 'redacted', end: 'let pass' }[receipt.kind]);

function choose(index) {
  if (queue.length === 0) {
    empty();
    return;
  }
  chosen = Math.max(0, Math.min(index, queue.length - 1));
  show(queue[chosen].receipt.id);
}

function empty() {
  opened = undefined;
  byId('case').replaceChildren(h('p', { className: 'empty' },
    'Choose a decision of the list. Nothing of the text is kept unless its policy says so (keep-text).'));
}

async function show(id) {
  opened = id;
  list();
  byId(`q-${id}`)?.scrollIntoView({ block: 'nearest' });
  let file;
  try {
    file = await get(`/admin/receipt?id=${encodeURIComponent(id)}`);
  } catch (refusal) {
    byId('case').replaceChildren(h('p', { className: 'empty' }, refusal.message));
    return;
  }
  if (opened === id) {
    lay(file);
  }
}

function lay({ receipt, stream, curves, reviews, textKept, text }) {
  curve?.destroy();
  curve = undefined;
  const item = queue.find(other => other.receipt.id === receipt.id);
  const passed = receipt.kind !== 'stop';
  const answer = (verdict, key, label, shown) => shown && h('button', {
    type: 'button', className: verdict === item?.said ? 'answer chosen' : 'answer', onclick: () => say(key),
  }, h('kbd', {}, key), ` ${label}`);
  put(byId('case'),
    h('header', {},
      h('h2', {}, h('span', { className: `dot ${severity(receipt.severity)}`, 'aria-hidden': 'true' }),
        ` ${item?.audit ? 'Let pass, drawn for audit' : `${capital(kind(receipt))} for ${words(receipt.category) || 'no category'}`}`,
        h('small', {}, ` ${receipt.severity}, risk ${risk(receipt.risk)}`)),
      session.may('review') ? h('div', { className: 'answers', role: 'group', 'aria-label': 'Your answer' },
        answer(passed ? 'right_pass' : 'right_stop', 'r', passed ? 'Right to let pass' : 'Right stop', true),
        answer('wrong_stop', 'w', 'Wrong stop', !passed),
        answer('missed', 'm', 'Missed', passed)) : h('small', {}, 'to answer takes the scope review'),
      last && h('p', { className: 'note' }, `Recorded. `, h('kbd', {}, 'u'), ' goes back to answer it otherwise.')),
    facts(receipt, stream),
    risks(receipt, curves),
    texts(receipt, textKept, text),
    votes(receipt),
    said(reviews));
  curve?.draw();
  announce(byId('case').querySelector('h2').textContent);
}

const capital = text => text.charAt(0).toUpperCase() + text.slice(1);

function facts(receipt, stream) {
  const fact = (name, value) => value !== '' && value !== undefined && value !== null
    && h('div', {}, h('dt', {}, name), h('dd', {}, value));
  const where = receipt.kind === 'end' ? `${count(receipt.at)} characters`
    : `from ${count(receipt.onset)} to ${count(receipt.at)}`;
  return h('dl', { className: 'facts' },
    fact('Rule', receipt.rule),
    fact(receipt.kind === 'end' ? 'Length' : 'Harm', where),
    fact('Exposure', receipt.kind === 'end' ? null : receipt.exposure > 0
      ? `${count(receipt.exposure)} characters seen` : 'none was seen'),
    fact('Mode', receipt.mode),
    fact('Policy', receipt.policy),
    fact('Weights', `version ${receipt.ensemble}`),
    fact('Time', time(receipt.atMillis)),
    fact('Stream', h('bdi', {}, plain(receipt.stream) + (receipt.channel === 'content' ? '' : ` (${plain(receipt.channel)})`))),
    fact('Conversation', receipt.conversation && h('bdi', {}, plain(receipt.conversation))),
    fact('Outcome', stream && `${stream.outcome}, ${count(stream.tokens)} tokens in ${age(stream.endedMillis - stream.openedMillis)}`),
    fact('All categories', receipt.categories.length > 1 ? receipt.categories.map(words).join(', ') : ''),
    fact('Asleep', receipt.asleep.length > 0 ? `${receipt.asleep.join(', ')}: overload kept it from some of the text` : ''),
    fact('Coarse', receipt.coarse ? 'overload left positions to later windows, so this may have come later' : ''),
    fact('Receipt', receipt.id));
}

function risks(receipt, curves) {
  const known = curves.filter(one => one.points.length > 0);
  if (known.length === 0) {
    return h('p', { className: 'empty' }, 'No votes were kept of this stream (weir.ledger.traces), so its risk cannot be drawn.');
  }
  const lines = [];
  known.forEach((one, index) => {
    const name = words(one.category);
    lines.push({ label: name, index, points: one.points.map(point => ({ x: point.at, y: point.risk })) });
    if (one.points.some(point => point.threshold < 1)) {
      lines.push({ label: `threshold, ${name}`, index, dashed: true, points: one.points.map(point => ({ x: point.at, y: point.threshold })) });
    }
  });
  const marks = receipt.kind === 'end' ? [] : [{ x: receipt.onset, label: 'harm begins' }, { x: receipt.at, label: kind(receipt) }];
  curve = new Curve(`Risk along the text: ${summary(receipt, known)}`, lines, { x: 'characters', y: 'risk', marks, top: 1 });
  return h('figure', {},
    h('figcaption', {}, h('strong', {}, 'Risk along the text'),
      h('p', { className: 'key' }, ...lines.map(line => h('span', {},
        h('i', { className: `c${line.index % 8 + 1}${line.dashed ? ' dashed' : ''}` }), line.label)),
      marks.length > 0 && h('span', {}, h('i', { className: 'upright' }), `harm begins, ${kind(receipt)}`))),
    curve.element,
    h('details', {}, h('summary', {}, 'as a table'), h('div', { className: 'scroll', tabindex: 0 }, h('table', {},
      h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, 'characters'),
        ...known.map(one => h('th', { scope: 'col', className: 'n' }, words(one.category))))),
      h('tbody', {}, ...known[0].points.map((point, index) => h('tr', {}, h('th', { scope: 'row' }, count(point.at)),
        ...known.map(one => h('td', { className: 'n' }, one.points[index] ? risk(one.points[index].risk) : '')))))))));
}

const summary = (receipt, known) =>
  `${known.map(one => `${words(one.category)} at most ${risk(Math.max(...one.points.map(point => point.risk)))}`).join(', ')}; ${kind(receipt)} at ${receipt.at}`;

function texts(receipt, kept, text) {
  if (!text) {
    return h('p', { className: 'note' }, kept ? 'Its text is kept, for whoever has the scope review.'
      : 'Its text was not kept: the policy does not say so (keep-text), or it was erased.');
  }
  const characters = [...text];
  const part = (from, to) => characters.slice(from, to).join('');
  return h('section', { className: 'text', tabindex: 0, role: 'region', 'aria-label': 'Text' },
    receipt.kind === 'end' ? text : [
      part(0, receipt.onset), h('mark', { title: 'from where the harm begins to the decision' }, part(receipt.onset, receipt.at)),
      h('span', { className: 'rest', title: 'after the decision' }, part(receipt.at))]);
}

function votes(receipt) {
  if (receipt.votes.length === 0) {
    return null;
  }
  const probability = logOdds => 1 / (1 + Math.exp(-logOdds));
  return h('div', { className: 'scroll', tabindex: 0 }, h('table', {},
    h('caption', {}, 'Votes at the decision'),
    h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, 'expert'), h('th', { scope: 'col' }, 'version'),
      h('th', { scope: 'col', className: 'n' }, 'weight'), h('th', { scope: 'col', className: 'n' }, 'log-odds'),
      h('th', { scope: 'col', className: 'n' }, 'probability'))),
    h('tbody', {}, ...receipt.votes.map(vote => h('tr', {},
      h('th', { scope: 'row' }, vote.expert), h('td', {}, vote.version), h('td', { className: 'n' }, number(vote.weight)),
      h('td', { className: 'n' }, vote.logOdds === undefined ? 'no vote' : number(vote.logOdds)),
      h('td', { className: 'n' }, vote.logOdds === undefined ? '' : percent(probability(vote.logOdds))))))));
}

function said(reviews) {
  return reviews.length > 0 && h('div', {}, h('h3', {}, 'Reviews'),
    h('ul', { className: 'plain' }, ...reviews.map(review => h('li', {},
      h('bdi', {}, plain(review.reviewer)), `: ${VERDICTS[review.verdict] ?? review.verdict}, ${time(review.atMillis)}`))));
}

/** Whether the key means something here. */
export function key(name) {
  if (name === 'j' || name === 'k') {
    choose(chosen + (name === 'j' ? 1 : -1));
  } else if (name === 'u') {
    if (last) {
      show(last);
    }
  } else if (name === 'r' || name === 'w' || name === 'm') {
    say(name);
  } else {
    return false;
  }
  return true;
}

async function say(answer) {
  const item = queue.find(other => other.receipt.id === opened);
  if (!item || !session.may('review')) {
    return;
  }
  const stopped = item.receipt.kind === 'stop';
  const verdict = { r: stopped ? 'right_stop' : 'right_pass', w: stopped && 'wrong_stop', m: !stopped && 'missed' }[answer];
  if (!verdict) {
    announce(stopped ? 'It was stopped: right or wrong?' : 'It was let pass: right, or missed?');
    return;
  }
  try {
    await post('/admin/reviews', { id: newId(), receipt: item.receipt.id, verdict, categories: [] });
  } catch (refusal) {
    announce(`Not recorded: ${refusal.message}`);
    byId('case').prepend(h('p', { className: 'refusal', role: 'alert' }, `Not recorded: ${refusal.message}`));
    return;
  }
  item.said = verdict;
  last = item.receipt.id;
  announce(`Recorded: ${VERDICTS[verdict]}.`);
  const next = queue.findIndex((other, index) => index > chosen && !other.said);
  const any = next >= 0 ? next : queue.findIndex(other => !other.said);
  if (any >= 0) {
    choose(any);
  } else {
    show(item.receipt.id);
  }
}
