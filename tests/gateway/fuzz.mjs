// Broken requests, broken configurations and broken providers: no 5xx of the gateway's own, no hang, no crash, no secret in any answer or log.
//
//   node fuzz.mjs --gateway "dotnet …/Mlflow.Deployments.Gateway.dll" [--minutes 10] [--seed N]
import fs from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import path from 'node:path';
import { folder, option, sleep, startGateway } from './support.mjs';

const minutes = Number(option('minutes') ?? 10);
const seed = Number(option('seed') ?? Date.now() % 2 ** 31);
const secret = 'sk-SECRET-4711-never-to-be-shown';
const prompt = 'PROMPT-MARKER-0815';
const timeout = 20_000;

// ---- chance, the same for the same seed
let state = seed >>> 0;
function random() {
  state = (state + 0x6d2b79f5) >>> 0;
  let t = Math.imul(state ^ (state >>> 15), state | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
}
const below = (n) => Math.floor(random() * n);
const pick = (list) => list[below(list.length)];
const values = () => pick([
  null, true, false, 0, -1, 1.5, 1e308, -1e308, 12345678901234567890, '', 'x', prompt, '\ud800', '\u0000', 'é😀', [], {}, [[]], [null], { a: null }, 'a'.repeat(5000),
  { role: 'user' }, [{ role: 'user', content: prompt }], { type: 'object', properties: {} }, 'data: [DONE]', '$HOME', '/etc/hostname']);

/** Changes a JSON value somewhere. */
function mutate(value) {
  if (random() < 0.15) return values();
  if (Array.isArray(value)) {
    const copy = [...value];
    const at = below(copy.length + 1);
    const how = below(4);
    if (how === 0 || at === copy.length) copy.splice(at, 0, values());
    else if (how === 1) copy.splice(at, 1);
    else copy[at] = mutate(copy[at]);
    return copy;
  }
  if (value && typeof value === 'object') {
    const copy = { ...value };
    const keys = Object.keys(copy);
    const how = below(5);
    if (how === 0 || keys.length === 0) copy[pick(['model', 'n', 'stream', 'user', 'tools', 'tool_choice', 'stop', 'stream_options', 'x', 'content', 'error', 'choices', 'usage', 'input', '__proto__x'])] = values();
    else if (how === 1) delete copy[pick(keys)];
    else { const key = pick(keys); copy[key] = mutate(copy[key]); }
    return copy;
  }
  return values();
}

/** Changes bytes somewhere. */
function scramble(buffer) {
  let bytes = Buffer.from(buffer);
  for (let i = below(4); i >= 0; i--) {
    const at = below(bytes.length + 1);
    const how = below(5);
    if (how === 0) bytes = bytes.subarray(0, at);
    else if (how === 1) bytes = Buffer.concat([bytes.subarray(0, at), Buffer.from(pick(['{', '}', '[', ']', '"', ',', ':', '\\', '\n', '\r\n\r\n', '\u0000', '\ufeff', 'data: ', '\\ud800', '- ', '&a *a', '!!x', '%', '1e999'])), bytes.subarray(at)]);
    else if (how === 2 && at < bytes.length) bytes[at] = below(256);
    else if (how === 3) bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(Math.min(bytes.length, at + below(20)))]);
    else bytes = Buffer.concat([bytes, bytes.subarray(at)]).subarray(0, 200_000);
  }
  return bytes;
}
const broken = (value) => (random() < 0.7 ? Buffer.from(JSON.stringify(mutate(value)) ?? '') : scramble(JSON.stringify(random() < 0.5 ? mutate(value) ?? null : value)));

// ---- good things to begin with
const chat = { model: 'chat', messages: [{ role: 'system', content: 'x' }, { role: 'user', content: [{ type: 'text', text: prompt }, { type: 'image_url', image_url: { url: 'data:image/png;base64,AA==' } }] },
  { role: 'assistant', content: null, tool_calls: [{ id: 't', type: 'function', function: { name: 'f', arguments: '{}' } }] }, { role: 'tool', tool_call_id: 't', content: 'r' }],
  temperature: 1, max_tokens: 5, stop: ['a'], n: 1, tools: [{ type: 'function', function: { name: 'f', parameters: { type: 'object', properties: { a: { type: 'string' } } } } }], tool_choice: 'auto', user: 'ada' };
const withoutModel = ({ model, ...rest }) => rest;
const completion = { model: 'completions', prompt, max_tokens: 5 };
const embedding = { model: 'embeddings', input: [prompt, 'b'] };
const gemini = { contents: [{ role: 'user', parts: [{ text: prompt }] }] };
const routes = [
  ['/v1/chat/completions', chat], ['/v1/completions', completion], ['/v1/embeddings', embedding], ['/gateway/mlflow/v1/chat/completions', chat],
  ['/gateway/chat/invocations', withoutModel(chat)], ['/gateway/split/invocations', withoutModel(chat)], ['/gateway/chain/invocations', withoutModel(chat)],
  ['/endpoints/completions/invocations', withoutModel(completion)], ['/gateway/embeddings/invocations', withoutModel(embedding)],
  ['/gateway/chat/mlflow/invocations', withoutModel(chat)], ['/gateway/embeddings/mlflow/invocations', withoutModel(embedding)],
  ['/gateway/openai/v1/chat/completions', chat], ['/gateway/openai/v1/embeddings', embedding], ['/gateway/openai/v1/responses', { model: 'chat', input: prompt }],
  ['/gateway/anthropic/v1/messages', { model: 'chat', max_tokens: 5, messages: chat.messages }],
  ['/gateway/gemini/v1beta/models/chat:generateContent', gemini], ['/gateway/gemini/v1beta/models/chat:streamGenerateContent?alt=sse', gemini],
];
const goodChat = { id: 'u', object: 'chat.completion', created: 1, model: 'm', choices: [{ index: 0, message: { role: 'assistant', content: 'Hi', tool_calls: [{ id: 't', type: 'function', function: { name: 'f', arguments: '{}' } }] }, finish_reason: 'stop' }], usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 } };
const goodText = { id: 'u', object: 'text_completion', created: 1, model: 'm', choices: [{ index: 0, text: 'Hi', finish_reason: 'stop' }], usage: goodChat.usage };
const goodVectors = { object: 'list', data: [{ object: 'embedding', index: 0, embedding: [0.1, 0.2] }], model: 'm', usage: { prompt_tokens: 1, total_tokens: 1 } };
const goodChunk = { id: 'u', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta: { role: 'assistant', content: 'Hi' }, finish_reason: null }] };
const goodError = { error: { message: 'no', type: 't', code: 'c', param: null } };

// ---- the provider: good, or broken in every way that a socket allows
let isProviderBroken = false;
const provider = net.createServer((socket) => {
  socket.on('error', () => {});
  let text = '';
  socket.on('data', (data) => {
    text += data.toString('latin1');
    const head = text.indexOf('\r\n\r\n');
    const length = Number(/content-length: *(\d+)/i.exec(text)?.[1] ?? 0);
    if (head < 0 || text.length < head + 4 + length) return;
    const target = text.slice(0, text.indexOf('\r\n'));
    const stream = isStream(text.slice(head + 4)) && !target.includes('/embeddings');
    text = '';
    reply(socket, target, stream);
  });
});
function isStream(body) {
  try {
    return JSON.parse(body).stream === true;
  } catch {
    return false;
  }
}
function reply(socket, target, stream) {
  const good = target.includes('/embeddings') ? goodVectors : / [^ ]*\/completions /.test(target) && !target.includes('chat/') ? goodText : goodChat;
  if (!isProviderBroken) {
    const body = stream
      ? `data: ${JSON.stringify(goodChunk)}\n\ndata: ${JSON.stringify({ ...goodChunk, choices: [{ index: 0, delta: {}, text: '', finish_reason: 'stop' }] })}\n\ndata: [DONE]\n\n`
      : JSON.stringify(good);
    return socket.end(`HTTP/1.1 200 OK\r\ncontent-type: ${stream ? 'text/event-stream' : 'application/json'}\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`);
  }
  const status = pick([200, 200, 200, 200, 201, 204, 301, 304, 400, 401, 404, 418, 429, 500, 503, 529, 599, 999, 100, 101]);
  const streamed = random() < (stream ? 0.8 : 0.1);
  const pieces = streamed
    ? Array.from({ length: below(6) }, () => Buffer.concat([Buffer.from(pick(['data: ', 'data:', 'event: error\ndata: ', ': x\n\ndata: ', ''])), random() < 0.6 ? Buffer.from(JSON.stringify(goodChunk)) : broken(pick([goodChunk, goodError])), Buffer.from(pick(['\n\n', '\n\n', '\r\n\r\n', '\n', '']))]))
    : [random() < 0.2 ? Buffer.from(JSON.stringify(good)) : broken(status >= 400 ? goodError : good)];
  if (streamed && random() < 0.5) pieces.push(Buffer.from('data: [DONE]\n\n'));
  const body = Buffer.concat(pieces);
  const headers = [`content-type: ${pick([streamed ? 'text/event-stream' : 'application/json', streamed ? 'text/event-stream' : 'application/json', 'text/plain', 'text/html', 'application/problem+json', 'x', ''])}`];
  if (random() < 0.3) headers.push(pick(['retry-after: 3', 'retry-after: \u0001', 'retry-after: never é', 'content-encoding: gzip', 'content-encoding: br', 'connection: x-odd', 'x-odd: \u0007', 'set-cookie: a', 'transfer-encoding: chunked', 'x-mlflow-gateway-duration-ms: 5', 'date: yesterday']));
  headers.push(pick([`content-length: ${body.length}`, `content-length: ${body.length}`, `content-length: ${body.length + below(9)}`, `content-length: ${Math.max(0, body.length - 1)}`, 'connection: close', 'content-length: -1']));
  const head = pick([`HTTP/1.1 ${status} ${pick(['OK', '', 'é', 'x'.repeat(200)])}`, `HTTP/1.1 ${status} OK`, `HTTP/1.1 ${status} OK`, `HTTP/1.0 ${status}`, 'nonsense']);
  socket.write(Buffer.from(`${head}\r\n${headers.join('\r\n')}\r\n\r\n`, 'latin1'));
  socket.write(body);
  if (random() < 0.1) socket.destroy();
  else socket.end();
}
await new Promise((done) => provider.listen(0, '127.0.0.1', done));

// ---- the gateway
const model = { provider: 'openai', name: 'm', config: { openai_api_key: secret, openai_api_base: `http://127.0.0.1:${provider.address().port}` } };
const config = {
  endpoints: [
    { name: 'chat', endpoint_type: 'llm/v1/chat', model }, { name: 'completions', endpoint_type: 'llm/v1/completions', model }, { name: 'embeddings', endpoint_type: 'llm/v1/embeddings', model },
    { name: 'limited', endpoint_type: 'llm/v1/chat', model, limit: { calls: 1000000, renewal_period: '5 minutes' }, timeouts: { connect: 5, idle: 5 } }],
  routes: [
    { name: 'split', task_type: 'llm/v1/chat', destinations: [{ name: 'chat', traffic_percentage: 50 }, { name: 'limited', traffic_percentage: 50 }] },
    { name: 'chain', task_type: 'llm/v1/chat', routing_strategy: 'FALLBACK', max_attempts: 2, destinations: [{ name: 'limited' }, { name: 'chat' }] }],
};
const place = folder();
const stable = path.join(place, 'stable', 'gateway.yaml');
const unstable = path.join(place, 'unstable', 'gateway.yaml');
for (const file of [stable, unstable]) {
  fs.mkdirSync(path.dirname(file));
  fs.writeFileSync(file, JSON.stringify(config));
}
const environment = { MLFLOW_GATEWAY_ROUTE_TIMEOUT_SECONDS: '5', MLFLOW_GATEWAY_RELOAD_SECONDS: '0.2' };
const gateway = await startGateway(stable, environment);
const reloading = await startGateway(unstable, environment);

const findings = [];
const counts = { requests: 0, answers: 0, configurations: 0 };
function find(what, detail) {
  findings.push(`${what}: ${detail}`);
  console.log(`FOUND (seed ${seed}) ${what}: ${String(detail).slice(0, 1500)}`);
}

function send(target, route, body, headers) {
  return new Promise((done) => {
    const request = http.request({ agent: false, port: target.port, path: route, method: 'POST', headers: { 'content-type': 'application/json', ...headers, 'content-length': body.length } }, (response) => {
      let text = JSON.stringify(response.headers);
      response.on('data', (data) => (text += data.toString('utf8'))).on('close', () => done({ status: response.statusCode, text }));
    });
    request.setTimeout(timeout, () => { done({ status: 0, text: 'hang' }); request.destroy(); });
    request.on('error', (error) => done({ status: 0, text: error.code ?? error.message }));
    request.end(body);
  });
}

/** The gateway's own 500 may not be stored; a provider's, handed through, says nothing of that. */
const isUpstreams = (answer) => answer.status !== 500 || !answer.text.includes('no-store');

function check(what, answer, body, allowed) {
  if (answer.status === 0) find(`${what}: no answer`, `${answer.text} to ${body.toString('latin1')}`);
  else if (answer.status >= 500 && !allowed(answer)) find(`${what}: status ${answer.status}`, `${answer.text} to ${body.toString('latin1')}`);
  if (answer.text.includes(secret)) find(`${what}: secret`, answer.text);
}

async function brokenRequest() {
  const [route, good] = pick(routes);
  const body = broken(random() < 0.3 ? { ...good, stream: true } : good);
  counts.requests++;
  // What a provider does not do at all is 501.
  check(route, await send(gateway, route, body, random() < 0.1 ? { 'content-type': pick(['text/plain', '', 'application/json; charset=x', '\u00e9']), 'x-odd': '\u00e9' } : {}), body, (x) => x.status === 501);
}

async function brokenAnswer() {
  const [route, good] = pick(routes);
  const body = Buffer.from(JSON.stringify(random() < 0.5 ? { ...good, stream: true } : good));
  counts.answers++;
  const answer = await send(gateway, route, body, {});
  // A cut is a right answer to a cut where nothing can be said any more: in a passed-through body.
  if (answer.status === 0 && answer.text === 'ECONNRESET' && route.startsWith('/gateway/openai/')) return;
  check(`${route} (provider broken)`, answer, body, isUpstreams);
}

async function brokenConfiguration() {
  const text = random() < 0.6 ? Buffer.from(JSON.stringify(mutate(config)) ?? '') : scramble(JSON.stringify(config, null, 1));
  fs.writeFileSync(unstable, text);
  counts.configurations++;
  await sleep(150);
  try {
    const health = await (await fetch(`${reloading.address}/health?verbose=true`, { signal: AbortSignal.timeout(timeout) })).text();
    const list = await fetch(`${reloading.address}/api/2.0/endpoints/`, { signal: AbortSignal.timeout(timeout) });
    if (list.status !== 200) find('catalogue', `${list.status} with ${text}`);
    if (health.includes(secret)) find('secret in health', `${health} with ${text}`);
    const answer = await send(reloading, '/gateway/chat/invocations', Buffer.from(JSON.stringify(withoutModel(chat))), {});
    // The configuration may now name a provider that is nowhere.
    check('under a broken configuration', answer, text, isUpstreams);
  } catch (error) {
    find('health', `${error.message} with ${text}`);
  }
}

console.log(`seed ${seed}, ${minutes} minutes`);
const end = Date.now() + minutes * 60_000;
async function loop(work) {
  while (Date.now() < end && findings.length < 50) await work();
}
async function requestsAndAnswers() {
  // In turns, because what a status means depends on the provider.
  while (Date.now() < end && findings.length < 50) {
    isProviderBroken = !isProviderBroken;
    const until = Math.min(end, Date.now() + 2000);
    await Promise.all(Array.from({ length: 8 }, async () => { while (Date.now() < until) await (isProviderBroken ? brokenAnswer() : brokenRequest()); }));
  }
}
await Promise.all([requestsAndAnswers(), loop(brokenConfiguration)]);

for (const [name, each] of Object.entries({ gateway, reloading })) {
  if ((await fetch(`${each.address}/health`).catch(() => ({ ok: false }))).ok === false) find('crash', name);
  await each.stop();
  if (each.log().includes(secret)) find('secret in the log', name);
  // A broken configuration may have the prompt's text as a name, which is then told.
  if (each === gateway && each.log().includes(prompt)) find('prompt in the log', name);
  const unexpected = /(unhandled exception|fail: [^\n]*(?!cannot be used)(Exception|unhandled)[^\n]*)/i.exec(each.log());
  if (unexpected) find('exception in the log', each.log().slice(unexpected.index, unexpected.index + 1500));
}
console.log(`${counts.requests} broken requests, ${counts.answers} answers of a broken provider, ${counts.configurations} broken configurations: ${findings.length} findings`);
process.exit(findings.length ? 1 : 0);
