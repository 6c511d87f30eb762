// Moderates many texts over one WebSocket.
//
//   import { WeirClient } from './weir-client.mjs';
//
//   const weir = await WeirClient.connect('ws://localhost:8080/v1/stream');
//   const stream = weir.open({ mode: 'gate', messages: [{ role: 'user', content: question }] });
//   const generate = async () => {
//     for await (const piece of model.generate(question)) {
//       if (!(await stream.send(piece))) return; // false: stopped, generating on is in vain
//     }
//     stream.end();
//   };
//   const generating = generate();
//   for await (const cleared of stream) response.write(cleared); // what the reader may see
//   await generating;
//   const outcome = await stream.outcome; // { kind: 'ended' | 'stopped' | 'failed', … }
//   if (outcome.kind === 'stopped') response.write(outcome.message);
//   if (outcome.kind === 'failed') response.write('Sorry, something went wrong.');
//   response.end();
//   weir.close();
//
// Offsets are UTF-16 units, as JavaScript counts. A lost connection is opened again after a random wait of 0 to 5 s,
// whose bound doubles to 60 s; open streams then send their whole text again and show nothing twice. In gate mode the
// reader gets what was released, redactions replaced; in the modes monitor and stream all text, once it was sent.

const SUBPROTOCOL = 'weir.v1+json';
const INITIAL_CREDIT = 8192;
const MAX_DELTA = 4096;
const OPEN = 1; // WebSocket.readyState
const IN_VAIN = new Set([1002, 1003, 1007, 1009, 4400, 4401, 4403]);

const DEFAULTS = {
  token: undefined, // sent as Authorization: Bearer; needs the package ws
  firstBackoffMs: 5_000,
  longestBackoffMs: 60_000,
  random: Math.random,
  timer: (ms, task) => setTimeout(task, ms),
  onMessage: () => {}, // sees every message of the server before the client acts on it
};

/** The global WebSocket cannot send a token, so with one, and where there is none, it is the package `ws`. */
async function socketMaker({ token }) {
  if (globalThis.WebSocket && !token) {
    return (url) => new globalThis.WebSocket(url, SUBPROTOCOL);
  }
  const { WebSocket } = await import('ws');
  const headers = token ? { Authorization: `Bearer ${token}` } : {};
  return (url) => new WebSocket(url, SUBPROTOCOL, { headers });
}

export class WeirClient {
  #url;
  #settings;
  #makeSocket;
  #socket = null; // while it is open
  #dialling = null; // while it is not yet
  #streams = new Map();
  #names = 0;
  #attempt = 0;
  #closed = null; // why nothing can be opened any more

  constructor(url, settings, makeSocket) {
    this.#url = url;
    this.#settings = settings;
    this.#makeSocket = makeSocket;
  }

  /** Rejects when the first attempt fails; later losses are repaired. */
  static async connect(url, settings = {}) {
    const all = { ...DEFAULTS, ...settings };
    const client = new WeirClient(url, all, await socketMaker(all));
    await client.#dial();
    return client;
  }

  /**
   * Opens a stream; text may be sent at once.
   * @param {{stream?: string, policy?: string, mode?: 'monitor'|'stream'|'gate', conversation?: string,
   *          channel?: string, messages?: {role: string, content: string}[], meta?: Record<string, string>,
   *          onMessage?: (message: object) => void}} options
   */
  open({ onMessage = () => {}, ...options } = {}) {
    const name = options.stream ?? `s-${++this.#names}`;
    const duplicate = this.#streams.has(name);
    const forget = () => duplicate || this.#streams.delete(name);
    const stream = new ModeratedStream(name, options, onMessage, forget);
    if (this.#closed !== null) {
      stream._finish({ kind: 'failed', message: this.#closed });
    } else if (duplicate) {
      stream._finish({ kind: 'failed', code: 'duplicate_stream', message: `stream ${name} is already open` });
    } else {
      this.#streams.set(name, stream);
      if (this.#socket) stream._attach((message) => this.#say(message));
    }
    return stream;
  }

  /** Fails the streams still open and leaves the server. */
  close() {
    const socket = this.#socket ?? this.#dialling;
    this.#giveUp('the client is closed');
    socket?.close(1000, 'normal');
  }

  #say(message) {
    if (this.#socket?.readyState === OPEN) this.#socket.send(JSON.stringify(message));
  }

  #dial() {
    return new Promise((resolve, reject) => {
      const socket = this.#makeSocket(this.#url);
      this.#dialling = socket;
      let opened = false;
      socket.onopen = () => {
        opened = true;
        this.#dialling = null;
        if (this.#closed !== null) {
          socket.close(1000, 'normal');
          return;
        }
        this.#socket = socket;
        for (const stream of this.#streams.values()) stream._attach((message) => this.#say(message));
        resolve();
      };
      socket.onmessage = ({ data }) => {
        if (this.#socket === socket) this.#onFrame(data);
      };
      socket.onerror = () => {}; // a close event follows
      socket.onclose = ({ code }) => {
        if (opened) {
          this.#onLost(code);
        } else {
          reject(new Error(`cannot connect to ${this.#url}`));
        }
      };
    });
  }

  #onLost(code) {
    this.#socket = null;
    for (const stream of this.#streams.values()) stream._detach();
    if (this.#closed !== null) return;
    if (IN_VAIN.has(code)) {
      this.#giveUp(`the server closed the connection with ${code}`);
    } else {
      this.#reconnectLater();
    }
  }

  #reconnectLater() {
    const { firstBackoffMs, longestBackoffMs, random, timer } = this.#settings;
    const bound = Math.min(longestBackoffMs, firstBackoffMs * 2 ** Math.min(16, this.#attempt++));
    timer(random() * bound, () => {
      if (this.#closed === null) this.#dial().catch(() => this.#closed === null && this.#reconnectLater());
    });
  }

  #onFrame(data) {
    this.#attempt = 0;
    let message;
    try {
      message = JSON.parse(data);
    } catch {
      return; // the server speaks JSON; what is not cannot be about any stream
    }
    tell(this.#settings.onMessage, message);
    this.#streams.get(message.stream)?._onMessage(message);
  }

  #giveUp(reason) {
    this.#closed ??= reason;
    for (const stream of [...this.#streams.values()]) stream._finish({ kind: 'failed', message: reason });
  }
}

/** One text under moderation. Iterate over it, once, for what the reader may see. Members with _ are the client's. */
export class ModeratedStream {
  #options;
  #onMessage;
  #forget;
  #say = null; // while connected
  #mode;
  #resume;
  #text = ''; // all of it, to be sent again after a lost connection
  #waiting = []; // {until, resolve} of the pieces not sent yet
  #redactions = [];
  #granted = 0;
  #sent = 0; // on this connection
  #written = 0; // on any connection
  #published = 0;
  #flushAt = -1;
  #ending = false;
  #endSent = false;
  #cancelling = false;
  #cancelSent = false;
  #over = false;
  #pieces = []; // released, not yet read
  #reader = null; // wakes the iterator
  #failure = null;
  #resolveOutcome;

  constructor(name, options, onMessage, forget) {
    this.name = name;
    this.#options = options;
    this.#onMessage = onMessage;
    this.#forget = forget;
    this.#mode = options.mode;
    /** Resolves, never rejects, when the stream is over. */
    this.outcome = new Promise((resolve) => (this.#resolveOutcome = resolve));
  }

  /**
   * Adds a piece. Resolves to true when it was sent, which waits for credit: await it, and the generator is slowed to
   * what the server can score. Resolves to false when the stream is over.
   */
  send(piece) {
    if (this.#ending || this.#cancelling) throw new Error(`stream ${this.name} was ended`);
    if (this.#over) return Promise.resolve(false);
    this.#text += piece;
    const sent = new Promise((resolve) => this.#waiting.push({ until: this.#text.length, resolve }));
    this.#pump();
    return sent;
  }

  /** The generator stalled: asks for a provisional score of what was sent so far. */
  flush() {
    this.#flushAt = this.#text.length;
    this.#pump();
  }

  /** The text is complete. */
  end() {
    this.#ending = true;
    this.#pump();
    return this.outcome;
  }

  /** Gives the stream up; pieces still waiting are not sent. */
  cancel() {
    this.#cancelling = true;
    this.#refuseWaiting();
    this.#pump();
    return this.outcome;
  }

  /** Throws when the outcome is `failed`, after what was released. */
  async *[Symbol.asyncIterator]() {
    for (;;) {
      if (this.#pieces.length > 0) {
        yield this.#pieces.shift();
      } else if (this.#over) {
        if (this.#failure) throw this.#failure;
        return;
      } else {
        await new Promise((resolve) => (this.#reader = resolve));
      }
    }
  }

  _attach(say) {
    const { stream: _, ...options } = this.#options;
    this.#say = say;
    this.#granted = INITIAL_CREDIT;
    this.#sent = 0;
    this.#endSent = this.#cancelSent = false;
    this.#redactions = []; // those not yet published are said again
    say({ type: 'open', stream: this.name, units: 'utf16', ...options, resume: this.#resume });
    this.#pump();
  }

  _detach() {
    this.#say = null;
  }

  _onMessage(message) {
    tell(this.#onMessage, message);
    if (this.#over) return;
    switch (message.type) {
      case 'opened':
        this.#mode = message.mode;
        this.#resume = message.resume;
        this.#granted = message.credit;
        this.#publishWritten();
        this.#pump();
        break;
      case 'released':
        this.#publishThrough(message.through);
        break;
      case 'redacted':
        this.#redactions.push(message);
        break;
      case 'credit':
        this.#granted += message.add;
        this.#pump();
        break;
      case 'ended':
        if (message.verdict !== 'cancelled') this.#publishThrough(message.through);
        this._finish({ kind: 'ended', ...message });
        break;
      case 'stopped':
        this._finish({ kind: 'stopped', ...message });
        break;
      case 'error':
        if (message.final) this._finish({ kind: 'failed', ...message });
        break;
    }
  }

  _finish(outcome) {
    if (this.#over) return;
    this.#over = true;
    this.#say = null;
    this.#forget();
    this.#refuseWaiting();
    this.#text = '';
    if (outcome.kind === 'failed') this.#failure = new Error(outcome.message);
    this.#wakeReader();
    this.#resolveOutcome(outcome);
  }

  #pump() {
    const say = this.#say;
    const stream = this.name;
    if (!say || this.#over) return;
    if (this.#cancelling) {
      if (!this.#cancelSent) say({ type: 'cancel', stream });
      this.#cancelSent = true;
      return;
    }
    while (this.#sent < Math.min(this.#text.length, this.#granted)) {
      const at = this.#sent;
      this.#sent = Math.min(this.#text.length, this.#granted, at + MAX_DELTA);
      say({ type: 'delta', stream, text: this.#text.slice(at, this.#sent), at });
    }
    this.#written = Math.max(this.#written, this.#sent);
    this.#publishWritten();
    while (this.#waiting.length > 0 && this.#waiting[0].until <= this.#written) this.#waiting.shift().resolve(true);
    if (this.#flushAt >= 0 && this.#sent >= this.#flushAt) {
      this.#flushAt = -1;
      say({ type: 'flush', stream });
    }
    if (this.#ending && !this.#endSent && this.#sent === this.#text.length) {
      this.#endSent = true;
      say({ type: 'end', stream, length: this.#text.length });
    }
  }

  #refuseWaiting() {
    for (const { resolve } of this.#waiting.splice(0)) resolve(false);
  }

  /** In the modes that hold nothing back; while the mode is not known yet, everything is held. */
  #publishWritten() {
    if ((this.#mode === 'monitor' || this.#mode === 'stream') && this.#written > this.#published) {
      this.#publish(this.#text.slice(this.#published, this.#written));
      this.#published = this.#written;
    }
  }

  #publishThrough(through) {
    const end = Math.min(through, this.#sent);
    let piece = '';
    while (this.#published < end) {
      const next = this.#redactions[0];
      if (next && next.to <= this.#published) {
        this.#redactions.shift(); // before a lost connection it was shown replaced
      } else if (!next || next.from >= end) {
        piece += this.#text.slice(this.#published, end);
        this.#published = end;
      } else {
        const from = Math.max(this.#published, next.from);
        piece += this.#text.slice(this.#published, from);
        this.#published = from;
        if (next.to > end) break; // a span is never cut: it waits until all of it is released
        piece += next.replacement;
        this.#published = next.to;
        this.#redactions.shift();
      }
    }
    this.#publish(piece);
  }

  #publish(piece) {
    if (piece === '') return;
    this.#pieces.push(piece);
    this.#wakeReader();
  }

  #wakeReader() {
    this.#reader?.();
    this.#reader = null;
  }
}

/** Calls a listener that is not ours; what it throws must not disturb other streams. */
function tell(listener, message) {
  try {
    listener(message);
  } catch (error) {
    console.warn(`a listener threw on ${message.type} of stream ${message.stream}:`, error);
  }
}
