// A window of text, scored again every so many frames: one process, one session, one event loop.
//
//   node server.mjs --encoder FILE --head FILE --tokenizer FILE --window 64 --every 8
//
// Prints "ready PORT". In: {"s":stream,"t":text}, one frame a token, then {"s":stream,"end":true}, which scores what no
// window has seen. Out: {"s":stream,"score":highest probability,"through":UTF-16 units of the text that are covered}, and
// with "end":true for the last.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Tokenizer } from '@huggingface/tokenizers';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { WebSocketServer } from 'ws';

const { values: options } = parseArgs({
  options: {
    encoder: { type: 'string' },
    head: { type: 'string' },
    tokenizer: { type: 'string' },
    window: { type: 'string', default: '64' },
    every: { type: 'string', default: '8' },
    port: { type: 'string', default: '0' },
  },
});
const window = Number(options.window);
const every = Number(options.every);
const CLS = 101n;
const SEP = 102n;

const sessionOptions = {
  executionProviders: ['cpu'],
  graphOptimizationLevel: 'all',
  executionMode: 'sequential',
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  enableCpuMemArena: true,
  enableMemPattern: true,
  extra: { session: { intra_op: { allow_spinning: '0' }, inter_op: { allow_spinning: '0' } } },
};
const encoder = await InferenceSession.create(options.encoder, sessionOptions);
const head = await InferenceSession.create(options.head, sessionOptions);
const tokenizer = new Tokenizer(JSON.parse(readFileSync(options.tokenizer, 'utf8')), {});

/** The last tokens of a text between start and end token, not padded: one window is one run. */
function windowIds(text) {
  const all = tokenizer.encode(text, { add_special_tokens: false }).ids;
  const from = Math.max(0, all.length - (window - 2));
  const ids = new BigInt64Array(all.length - from + 2);
  ids[0] = CLS;
  for (let i = from; i < all.length; i++) {
    ids[i - from + 1] = BigInt(all[i]);
  }
  ids[ids.length - 1] = SEP;
  return ids;
}

async function score(text) {
  const ids = windowIds(text);
  const shape = [1, ids.length];
  const mask = new Tensor('int64', new BigInt64Array(ids.length).fill(1n), shape);
  const { last_hidden_state: hidden } = await encoder.run({
    input_ids: new Tensor('int64', ids, shape),
    attention_mask: mask,
    token_type_ids: new Tensor('int64', new BigInt64Array(ids.length), shape),
  });
  const { logits } = await head.run({ hidden, mask });
  return 1 / (1 + Math.exp(-Math.max(...logits.data)));
}

class Stream {
  frames = [];
  unseen = 0;
  through = 0;

  add(text) {
    this.frames.push(text);
    if (this.frames.length > window) {
      this.frames.shift();
    }
    this.through += text.length;
    this.unseen++;
    return this.unseen === every;
  }

  /** What a checkpoint scores, as of now. */
  checkpoint() {
    this.unseen = 0;
    return { text: this.frames.join(''), through: this.through };
  }
}

let last = Promise.resolve();
/** One run after the other, in the order the frames came. */
function inTurn(work) {
  last = last.then(work);
}

const server = new WebSocketServer({ host: '127.0.0.1', port: Number(options.port), perMessageDeflate: false });
server.on('connection', (socket) => {
  const streams = new Map();
  const answer = ({ text, through }, name, end) =>
    inTurn(async () => {
      const reply = { s: name, score: text === '' ? 0 : await score(text), through };
      socket.send(JSON.stringify(end ? { ...reply, end } : reply));
    });
  socket.on('message', (frame) => {
    const { s: name, t: text, end } = JSON.parse(frame);
    let stream = streams.get(name);
    if (!stream) {
      stream = new Stream();
      streams.set(name, stream);
    }
    if (end) {
      streams.delete(name);
      answer(stream.unseen > 0 ? stream.checkpoint() : { text: '', through: stream.through }, name, true);
    } else if (stream.add(text)) {
      answer(stream.checkpoint(), name, false);
    }
  });
});
server.on('listening', () => console.log(`ready ${server.address().port}`));
