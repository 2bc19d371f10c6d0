// Requests during reloads and during a SIGTERM: none may fail, none may be answered by a mixture of two configurations, no answer may be cut.
//
//   node reload.mjs --gateway "dotnet …/Mlflow.Deployments.Gateway.dll" [--requests 10000] [--connections 64] [--reloads 50]
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { folder, option, sleep, startGateway } from './support.mjs';

const requests = Number(option('requests') ?? 10_000);
const connections = Number(option('connections') ?? 64);
const reloads = Number(option('reloads') ?? 50);

// The provider says back by which version it was asked: by the path, the key and the model, which all come from the configuration.
const provider = http.createServer((request, response) => {
  let text = '';
  request.on('data', (data) => (text += data)).on('end', async () => {
    const body = JSON.parse(text);
    const seen = [request.url.split('/')[1], request.headers.authorization.slice('Bearer key-'.length), body.model.slice('model-'.length)].join(' ');
    const slow = text.includes('slowly');
    if (body.stream) {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (let i = 0; i < 5; i++) {
        response.write(`data: ${JSON.stringify({ id: 'x', model: 'm', created: 1, choices: [{ index: 0, delta: { content: i === 0 ? seen : '.' }, finish_reason: i === 4 ? 'stop' : null }] })}\n\n`);
        if (slow) await sleep(40);
      }
      response.end('data: [DONE]\n\n');
    } else {
      if (slow) await sleep(100);
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ id: 'x', object: 'chat.completion', created: 1, model: 'm', choices: [{ index: 0, message: { role: 'assistant', content: seen }, finish_reason: 'stop' }] }));
    }
  });
});
await new Promise((done) => provider.listen(0, '127.0.0.1', done));
process.on('exit', () => provider.closeAllConnections());

const place = folder();
const file = path.join(place, 'gateway.yaml');
const yaml = (version) => `endpoints:
  - name: chat
    endpoint_type: llm/v1/chat
    model: { provider: openai, name: model-${version}, config: { openai_api_key: key-${version}, openai_api_base: "http://127.0.0.1:${provider.address().port}/${version}" } }
`;

/** The ways in which configurations change: in place, by a rename, and by a link that is set anew, as Kubernetes does it. */
function change(version) {
  const text = yaml(version);
  if (version % 3 === 0) {
    fs.writeFileSync(file, text);
  } else if (version % 3 === 1) {
    fs.writeFileSync(`${file}.new`, text);
    fs.renameSync(`${file}.new`, file);
  } else {
    const data = path.join(place, `..${version}`);
    fs.mkdirSync(data);
    fs.writeFileSync(path.join(data, 'gateway.yaml'), text);
    fs.symlinkSync(data, path.join(place, '..data_tmp'));
    fs.renameSync(path.join(place, '..data_tmp'), path.join(place, '..data'));
    fs.symlinkSync('..data/gateway.yaml', `${file}.link`);
    fs.renameSync(`${file}.link`, file);
  }
}

function ask(gateway, agent, { stream, slowly }) {
  return new Promise((done) => {
    const body = JSON.stringify({ messages: [{ role: 'user', content: slowly ? 'slowly' : 'x' }], stream });
    const request = http.request({ agent, port: gateway.port, path: '/gateway/chat/invocations', method: 'POST', headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) } }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (data) => (text += data)).on('close', () => done({ began: true, whole: response.complete, status: response.statusCode, text }));
    });
    request.on('error', (error) => done({ began: false, error: error.code ?? error.message }));
    request.end(body);
  });
}

/** The version that answered, or what is wrong. */
function judge(answer, stream) {
  if (!answer.began) return { failure: answer.error };
  if (answer.status !== 200) return { failure: `status ${answer.status}: ${answer.text.slice(0, 200)}` };
  if (!answer.whole || (stream && !answer.text.endsWith('data: [DONE]\n\n'))) return { failure: 'cut' };
  const seen = /"content":"(\d+) (\d+) (\d+)"/.exec(answer.text);
  if (!seen) return { failure: `no version in ${answer.text.slice(0, 200)}` };
  return seen[1] === seen[2] && seen[2] === seen[3] ? { version: seen[1] } : { mixture: seen[0] };
}

fs.writeFileSync(file, yaml(0));
const gateway = await startGateway(file);
const failures = [];
const mixtures = [];
const versions = new Set();
let sent = 0;
let isReloading = true;

async function client() {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  while (sent < requests || isReloading) {
    const stream = ++sent % 4 === 0;
    const { failure, mixture, version } = judge(await ask(gateway, agent, { stream }), stream);
    if (failure) failures.push(failure);
    if (mixture) mixtures.push(mixture);
    if (version) versions.add(version);
  }
  agent.destroy();
}

async function reloadAll() {
  for (let version = 1; version <= reloads; version++) {
    change(version);
    // The next change comes when this one is in force.
    for (;;) {
      const health = await (await fetch(`${gateway.address}/health?verbose=true`)).json();
      if (health.configuration.version === version + 1) break;
      await sleep(10);
    }
  }
  isReloading = false;
}

await Promise.all([reloadAll(), ...Array.from({ length: connections }, client)]);
console.log(`${sent} requests at ${connections} connections during ${reloads} reloads: ${failures.length} failed, ${mixtures.length} answered by a mixture; ${versions.size} versions seen`);

// ---- SIGTERM under load
let isOver = false;
const ends = { whole: 0, cut: 0, refused: 0, reset: 0 };
async function lastClient(i) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  while (!isOver) {
    const answer = await ask(gateway, agent, { stream: i % 2 === 0, slowly: true });
    const verdict = judge(answer, i % 2 === 0);
    if (verdict.version) ends.whole++;
    else if (answer.began) (ends.cut++, failures.push(`after SIGTERM: ${verdict.failure ?? verdict.mixture}`));
    else if (answer.error === 'ECONNREFUSED') (ends.refused++, await sleep(20));
    else ends.reset++; // before anything of an answer: the system resets who connects while the door closes
  }
  agent.destroy();
}
const clients = Array.from({ length: connections }, (_, i) => lastClient(i));
await sleep(500);
const code = await gateway.stop();
isOver = true;
await Promise.all(clients);
console.log(`SIGTERM at ${connections} connections: exit code ${code}; ${ends.whole} whole answers, ${ends.cut} cut, ${ends.reset} connections reset under a request; later ones were refused at the door`);
for (const text of [...new Set(failures)].slice(0, 10)) console.log(`  ${text}`);
for (const text of mixtures.slice(0, 10)) console.log(`  mixture: ${text}`);
process.exit(failures.length + mixtures.length === 0 && code === 0 && versions.size > 1 ? 0 : 1);
