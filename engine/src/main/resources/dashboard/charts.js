// Lines over time and along a text. Chart is the library's, a script of its own.
/* global Chart */
import { h, number, short } from './dom.js';

const LEAST_SECONDS = 60;
const ROWS = 12;
const drawn = new Set();

const css = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

export const colour = index => css(`--c${index % 8 + 1}`);

function look() {
  Chart.defaults.color = css('--muted');
  Chart.defaults.borderColor = css('--grid');
  Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
  Chart.defaults.font.size = 11;
}

matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
  look();
  for (const figure of drawn) {
    figure.paint();
  }
});

const ago = seconds => seconds === 0 ? 'now' : seconds % 60 === 0 ? `${-seconds / 60} min` : `${-seconds} s`;

const axis = (title, more) => ({
  grid: { drawTicks: false },
  border: { display: false },
  title: { display: Boolean(title), text: title },
  ...more,
});

function chart(canvas, x, y) {
  look();
  return new Chart(canvas, {
    type: 'line',
    data: { datasets: [] },
    options: {
      animation: false,
      parsing: false,
      normalized: true,
      maintainAspectRatio: false,
      interaction: { mode: 'index', intersect: false },
      elements: { point: { radius: 0, hitRadius: 8 }, line: { borderWidth: 1.75, tension: 0 } },
      plugins: { legend: { display: false }, tooltip: { enabled: true, displayColors: true } },
      scales: { x, y },
    },
  });
}

function repaint(drawing) {
  const { x, y } = drawing.options.scales;
  for (const scale of [x, y]) {
    scale.grid.color = css('--grid');
    scale.ticks.color = css('--muted');
    scale.title.color = css('--muted');
  }
  drawing.update('none');
}

/** A figure of the last minutes: lines that come and go by name, a key with the newest values, and the numbers as a table. */
export class Recent {
  constructor(title, unit) {
    this.title = title;
    this.unit = unit;
    this.names = [];
    this.canvas = h('canvas', { role: 'img' });
    this.key = h('p', { className: 'key' });
    this.body = h('tbody');
    this.head = h('tr');
    this.table = h('details', {}, h('summary', {}, 'as a table'),
      h('div', { className: 'scroll', tabindex: 0 }, h('table', {}, h('thead', {}, this.head), this.body)));
    this.table.addEventListener('toggle', () => this.tabulate());
    this.element = h('figure', { className: 'card' },
      h('figcaption', {}, h('strong', {}, title), ' ', h('small', {}, unit), this.key),
      h('div', { className: 'plot' }, this.canvas), this.table);
    this.rows = [];
    drawn.add(this);
  }

  /** @param rows [{at, values: {name: number}}], oldest first */
  show(rows) {
    this.rows = rows;
    for (const row of rows) {
      for (const name of Object.keys(row.values)) {
        if (!this.names.includes(name)) {
          this.names.push(name);
        }
      }
    }
    this.chart ??= chart(this.canvas,
      axis('', { type: 'linear', max: 0, ticks: { padding: 6, maxRotation: 0, callback: ago } }),
      axis('', { beginAtZero: true, suggestedMax: 1, ticks: { maxTicksLimit: 4, padding: 6, callback: short }, grace: '5%' }));
    this.chart.options.plugins.tooltip.callbacks = {
      title: items => `${Math.round(-items[0].parsed.x)} s ago`,
      label: item => `${item.dataset.label} ${number(item.parsed.y)} ${this.unit}`,
    };
    this.paint();
  }

  paint() {
    if (!this.chart) {
      return;
    }
    const now = this.rows.at(-1)?.at ?? 0;
    const span = Math.max(LEAST_SECONDS, Math.ceil((now - (this.rows[0]?.at ?? now)) / 60_000) * 60);
    this.chart.options.scales.x.min = -span;
    this.chart.options.scales.x.ticks.stepSize = span > 60 ? 60 : 15;
    this.chart.data.datasets = this.names.map((name, index) => ({
      label: name,
      borderColor: colour(index),
      backgroundColor: colour(index),
      data: this.rows.map(row => ({ x: (row.at - now) / 1000, y: row.values[name] ?? NaN })),
    }));
    const newest = this.rows.at(-1)?.values ?? {};
    this.key.replaceChildren(...this.names.map((name, index) =>
      h('span', {}, h('i', { className: `c${index % 8 + 1}` }), this.names.length > 1 ? `${name} ` : '',
        h('b', {}, number(newest[name])))));
    this.canvas.setAttribute('aria-label', `${this.title}, ${this.unit}, the last minutes; now ${
      this.names.map(name => `${this.names.length > 1 ? `${name} ` : ''}${number(newest[name])}`).join(', ') || 'nothing yet'}`);
    repaint(this.chart);
    this.tabulate();
  }

  tabulate() {
    if (!this.table.open) {
      return;
    }
    this.head.replaceChildren(h('th', { scope: 'col' }, 'time'),
      ...this.names.map(name => h('th', { scope: 'col', className: 'n' }, `${name}, ${this.unit}`)));
    this.body.replaceChildren(...this.rows.slice(-ROWS).reverse().map(row => h('tr', {},
      h('th', { scope: 'row' }, new Date(row.at).toLocaleTimeString(undefined, { hour12: false })),
      ...this.names.map(name => h('td', { className: 'n' }, number(row.values[name]))))));
  }
}

/** Lines over any numbers, drawn once: [{label, points: [{x, y}], dashed, index}]. Marks stand upright: [{x, label}]. */
export class Curve {
  constructor(label, lines, { x, y, marks = [], top, stepped = false, whole = false }) {
    this.canvas = h('canvas', { role: 'img', 'aria-label': label });
    this.element = h('div', { className: 'plot tall' }, this.canvas);
    this.lines = lines;
    this.marks = marks;
    this.stepped = stepped;
    this.options = [
      axis(x, { type: 'linear', ticks: { maxTicksLimit: 8, padding: 6, precision: whole ? 0 : undefined } }),
      axis(y, { min: 0, max: top, ticks: { maxTicksLimit: 5, padding: 6 } }),
    ];
    drawn.add(this);
  }

  /** Once the element is in the page. */
  draw() {
    this.chart = chart(this.canvas, ...this.options);
    this.paint();
    return this;
  }

  paint() {
    if (!this.chart) {
      return;
    }
    const highest = this.options[1].max ?? Math.max(...this.lines.flatMap(line => line.points.map(point => point.y)));
    const upright = this.marks.map(mark => ({
      label: mark.label, borderColor: css('--ink'), borderWidth: 1, borderDash: [2, 3],
      data: [{ x: mark.x, y: 0 }, { x: mark.x, y: highest }],
    }));
    this.chart.data.datasets = [...this.lines.map(line => ({
      label: line.label,
      borderColor: colour(line.index),
      borderDash: line.dashed ? [6, 4] : [],
      borderWidth: line.dashed ? 1.25 : 2,
      pointRadius: line.points.length < 3 ? 3 : 0,
      backgroundColor: colour(line.index),
      stepped: this.stepped || line.dashed ? 'before' : false,
      data: line.points,
    })), ...upright];
    repaint(this.chart);
  }

  destroy() {
    drawn.delete(this);
    this.chart?.destroy();
  }
}

/** A few pixels of risk: [0..1000], on a scale from 0 to 1. */
export function sparkline(svg, trace) {
  const [width, height] = [120, 20];
  const step = trace.length > 1 ? width / (trace.length - 1) : width;
  const points = trace.map((value, index) => `${(index * step).toFixed(1)},${(height - 1 - value * (height - 2) / 1000).toFixed(1)}`);
  return svg('svg', { viewBox: `0 0 ${width} ${height}`, width, height, class: 'spark', 'aria-hidden': 'true' },
    svg('path', { d: `M0 ${height / 2}H${width}`, class: 'half' }),
    svg('polyline', { points: points.length > 1 ? points.join(' ') : `0,${height - 1} ${points[0] ?? `0,${height - 1}`}` }));
}
