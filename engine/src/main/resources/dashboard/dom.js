// Elements out of names, properties and children. Text is only ever set as text.

const SVG = 'http://www.w3.org/2000/svg';

export function h(name, properties = {}, ...children) {
  const element = document.createElement(name);
  fill(element, properties, children);
  return element;
}

export function svg(name, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) {
    element.setAttribute(key, value);
  }
  element.append(...children);
  return element;
}

function fill(element, properties, children) {
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) {
      continue;
    }
    if (key.startsWith('on')) {
      element.addEventListener(key.slice(2), value);
    } else if (key in element && !key.includes('-') && key !== 'list') {
      element[key] = value;
    } else {
      element.setAttribute(key, value === true ? '' : value);
    }
  }
  element.append(...present(children));
}

const present = children => children.flat().filter(child => child !== null && child !== undefined && child !== false && child !== '');

/** Puts these in the place of what is there; what is none is left out. */
export function put(element, ...children) {
  element.replaceChildren(...present(children));
}

export const byId = id => document.getElementById(id);

/** Tells those who do not see the page change. */
export function announce(text) {
  byId('announce').textContent = text;
}

const whole = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 });
const tenth = new Intl.NumberFormat(undefined, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const hundredth = new Intl.NumberFormat(undefined, { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** Three digits that say something; a dash for what is not known. */
export function number(value) {
  if (value === null || value === undefined || Number.isNaN(value)) {
    return '–';
  }
  const size = Math.abs(value);
  const format = size >= 99.95 || value === 0 ? whole : size >= 9.995 ? tenth : hundredth;
  return format.format(value).replace('-', '\u2212');
}

const fewest = new Intl.NumberFormat(undefined, { maximumFractionDigits: 2 });

/** For an axis. */
export const short = value => fewest.format(value);

export const count = value => value === null || value === undefined ? '–' : whole.format(value);
export const risk = value => hundredth.format(value);

export function percent(share) {
  const hundred = 100 * share;
  return `${hundred >= 10 || Number.isInteger(hundred) ? whole.format(hundred) : +hundred.toPrecision(2)} %`;
}

export function age(millis) {
  const seconds = millis / 1000;
  if (seconds < 60) {
    return `${whole.format(seconds)} s`;
  }
  return seconds < 3600 ? `${whole.format(seconds / 60)} min` : `${tenth.format(seconds / 3600)} h`;
}

export function time(millis) {
  const at = new Date(millis);
  const today = new Date().toDateString() === at.toDateString();
  const clock = at.toLocaleTimeString(undefined, { hour12: false });
  return today ? clock : `${at.toLocaleDateString()} ${clock}`;
}

const LONGEST = 120;

/** A name that somebody else chose: what is not seen, or turns the line around, is written out. */
export function plain(name) {
  const seen = (name ?? '').replace(/[\p{C}\p{Zl}\p{Zp}]/gu, mark => `\\u${mark.codePointAt(0).toString(16).padStart(4, '0')}`);
  return seen.length > LONGEST ? `${seen.slice(0, LONGEST)}…` : seen;
}

/** weapons_cbrn is for programs, and other stands for every kind of harm. */
export const words = name => name === 'other' ? 'harm of any kind' : (name ?? '').replaceAll('_', ' ');

/** A level from a risk, for its colour: the same limits as the server's severity. */
export const level = value => value >= 0.8 ? 'high' : value >= 0.5 ? 'middle' : 'low';

/** The same of a receipt, which says more: what was stopped is never called safe. */
export const severity = name => ({ unsafe: 'high', controversial: 'middle' }[name] ?? 'low');
