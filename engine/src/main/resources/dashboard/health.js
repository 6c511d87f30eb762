// Whether all is well, in one line: what an operator asks first.

const LEVELS = [
  undefined,
  ['fair', 'overload: coarser'],
  ['poor', 'overload: experts may sleep'],
  ['bad', 'overload: new streams are refused'],
];
const ORDER = ['good', 'fair', 'poor', 'bad'];

/** Longer than the gap between two texts that an expert sleeps through, so that the line does not flicker. */
const HELD_MILLIS = 5_000;

const seen = new Map(); // text to {kind, from, until}

function troubles(numbers) {
  const found = [];
  if (numbers.level > 0) {
    found.push(LEVELS[numbers.level]);
  }
  for (const expert of numbers.experts) {
    if (expert.state === 'broken') {
      found.push(['bad', `expert ${expert.name} is broken`]);
    } else if (expert.state === 'asleep') {
      found.push(['poor', `expert ${expert.name} is asleep`]);
    }
  }
  if (numbers.unprotected > 0) {
    found.push(['bad', `${numbers.unprotected} unprotected ${numbers.unprotected === 1 ? 'way' : 'ways'} in`]);
  }
  if (numbers.unscored > 0) {
    found.push(['bad', 'text goes unscored']);
  }
  if (numbers.dropped > 0) {
    found.push(['bad', 'the ledger loses entries']);
  }
  return found;
}

/** @returns {{kind: string, text: string, since: number}} since is 0 when all is well */
export function look(numbers) {
  for (const [kind, text] of troubles(numbers)) {
    const before = seen.get(text);
    seen.set(text, { kind, from: before?.from ?? numbers.at, until: numbers.at + HELD_MILLIS });
  }
  for (const [text, trouble] of seen) {
    if (trouble.until < numbers.at || (text.startsWith('overload') && text !== LEVELS[numbers.level]?.[1])) {
      seen.delete(text);
    }
  }
  const now = [...seen].map(([text, trouble]) => ({ text, ...trouble }))
    .sort((one, other) => ORDER.indexOf(other.kind) - ORDER.indexOf(one.kind) || one.from - other.from);
  return now.length === 0
    ? { kind: 'good', text: 'everything is scored', since: 0 }
    : { kind: now[0].kind, text: now.map(trouble => trouble.text).join('; '), since: now[0].from };
}
