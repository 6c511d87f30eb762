// Driven by NodeClientTest, which plays the server: prints what a reader sees, one JSON line each.
import { WeirClient } from '../../../clients/node/weir-client.mjs';

const print = (line) => console.log(JSON.stringify(line));
const weir = await WeirClient.connect(process.argv[2], { random: () => 0 });

const gate = weir.open({ stream: 'gate', mode: 'gate', onMessage: ({ type }) => print({ heard: type }) });
await gate.send('card 4111 is ');
const waiting = gate.send('m\ud83d').then((sent) => print({ sent }));
const reading = (async () => {
  for await (const piece of gate) print({ piece });
})();
await waiting;
await gate.send('\ude00');
gate.end();
await reading;
print({ kind: (await gate.outcome).kind });

let other;
await new Promise((opened) => {
  other = weir.open({ stream: 'other', mode: 'gate', onMessage: ({ type }) => type === 'opened' && opened() });
});
print({ credited: await other.send('123456') });
const seen = weir.open({ stream: 'seen', mode: 'stream' });
await seen.send('at once');
for await (const piece of seen) print({ piece });
print({ kind: (await seen.outcome).kind, more: await seen.send('in vain') });
weir.close();
print({ kind: (await other.outcome).kind });
