// What the official client makes of a relayed reply; one line of JSON for each request. Only its base URL is ours.
import { pathToFileURL } from "node:url";

const [client, url] = process.argv.slice(2);
const { default: OpenAI } = await import(pathToFileURL(client));
const openai = new OpenAI({ apiKey: "the-clients-own", baseURL: url, maxRetries: 0 });
const say = (result) => console.log(JSON.stringify(result));
const messages = [{ role: "user", content: "What is a weir?" }];

async function streamed() {
  const stream = await openai.chat.completions.create({
    model: "fake-1",
    messages,
    stream: true,
    stream_options: { include_usage: true },
  });
  let content = "";
  let finish = null;
  let usage = null;
  for await (const chunk of stream) {
    content += chunk.choices[0]?.delta?.content ?? "";
    finish = chunk.choices[0]?.finish_reason ?? finish;
    usage = chunk.usage ?? usage;
  }
  say({ content, finish, usage: usage !== null });
}

async function whole() {
  const reply = await openai.chat.completions.create({ model: "fake-1", messages });
  const choice = reply.choices[0];
  say({ content: choice.message.content, finish: choice.finish_reason, request: reply._request_id });
}

async function stoppedPrompt(content) {
  try {
    await openai.chat.completions.create({ model: "fake-1", messages: [{ role: "user", content }], stream: true });
    say({ error: null });
  } catch (error) {
    say({ error: error.constructor.name, status: error.status, code: error.code });
  }
}

async function runner() {
  const final = await openai.chat.completions.stream({ model: "fake-1", messages }).finalChatCompletion();
  say({ content: final.choices[0].message.content, finish: final.choices[0].finish_reason });
}

async function moderated(input) {
  const { results } = await openai.moderations.create({ input });
  say({ flagged: results.map((result) => result.flagged) });
}

await streamed();
await streamed();
await whole();
await whole();
await runner();
await stoppedPrompt(process.env.INSULTS);
await moderated(["Water boils at 100 degrees.", process.env.INSULTS]);
