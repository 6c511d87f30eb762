// What the official client makes of all that users ask for beside plain chat; one line of JSON for each request.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

const [client, url] = process.argv.slice(2);
const { default: OpenAI } = await import(pathToFileURL(client));
const openai = new OpenAI({ apiKey: "the-clients-own", baseURL: url, maxRetries: 0 });
const say = (result) => console.log(JSON.stringify(result));
const messages = [
  { role: "developer", content: "Be brief." },
  { role: "user", content: [{ type: "text", text: "What is a weir?" }] },
];

async function failing(request) {
  try {
    await request();
    say({ error: null });
  } catch (error) {
    const { status, code, type, param } = error;
    const retryAfter = error.headers?.get("retry-after") ?? null;
    say({ error: error.constructor.name, status, code, type, param, retryAfter });
  }
}

async function models() {
  const ids = [];
  for await (const model of openai.models.list()) {
    ids.push(model.id);
  }
  const one = await openai.models.retrieve("meta/llama-3.1");
  say({ ids, one: one.id });
}

async function twoChoices() {
  const stream = openai.chat.completions.stream({ model: "fake-1", messages, n: 2 });
  const { choices } = await stream.finalChatCompletion();
  say({ contents: choices.map((choice) => choice.message.content) });
}

async function toolCalls() {
  const tools = [{ type: "function", function: { name: "weather", parameters: { type: "object", properties: {} } } }];
  const stream = openai.chat.completions.stream({ model: "fake-1", messages, tools, parallel_tool_calls: true });
  const { choices } = await stream.finalChatCompletion();
  say({
    calls: choices[0].message.tool_calls.map((call) => JSON.parse(call.function.arguments).city),
    finish: choices[0].finish_reason,
  });
}

async function structured() {
  const schema = { type: "object", properties: { steps: { type: "array", items: { type: "string" } } } };
  const reply = await openai.chat.completions.parse({
    model: "fake-1",
    messages,
    response_format: { type: "json_schema", json_schema: { name: "answer", schema } },
  });
  say({ steps: JSON.parse(reply.choices[0].message.content).steps, refusal: reply.choices[0].message.refusal });
}

async function reasoning() {
  const stream = await openai.chat.completions.create({ model: "fake-1", messages, stream: true });
  let reasoning = "";
  let content = "";
  for await (const chunk of stream) {
    reasoning += chunk.choices[0]?.delta?.reasoning_content ?? "";
    content += chunk.choices[0]?.delta?.content ?? "";
  }
  say({ reasoning, content });
}

async function legacy() {
  const called = await openai.chat.completions.create({
    model: "fake-1",
    messages,
    functions: [{ name: "weather" }],
    function_call: "auto",
  });
  const completed = await openai.completions.create({ model: "fake-1", prompt: ["A weir is", "A dam is"], stream: true });
  let text = "";
  for await (const chunk of completed) {
    text += chunk.choices[0]?.text ?? "";
  }
  say({ name: called.choices[0].message.function_call.name, text });
}

// The names that the client's types promise, as its own declarations have them.
function declared(block) {
  const types = readFileSync(join(dirname(client), "resources/moderations.d.ts"), "utf8");
  const body = types.slice(types.indexOf(`interface ${block} {`)).split("\n    }\n")[0];
  return [...body.matchAll(/^ {8}'?([a-z/-]+)'?: /gm)].map((match) => match[1]);
}

async function moderation() {
  const answer = await openai.moderations.create({
    model: "omni-moderation-latest",
    input: [
      { type: "text", text: "Water boils." },
      { type: "text", text: process.env.INSULTS },
    ],
  });
  const result = answer.results[0];
  const categories = declared("Categories");
  say({
    results: answer.results.length,
    flagged: result.flagged,
    harassment: result.categories.harassment,
    declared: categories.length,
    wrong: categories.filter(
      (name) =>
        typeof result.categories[name] !== "boolean" ||
        !(result.category_scores[name] >= 0 && result.category_scores[name] <= 1) ||
        !result.category_applied_input_types[name].every((type) => type === "text"),
    ),
  });
}

await models();
await twoChoices();
await toolCalls();
await structured();
await reasoning();
await legacy();
await moderation();
await failing(() => openai.responses.create({ model: "fake-1", input: "Hello" }));
await failing(() => openai.embeddings.create({ model: "fake-1", input: "Hello" }));
await failing(() => openai.chat.completions.create({ model: "fake-1", messages, logprobs: true }));
await failing(() => openai.chat.completions.create({ model: "fake-1", messages }));
await failing(() => openai.chat.completions.create({ model: "fake-1", messages }));
await failing(async () => {
  for await (const chunk of await openai.chat.completions.create({ model: "fake-1", messages, stream: true })) {
    void chunk;
  }
});
