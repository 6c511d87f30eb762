// How far each expert is trusted, and who says so.
import { get, post } from './api.js';
import { Curve } from './charts.js';
import { announce, byId, count, h, number, words } from './dom.js';

let curve;
let failure = '';

export async function open() {
  let report;
  let history;
  try {
    [report, history] = await Promise.all([get('/v1/weights'), get('/v1/weights/history')]);
  } catch (refusal) {
    byId('weights').replaceChildren(h('p', { className: 'empty card' }, refusal.message));
    return;
  }
  curve?.destroy();
  byId('weights').replaceChildren(standing(report), promotion(report), over(history), versions(report, history));
  curve.draw();
}

/** Asks for a change, and shows what came of it. */
async function change(path, order, said) {
  try {
    const answer = await post(path, order);
    failure = answer.refused ? `Refused: ${answer.refused}` : '';
    announce(failure || said);
  } catch (refusal) {
    failure = refusal.message;
  }
  await open();
}

function sure(title, text) {
  byId('ask-title').textContent = title;
  byId('ask-text').textContent = text;
  const dialog = byId('ask');
  dialog.returnValue = 'no';
  dialog.showModal();
  return new Promise(answered => dialog.addEventListener('close', () => answered(dialog.returnValue === 'yes'), { once: true }));
}

function standing(report) {
  const fact = (name, value) => h('div', {}, h('dt', {}, name), h('dd', {}, value));
  const freeze = async () => {
    const on = !report.frozen;
    if (await sure(on ? 'Freeze learning?' : 'Let learning publish again?',
      on ? 'Nothing learned is published until it is let go again. Streams go on with the weights in force.'
        : 'What was learned meanwhile may be published with the next proposal.')) {
      await change('/v1/weights/freeze', { frozen: on }, on ? 'Frozen.' : 'Learning goes on.');
    }
  };
  return h('section', { className: 'card', 'aria-labelledby': 'standing' },
    h('h2', { id: 'standing' }, `Version ${report.version} `, h('small', {}, report.why)),
    failure && h('p', { className: 'refusal', role: 'alert' }, failure),
    h('dl', { className: 'facts' },
      fact('Learning', report.frozen ? 'frozen' : 'publishes what passes its trial'),
      fact('Labels', `${count(report.labels)} learned, ${count(report.ignored)} without effect`),
      fact('Next proposal', report.frozen ? 'none while frozen' : `after ${count(report.labelsToGo)} more labels`),
      fact('Last proposal', report.lastProposal ?? 'none yet'),
      ...Object.entries(report.alarms).map(([policy, evidence]) =>
        fact(`Alarm, ${policy}`, `evidence ${number(evidence)} of ${count(report.alarmAt)}`))),
    h('p', {}, h('button', { type: 'button', onclick: freeze }, report.frozen ? 'Let it publish' : 'Freeze')),
    table(report));
}

function table(report) {
  const experts = Object.keys(report.configured);
  const row = (name, weights) => h('tr', {}, h('th', { scope: 'row' }, name),
    ...experts.map(expert => h('td', { className: 'n' }, number(weights[expert] ?? report.configured[expert]))));
  return h('div', { className: 'scroll', tabindex: 0, role: 'group', 'aria-label': 'Weights' }, h('table', {},
    h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, 'on'), ...experts.map(expert => h('th', { scope: 'col', className: 'n' }, expert)))),
    h('tbody', {}, row('all categories, as configured', report.configured),
      ...Object.entries(report.learned).map(([category, weights]) => row(words(category), weights)),
      ...Object.entries(report.tenants).flatMap(([tenant, categories]) =>
        Object.entries(categories).map(([category, weights]) => row(`${tenant}: ${words(category)}`, weights))))));
}

function promotion(report) {
  const experts = Object.keys(report.configured);
  const result = h('div', { role: 'status' });
  const expert = h('select', { id: 'expert' }, ...experts.map(name => h('option', {}, name)));
  const weight = h('input', { id: 'weight', type: 'number', min: 0.001, max: 1000, step: 'any', required: true, value: 1 });
  const order = dryRun => ({ expert: expert.value, weight: Number(weight.value), dryRun });
  const attempt = async event => {
    event.preventDefault();
    try {
      const tried = await post('/v1/weights/promote', order(true));
      result.replaceChildren(trial(tried.policies));
    } catch (refusal) {
      result.replaceChildren(h('p', { className: 'refusal', role: 'alert' }, refusal.message));
    }
  };
  const promote = async () => {
    if (await sure(`Give ${expert.value} the weight ${weight.value}?`,
      'It is tried on reviewed streams first, and published as a new version if it passes. Open streams keep theirs.')) {
      await change('/v1/weights/promote', order(false), 'Published.');
    }
  };
  return h('section', { className: 'card', 'aria-labelledby': 'promote' },
    h('h2', { id: 'promote' }, 'Another weight ', h('small', {}, 'for an expert; it lets a shadow (weight 0) in')),
    h('form', { className: 'inline', onsubmit: attempt },
      h('label', {}, 'Expert ', expert), h('label', {}, 'weight ', weight),
      h('button', {}, 'Try'), h('button', { type: 'button', onclick: promote }, 'Publish')), result);
}

function trial(policies) {
  if (Object.keys(policies).length === 0) {
    return h('p', { className: 'note' }, 'Too few reviewed streams to try it on: review some first.');
  }
  return h('table', {},
    h('thead', {}, h('tr', {}, ...['policy', '', 'loss', 'false stops', 'caught'].map((name, index) =>
      h('th', { scope: 'col', className: index > 1 ? 'n' : '' }, name)))),
    h('tbody', {}, ...Object.entries(policies).flatMap(([policy, both]) => ['before', 'after'].map(when => h('tr', {},
      h('th', { scope: 'row' }, policy), h('td', {}, when), h('td', { className: 'n' }, number(both[when].loss)),
      h('td', { className: 'n' }, count(both[when].falseStops)), h('td', { className: 'n' }, count(both[when].caught)))))));
}

/** Of the category whose weights were learned furthest from the configured ones. */
function over(history) {
  const categories = [...new Set(history.flatMap(version => Object.keys(version.weights.byCategory)))];
  const of = (version, category) => version.weights.byCategory[category] ?? version.weights.byExpert;
  const category = categories.find(name => name === 'OTHER') ?? categories[0];
  const experts = [...new Set(history.flatMap(version => Object.keys(version.weights.byExpert)))];
  const lines = experts.map((expert, index) => ({
    label: expert, index,
    points: history.map(version => ({ x: version.weights.version, y: of(version, category)[expert] ?? 1 })),
  }));
  const about = category ? words(category.toLowerCase()) : 'all categories';
  curve = new Curve(`Weights by version, on ${about}`, lines, { x: 'version', y: 'weight', stepped: true, whole: true });
  return h('section', { className: 'card' },
    h('h2', {}, 'Over time ', h('small', {}, `on ${about}`)),
    h('p', { className: 'key' }, ...lines.map(line => h('span', {}, h('i', { className: `c${line.index % 8 + 1}` }), line.label))),
    curve.element);
}

function versions(report, history) {
  const back = async number => {
    if (await sure(`Put version ${number} in force again?`, 'It becomes the newest version, thresholds and all. Open streams keep theirs.')) {
      await change('/v1/weights/rollback', { version: number }, `Version ${number} is in force again.`);
    }
  };
  return h('section', { className: 'card', 'aria-labelledby': 'versions' },
    h('h2', { id: 'versions' }, 'Versions'),
    h('div', { className: 'scroll', tabindex: 0, role: 'group', 'aria-labelledby': 'versions' }, h('table', {},
      h('thead', {}, h('tr', {}, h('th', { scope: 'col', className: 'n' }, 'version'), h('th', { scope: 'col' }, 'why'),
        h('th', { scope: 'col' }, 'same as'), h('th', { scope: 'col' }, 'what to do'))),
      h('tbody', {}, ...history.toReversed().map(version => h('tr', {},
        h('th', { scope: 'row', className: 'n' }, count(version.weights.version)),
        h('td', {}, version.why),
        h('td', {}, version.restores > 0 ? `version ${version.restores}` : ''),
        h('td', {}, version.weights.version === report.version ? 'in force'
          : h('button', { type: 'button', onclick: () => back(version.weights.version) }, 'Roll back to it'))))))));
}
