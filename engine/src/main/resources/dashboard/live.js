// What goes on now.
import { get } from './api.js';
import { Recent, sparkline } from './charts.js';
import { age, announce, byId, count, h, level, number, percent, risk, severity, svg, time, words } from './dom.js';

const REMEMBERED = 300;
const LEVELS = ['normal', 'coarser', 'asleep', 'refusing'];
const LEVEL_NOTES = [
  'everything is scored', 'positions left to later windows', 'windowed experts may sleep', 'new streams are refused'];
const CERTIFICATE_MILLIS = 10_000;

const samples = [];
const states = new Map();
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
  for (const expert of sample.numbers.experts) {
    const before = states.get(expert.name);
    if (before && before !== expert.state) {
      announce(`Expert ${expert.name} is ${expert.state}.`);
    }
    states.set(expert.name, expert.state);
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
    tile('Tokens', number(now.tokens), '/s', `${number(now.cores)} cores, ${count(now.heapMiB)} MiB heap`),
    tile('Delta to decision', number(now.latency.p50), 'ms', `p99 ${number(now.latency.p99)} ms, in the last second`),
    tile('Stopped, last minute', count(stopped), '', `of ${count(ended)} that ended`),
    tile('Overload', LEVELS[now.level], '', now.refused > 0 ? `${number(now.refused)} streams refused/s` : LEVEL_NOTES[now.level],
      ['good', 'fair', 'poor', 'bad'][now.level]),
    certificateTile(),
  ] : [tile('Streams open', '–', '', 'waiting for the first sample')]));
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
    one.certified ? `${one.policy}: below ${percent(one.alpha)}, certified`
      : `${one.policy}: ${count(one.reviewsNeeded)} reviews to prove ≤\u00a0${percent(one.alpha).replace(' ', '\u00a0')}`,
    one.certified ? 'good' : undefined);
}

function streams({ numbers, live }) {
  byId('streams').hidden = live.length === 0;
  byId('no-streams').hidden = live.length > 0;
  byId('streams-note').textContent = numbers.open > live.length
    ? `the ${live.length} riskiest and newest of ${count(numbers.open)}` : `${count(live.length)} open`;
  byId('no-streams').textContent = 'No stream is open. Connect a client to the port for streams, or run “ops/weir bench”.';
  byId('streams').tBodies[0].replaceChildren(...live.map(stream => h('tr', {},
    h('th', { scope: 'row', title: stream.uid }, stream.name,
      stream.tenant === 'default' ? '' : h('small', {}, ` of ${stream.tenant}`),
      stream.channel === 'content' ? '' : h('small', {}, ` ${stream.channel}`)),
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
    h('span', {}, `risk ${risk(stop.risk)}`),
    h('span', {}, stop.exposure > 0 ? `${count(stop.exposure)} chars seen` : 'none seen'),
    h('time', { dateTime: new Date(stop.atMillis).toISOString() }, time(stop.atMillis)))));
}
