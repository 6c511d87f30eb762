// What goes on now.
import { get } from './api.js';
import { Recent, sparkline } from './charts.js';
import * as session from './session.js';
import { age, byId, count, h, level, number, percent, plain, put, risk, severity, svg, time, words } from './dom.js';

const REMEMBERED = 300;
const LEVELS = ['normal', 'coarser', 'asleep', 'refusing'];
const LEVEL_NOTES = [
  'every position is scored', 'some positions wait for a later window', 'windowed experts may be kept from text',
  'new streams are told to come later'];
const KINDS = ['good', 'fair', 'poor', 'bad'];
const ABSENT = {
  asleep: 'overload keeps it from new text; the others score it, and receipts say so.',
  broken: 'it failed again and again; it is tried again by itself. Policies that require it stop their streams.',
};
const CERTIFICATE_MILLIS = 10_000;

const samples = [];
let figures;
let certificates = [];
let shownStops = '';

function build() {
  figures = {
    tokens: new Recent('Tokens decided', 'tokens/s'),
    latency: new Recent('From delta to decision', 'ms'),
    queue: new Recent('Queue age', 'ms'),
    rows: new Recent('Batch size', 'rows a run'),
  };
  byId('figures').replaceChildren(...Object.values(figures).map(figure => figure.element));
}

export function open() {
  if (!session.may('admin')) {
    return;
  }
  if (!figures) {
    build();
    tiles();
    certify();
    setInterval(certify, CERTIFICATE_MILLIS);
  }
  if (samples.length > 0) {
    draw();
  }
}

/** For whoever may not see it. */
export function close() {
  put(byId('live'), h('p', { className: 'empty card' },
    'What goes on now is shown with the scope admin. With review you find what waits for you under Review.'));
}

async function certify() {
  try {
    certificates = await get('/admin/certificate');
  } catch {
    certificates = [];
  }
}

/** Numbers from before this page was opened. */
export function history(numbers) {
  samples.splice(0, samples.length, ...numbers);
}

export function take(sample, drawing) {
  samples.push(sample.numbers);
  if (samples.length > REMEMBERED) {
    samples.shift();
  }
  if (drawing && figures && !byId('live').hidden) {
    tiles(sample.numbers);
    streams(sample);
    experts(sample.numbers.experts);
    stops(sample.stops);
    draw();
  }
}

function draw() {
  const rows = values => samples.map(sample => ({ at: sample.at, values: values(sample) }));
  const byExpert = value => sample => Object.fromEntries(
    sample.experts.filter(expert => expert.kind !== 'n-gram').map(expert => [expert.name, value(expert)]));
  figures.tokens.show(rows(sample => ({ tokens: sample.tokens })));
  figures.latency.show(rows(sample => sample.latency));
  figures.queue.show(rows(byExpert(expert => expert.queueMs ?? 0)));
  figures.rows.show(rows(byExpert(expert => expert.rows)));
}

function tile(name, value, unit, note, kind) {
  return h('div', { className: 'tile', 'data-kind': kind },
    h('dt', {}, name), h('dd', {}, value, unit && h('small', {}, ` ${unit}`)), h('dd', { className: 'note' }, note));
}

function tiles(now) {
  const stopped = recently('stopped');
  const ended = recently();
  byId('tiles').replaceChildren(...(now ? [
    tile('Streams open', count(now.open), '', `${number(now.opened)} opened/s; connections: ${count(now.connections)}`),
    tile('Tokens decided', number(now.tokens), '/s', `${number(now.cores)} cores, ${count(now.heapMiB)} MiB heap`),
    tile('Delta to decision', number(now.latency.p50), now.latency.p50 === undefined ? '' : 'ms',
      now.latency.p50 === undefined ? 'nothing decided just now' : `median; p99 ${number(now.latency.p99)} ms`),
    tile('Stopped, last minute', count(stopped), '', `of ${count(ended)} that ended`),
    tile('Overload', LEVELS[now.level], '',
      now.level === 0 ? LEVEL_NOTES[0]
        : `${now.refused > 0 ? `${number(now.refused)} refused/s` : LEVEL_NOTES[now.level]}, since ${time(levelSince())}`,
      KINDS[now.level]),
    doctorTile(now.unprotected),
    certificateTile(),
  ] : [tile('Streams open', '–', '', 'waiting for the first sample')]));
}

/** As far back as the samples go. */
function levelSince() {
  const level = samples.at(-1).level;
  return samples[samples.findLastIndex(sample => sample.level !== level) + 1].at;
}

function doctorTile(unprotected) {
  if (unprotected === undefined) {
    return tile('Ways in', '–', '', 'not examined (weir.doctor)');
  }
  return unprotected === 0 ? tile('Ways in', 'protected', '', 'canaries were caught on each', 'good')
    : tile('Ways in', `${count(unprotected)} open`, '', 'canaries came through: run ops/weir doctor', 'bad');
}

/** Streams that ended in the last minute, by outcome. */
function recently(outcome) {
  const minute = samples.slice(-60);
  let sum = 0;
  minute.forEach((sample, index) => {
    const seconds = index === 0 ? 1 : (sample.at - minute[index - 1].at) / 1000;
    for (const [name, rate] of Object.entries(sample.ended)) {
      sum += outcome && outcome !== name ? 0 : rate * seconds;
    }
  });
  return Math.round(sum);
}

function certificateTile() {
  const one = certificates[0];
  if (!one) {
    return tile('False stops', '–', '', 'no budget, or no stream yet');
  }
  return tile('False stops', one.reviewed > 0 ? `≤ ${percent(one.upperBound)}` : 'unproved', '',
    one.certified ? `proved: below ${percent(one.alpha)}`
      : `${count(one.reviewsNeeded)} reviews to prove ≤\u00a0${percent(one.alpha).replace(' ', '\u00a0')}`,
    one.certified ? 'good' : undefined);
}

function streams({ numbers, live }) {
  byId('streams').hidden = live.length === 0;
  byId('no-streams').hidden = live.length > 0;
  byId('streams-note').textContent = numbers.open > live.length
    ? `the ${live.length} riskiest and newest of ${count(numbers.open)}` : `${count(live.length)} open`;
  byId('no-streams').textContent = 'No stream is open. Connect a client (ws://…/v1/stream, or the OpenAI client you have), or run “ops/weir bench”.';
  byId('streams').tBodies[0].replaceChildren(...live.map(stream => h('tr', {},
    h('th', { scope: 'row', title: plain(stream.uid) }, h('bdi', {}, plain(stream.name)),
      stream.tenant === 'default' ? '' : h('small', {}, ` of ${plain(stream.tenant)}`),
      stream.channel === 'content' ? '' : h('small', {}, ` ${plain(stream.channel)}`)),
    h('td', {}, stream.policy),
    h('td', {}, stream.mode),
    h('td', { className: 'n' }, age(stream.ageMillis)),
    h('td', { className: 'n' }, count(stream.tokens)),
    h('td', { className: `n risk ${level(stream.risk)}` }, risk(stream.risk)),
    h('td', { className: 'n' }, risk(stream.maxRisk)),
    h('td', { className: level(Math.max(0, ...stream.trace) / 1000) }, sparkline(svg, stream.trace)),
    h('td', {}, stream.maxRisk >= 0.2 ? words(stream.category) : ''))));
}

function experts(all) {
  byId('experts').tBodies[0].replaceChildren(...all.map(expert => h('tr', {},
    h('th', { scope: 'row' }, expert.name, h('small', {}, ` ${expert.kind}`)),
    h('td', {}, h('span', { className: `badge ${expert.state}` }, expert.state)),
    h('td', {}, Object.entries(expert.sessions).map(([device, sessions]) => `${sessions} ${device}`).join(', ') || 'in process'),
    h('td', { className: 'n' }, number(expert.weight)),
    h('td', { className: 'n' }, expert.kind === 'n-gram' ? '' : number(expert.runs)),
    h('td', { className: 'n' }, expert.kind === 'n-gram' ? '' : number(expert.rows)),
    h('td', { className: 'n' }, expert.kind === 'n-gram' ? '' : number(expert.serviceMs)),
    h('td', { className: 'n' }, expert.kind === 'n-gram' ? '' : number(expert.waitMs)))));
  const absent = [...new Set(all.map(expert => expert.state))].filter(state => state in ABSENT);
  put(byId('experts-note'), ...absent.flatMap(state => [h('dt', {}, state), h('dd', {}, ABSENT[state])]));
}

function stops(all) {
  const ids = all.map(stop => stop.receipt).join();
  if (ids === shownStops) {
    return; // so that whoever is on a link stays there
  }
  shownStops = ids;
  byId('no-stops').hidden = all.length > 0;
  byId('stops').replaceChildren(...all.slice(0, 12).map(stop => h('li', {},
    h('a', { href: `#review/${stop.receipt}` },
      h('span', { className: `dot ${severity(stop.severity)}`, 'aria-hidden': 'true' }), ` ${words(stop.category)}`),
    h('bdi', { title: plain(stop.stream) }, plain(stop.stream)),
    h('span', {}, `risk ${risk(stop.risk)}`),
    h('span', {}, stop.exposure > 0 ? `${count(stop.exposure)} chars seen` : 'none seen'),
    h('time', { dateTime: new Date(stop.atMillis).toISOString() }, time(stop.atMillis)))));
}
