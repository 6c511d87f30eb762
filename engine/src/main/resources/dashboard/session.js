// Who looks: a key that only this tab knows, and what it is good for.

const KEY = 'weir.key';

let me = { tenant: 'default', subject: '', scopes: [] };

export const key = () => sessionStorage.getItem(KEY);

/** Headers of every request of this page. A server that sees the first does not make the browser ask for a password. */
export function headers() {
  const shown = key();
  return { 'Weir-Request': 'dashboard', ...(shown ? { Authorization: `Bearer ${shown}` } : {}) };
}

export const may = scope => me.scopes.includes(scope);

export const who = () => `${me.subject} of ${me.tenant}`;

export function known(as) {
  me = as;
}

export function keep(shown) {
  sessionStorage.setItem(KEY, shown);
}

export function forget() {
  sessionStorage.removeItem(KEY);
}
