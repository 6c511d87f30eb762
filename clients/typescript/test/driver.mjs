// A user of the TypeScript client who does what the conformance tests say, one JSON object a line each way.
import { createInterface } from 'node:readline';
import { WeirClient } from '../dist/weir.js';

const settings = process.argv[2] === 'ws' ? { WebSocket: (await import('ws')).WebSocket } : {};
const streams = new Map();
const reconnections = [];
let reconnecting = 0;
let client;

// Half a surrogate pair has to survive the way through a pipe.
const report = (what) =>
  console.log(JSON.stringify(what).replace(/[\u007f-\uffff]/g, (c) => '\\u' + c.charCodeAt(0).toString(16).padStart(4, '0')));

console.warn = () => {}; // what goes to stderr fails a test

const users = {
  async connect({ url, token }) {
    try {
      client = await WeirClient.connect(url, {
        ...settings,
        ...(token && { token }),
        random: () => 0.5,
        timer(ms, task) {
          report({ waits: ms });
          reconnections.push(task);
          reconnect();
        },
      });
    } catch {
      // reported below
    }
    report({ connected: client !== undefined });
  },
  open(options) {
    const stream = client.open(options);
    if (!streams.has(options.stream)) streams.set(options.stream, stream);
    read(stream);
    stream.outcome.then((outcome) => report({ stream: stream.name, outcome }));
  },
  send: ({ stream, text }) => streams.get(stream).send(text).then((taken) => report({ stream, taken })),
  flush: ({ stream }) => streams.get(stream).flush(),
  end: ({ stream }) => streams.get(stream).end(),
  cancel: ({ stream }) => streams.get(stream).cancel(),
  feedback: (judgement) =>
    client.feedback(judgement).then(
      (receipt) => report({ recorded: judgement.id, receipt }),
      ({ code }) => report({ refused: judgement.id, code }),
    ),
  reconnect() {
    reconnecting++;
    reconnect();
  },
  sync: () => report({ synced: true }),
  close: () => client?.close(),
};

function reconnect() {
  if (reconnecting > 0 && reconnections.length > 0) {
    reconnecting--;
    reconnections.shift()();
  }
}

async function read(stream) {
  try {
    for await (const text of stream) report({ stream: stream.name, text });
    report({ stream: stream.name, read: 'all' });
  } catch {
    report({ stream: stream.name, read: 'failed' });
  }
}

let turn = Promise.resolve();
createInterface({ input: process.stdin })
  .on('line', (line) => {
    const { do: what, ...action } = JSON.parse(line);
    turn = turn.then(() => (what === 'connect' ? users.connect(action) : void users[what](action)));
  })
  .on('close', () => turn.then(users.close));
