// What the page asks of the server it came from.

/** The server refused; its message says what was found and what was expected. */
export class Refused extends Error {
  constructor(status, detail) {
    super(detail);
    this.status = status;
  }
}

export const get = path => ask(path, {});

export const post = (path, body) => ask(path, {
  method: 'POST',
  headers: { 'Content-Type': 'application/json', 'Weir-Request': 'dashboard' },
  body: JSON.stringify(body),
});

async function ask(path, options) {
  let response;
  try {
    response = await fetch(path, options);
  } catch {
    throw new Refused(0, 'The server does not answer.');
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) {
    throw new Refused(response.status, answer.detail ?? `The server answered ${response.status}.`);
  }
  return answer;
}

/** An id of our own; crypto.randomUUID is not there without TLS. */
export function newId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), byte => byte.toString(16).padStart(2, '0')).join('');
}
