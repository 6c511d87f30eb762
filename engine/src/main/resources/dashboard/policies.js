// What is done about risk, and what another budget would have done.
import { get, post } from './api.js';
import { announce, byId, count, h, number, percent, put, risk, words } from './dom.js';

const WATCH_MILLIS = 300;

let shown;
let results;
let form;
let watching;

export async function open() {
  let certificates = [];
  try {
    [shown, certificates] = await Promise.all([get('/admin/policies'), get('/admin/certificate')]);
  } catch (refusal) {
    byId('policies').replaceChildren(h('p', { className: 'empty card' }, refusal.message));
    return;
  }
  byId('policies').replaceChildren(whatIf(), ...shown.policies.map(policy =>
    card(policy, certificates.find(one => one.policy === policy.id))));
  watch();
}

function card(policy, certificate) {
  const positions = policy.categories.find(rule => rule.positions.length > 1)?.positions ?? ['anywhere'];
  return h('section', { className: 'card', 'aria-labelledby': `policy-${policy.name}` },
    h('h2', { id: `policy-${policy.name}` }, policy.name, ' ',
      h('small', {}, `version ${policy.id.split('@')[1]}${policy.name === shown.defaultPolicy ? ', for streams that name none' : ''}`)),
    h('dl', { className: 'facts' },
      fact('Budget', policy.alpha ? `at most ${percent(policy.alpha)} of clean replies stopped, ${percent(policy.confidence)} sure` : 'none: thresholds are typed'),
      fact('Proved by reviews', proof(policy, certificate)),
      fact('Mode', policy.mode),
      fact('When a required expert fails', policy.failClosed ? 'the stream is stopped' : 'it goes on, marked'),
      fact('Required', policy.requires.join(', ') || 'none'),
      fact('Unknown language', policy.stopUnknownLanguage ? 'is stopped' : 'is marked'),
      fact('Prompts', `stopped from risk ${number(policy.prompt.stopAt)}, flagged from ${risk(policy.prompt.flagAt)}`),
      fact('Held back', `up to ${policy.hold.maxTokens} tokens from risk ${risk(policy.hold.fromRisk)}`)),
    policy.note && h('p', { className: 'note' }, policy.note),
    h('div', { className: 'scroll', tabindex: 0, role: 'group', 'aria-label': `Categories of ${policy.name}` }, h('table', {},
      h('thead', {},
        h('tr', {}, h('th', { scope: 'col', rowSpan: 2 }, 'category'), h('th', { scope: 'col', rowSpan: 2 }, 'action'),
          h('th', { scope: 'colgroup', colSpan: positions.length, className: 'n' }, 'at risk, by tokens decided'),
          h('th', { scope: 'col', rowSpan: 2, className: 'n' }, 'flagged at')),
        h('tr', {}, ...positions.map(position => h('th', { scope: 'col', className: 'n' }, position)))),
      h('tbody', {}, ...policy.categories.map(rule => h('tr', {},
        h('th', { scope: 'row' }, words(rule.category)),
        h('td', {}, h('span', { className: `badge ${rule.action}` }, rule.action === 'pass' ? 'ignore' : rule.action)),
        ...positions.map((_, index) => h('td', { className: 'n' },
          rule.thresholds.length > 1 ? number(rule.thresholds[index]) : index === 0 ? number(rule.thresholds[0]) : '')),
        h('td', { className: 'n' }, risk(rule.flagAt))))))));
}

const fact = (name, value) => h('div', {}, h('dt', {}, name), h('dd', {}, value));

function proof(policy, certificate) {
  if (!policy.alpha) {
    return 'nothing to prove';
  }
  if (!certificate) {
    return 'no stream yet that it could stop';
  }
  const reviewed = `${count(certificate.reviewed)} of ${count(certificate.stops)} stops reviewed, ${count(certificate.wrong)} wrong`;
  return certificate.certified
    ? `yes: below ${percent(certificate.alpha)} (now ≤ ${percent(certificate.upperBound)}); ${reviewed}`
    : `not yet: ≤ ${percent(certificate.upperBound)}, ${count(certificate.reviewsNeeded)} reviews to go; ${reviewed}`;
}

function whatIf() {
  const pick = (id, label, options, chosen) => h('label', {}, label, ' ',
    h('select', { id, name: id }, ...options.map(([value, text]) => h('option', { value, selected: value === chosen }, text))));
  const policies = shown.policies.map(policy => [policy.name, policy.name]);
  const settings = name => shown.policies.find(policy => policy.name === name).alternatives.map(choice => [choice, choiceName(name, choice)]);
  const under = h('label', {}, 'with ', h('select', { id: 'under' }));
  const fill = () => under.querySelector('select').replaceChildren(
    ...settings(form.querySelector('#tried').value).map(([value, text]) => h('option', { value }, text)));
  form = h('form', { className: 'inline', onsubmit: event => { event.preventDefault(); begin(); } },
    pick('of', 'Streams of', policies, shown.defaultPolicy),
    pick('tried', 'under', policies, shown.defaultPolicy), under,
    h('label', {}, 'the last ', h('input', { id: 'how-many', type: 'number', min: 1, max: 100000, value: 1000, required: true })),
    h('button', { className: 'primary' }, 'Replay'),
    h('button', { type: 'button', id: 'cancel', hidden: true, onclick: cancel }, 'Cancel'));
  form.querySelector('#tried').addEventListener('change', fill);
  fill();
  results = h('div', { id: 'replayed' });
  return h('section', { className: 'card', 'aria-labelledby': 'what-if' },
    h('h2', { id: 'what-if' }, 'What if ', h('small', {}, 'recorded streams decided again, with no model and no effect')), form, results);
}

function choiceName(name, choice) {
  const policy = shown.policies.find(one => one.name === name);
  const rate = Number(choice);
  return Number.isNaN(rate) ? `${choice} thresholds` : `a budget of ${percent(rate)}${rate === policy.alpha ? ' (in force)' : ''}`;
}

async function begin() {
  const value = id => form.querySelector(`#${id}`).value;
  try {
    await post('/admin/replay', { of: value('of'), policy: value('tried'), under: value('under'), streams: Number(value('how-many')) });
  } catch (refusal) {
    results.replaceChildren(h('p', { className: 'refusal', role: 'alert' }, refusal.message));
    return;
  }
  watch();
}

async function cancel() {
  await post('/admin/replay/cancel', {}).catch(() => {});
}

async function watch() {
  clearTimeout(watching);
  let progress;
  try {
    progress = await get('/admin/replay');
  } catch {
    return;
  }
  const running = progress.state === 'RUNNING';
  form.querySelector('#cancel').hidden = !running;
  if (progress.state === 'NONE') {
    results.replaceChildren(h('p', { className: 'note' },
      'Choose a budget and replay: it says what would have been stopped, and what would not have been.'));
    return;
  }
  report(progress);
  if (running) {
    watching = setTimeout(watch, WATCH_MILLIS);
  }
}

function report({ state, question, done, summary }) {
  const running = state === 'RUNNING';
  const said = {
    RUNNING: 'replaying', DONE: 'replayed', CANCELLED: 'cancelled after', FAILED: 'failed (the log says why) after',
  }[state];
  const line = (name, value, note) => h('div', {}, h('dt', {}, name), h('dd', {}, value, note && h('small', {}, ` ${note}`)));
  const s = summary ?? {};
  put(results,
    h('p', { className: 'note' }, `Streams of ${question.of} under ${question.policy} with ${choiceName(question.policy, question.under)}: ${said} ${count(done)}, `
      + `${count(s.streams ?? 0)} of them of this policy.`),
    running ? h('progress', { max: question.streams, value: done, 'aria-label': 'replayed' }) : '',
    !summary ? '' : h('dl', { className: 'facts' },
      line('Would be stopped, and was not', count(s.stopsNow)),
      line('Would pass, and was stopped', count(s.stopsNoMore), s.censored > 0 ? 'what follows is not known' : ''),
      line('Stopped earlier', count(s.earlier), s.earlier > 0 ? `by ${count(s.earlierBy)} characters (median)` : ''),
      line('Stopped later', count(s.later), s.later > 0 ? `by ${count(s.laterBy)} characters (median)` : ''),
      line('Decided again as they were', `${count(s.reproduced)} of ${count(s.streams - s.unrecorded)}`,
        s.unrecorded > 0 ? `${count(s.unrecorded)} without a trace` : '')),
    !summary || Object.keys(s.byCategory).length === 0 ? '' : h('div', { className: 'scroll', tabindex: 0 }, h('table', {},
      h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, 'stops by category'),
        ...['before', 'after', 'new', 'gone'].map(name => h('th', { scope: 'col', className: 'n' }, name)))),
      h('tbody', {}, ...Object.entries(s.byCategory).map(([category, stops]) => h('tr', {},
        h('th', { scope: 'row' }, words(category)),
        ...[stops.before, stops.after, stops.stopsNow, stops.stopsNoMore].map(value => h('td', { className: 'n' }, count(value)))))))));
  if (!running) {
    announce(`The replay is ${state.toLowerCase()}.`);
  }
}
