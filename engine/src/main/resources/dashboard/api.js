// What the page asks of the server it came from.
import { headers } from './session.js';

/** The server refused; its message says what was found and what was expected. */
export class Refused extends Error {
  constructor(status, detail) {
    super(detail);
    this.status = status;
  }
}

/** Told to the window when the server does not know who asks, or no longer. */
export const STRANGER = 'weir-stranger';

export const get = path => ask(path, {}).then(read);

export const post = (path, body) => ask(path, {
  method: 'POST',
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify(body),
}).then(read);

const read = response => response.json().catch(() => ({}));

/** The response, whose body is still to be read. */
export async function ask(path, options) {
  let response;
  try {
    response = await fetch(path, { ...options, headers: { ...options.headers, ...headers() } });
  } catch {
    throw new Refused(0, 'The server does not answer.');
  }
  if (!response.ok) {
    const { detail } = await read(response);
    if (response.status === 401) {
      dispatchEvent(new CustomEvent(STRANGER, { detail }));
    }
    throw new Refused(response.status, detail ?? `The server answered ${response.status}.`);
  }
  return response;
}

/** An id of our own; crypto.randomUUID is not there without TLS. */
export function newId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), byte => byte.toString(16).padStart(2, '0')).join('');
}
