// Server-sent events, read by hand: the browser's own reader cannot show a key.
import { ask, Refused } from './api.js';

const FIRST_WAIT_MILLIS = 500;
const LONGEST_WAIT_MILLIS = 5_000;
const SILENT_MILLIS = 10_000;
/** Until two samples came, nobody knows how often they come. */
const SILENT_BETWEEN_FIRST_MILLIS = 90_000;

const pause = millis => new Promise(done => setTimeout(done, millis));

/**
 * Comes back by itself whenever the line is lost, also when it only falls silent, until the server refuses for good.
 *
 * @param take is given each event's name and data
 * @param lost is given the reason, once the line is lost and whenever it cannot be had again
 */
export async function follow(path, take, lost) {
  let wait = FIRST_WAIT_MILLIS;
  for (;;) {
    try {
      await listen(path, (name, data) => {
        wait = FIRST_WAIT_MILLIS;
        take(name, data);
      });
      lost('');
    } catch (refusal) {
      lost(refusal instanceof Refused && refusal.status > 0 ? refusal.message : '');
      if (refusal instanceof Refused && (refusal.status === 401 || refusal.status === 403)) {
        return;
      }
    }
    await pause(wait);
    wait = Math.min(2 * wait, LONGEST_WAIT_MILLIS);
  }
}

async function listen(path, take) {
  const line = new AbortController();
  let heard = performance.now();
  let longest = SILENT_MILLIS;
  let received = 0;
  const watch = setInterval(() => {
    if (performance.now() - heard > longest) {
      line.abort();
    }
  }, 1_000);
  try {
    const response = await ask(path, { signal: line.signal, cache: 'no-store' });
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = '';
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      rest += piece.value;
      const events = rest.split('\n\n');
      rest = events.pop();
      for (const event of events) {
        const now = performance.now();
        longest = ++received > 2 ? Math.max(SILENT_MILLIS, 4 * (now - heard)) : SILENT_BETWEEN_FIRST_MILLIS;
        heard = now;
        take(field(event, 'event'), JSON.parse(field(event, 'data')));
      }
    }
  } finally {
    clearInterval(watch);
    line.abort();
  }
}

const field = (event, name) =>
  event.split('\n').filter(line => line.startsWith(`${name}: `)).map(line => line.slice(name.length + 2)).join('\n');
