// A provider that speaks enough of OpenAI's and Anthropic's APIs for their clients: answers, streams, tools, embeddings, errors.
import http from 'node:http';

const usage = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 };
const tool = { name: 'weather', arguments: { city: 'Bern' } };

/** Starts it on a free port. `requests` collects what came. */
export async function startProvider() {
  const requests = [];
  const server = http.createServer((request, response) => {
    let text = '';
    request.on('data', (data) => (text += data)).on('end', () => {
      const body = JSON.parse(text);
      requests.push({ path: request.url, headers: request.headers, body });
      answer(request.url, body, response);
    });
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return { address: `http://127.0.0.1:${server.address().port}`, requests, close: () => (server.closeAllConnections(), server.close()) };
}

function answer(url, body, response) {
  const text = JSON.stringify(body);
  if (text.includes('fail please')) {
    return url.includes('/messages')
      ? json(response, 429, { type: 'error', error: { type: 'rate_limit_error', message: 'slow down' } }, { 'retry-after': '0' })
      : json(response, 429, { error: { message: 'slow down', type: 'rate_limit_error', code: 'rate_limited', param: null } }, { 'retry-after': '0' });
  }
  if (url.endsWith('/messages')) return body.stream ? anthropicStream(body, response) : json(response, 200, anthropic(body));
  if (url.endsWith('/embeddings')) {
    const inputs = Array.isArray(body.input) ? body.input : [body.input];
    const vector = (i) => (body.encoding_format === 'base64' ? Buffer.from(new Float32Array([i, 0.5]).buffer).toString('base64') : [i, 0.5]);
    return json(response, 200, { object: 'list', model: body.model, data: inputs.map((_, i) => ({ object: 'embedding', index: i, embedding: vector(i) })), usage: { prompt_tokens: 3, total_tokens: 3 } });
  }
  if (url.endsWith('/responses')) {
    return json(response, 200, {
      id: 'r1', object: 'response', created_at: 1, status: 'completed', model: body.model,
      output: [{ type: 'message', id: 'm1', role: 'assistant', status: 'completed', content: [{ type: 'output_text', text: 'Hello', annotations: [] }] }],
    });
  }
  return body.stream ? openAIStream(body, response) : json(response, 200, openAI(body));
}

const openAI = (body) => ({
  id: 'c1', object: 'chat.completion', created: 1, model: body.model, usage,
  choices: [body.tools
    ? { index: 0, finish_reason: 'tool_calls', message: { role: 'assistant', content: null, tool_calls: [{ id: 't1', type: 'function', function: { name: tool.name, arguments: JSON.stringify(tool.arguments) } }] } }
    : { index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'Hello' } }],
});

async function openAIStream(body, response) {
  const chunk = (delta, finish_reason = null) => ({ id: 'c1', object: 'chat.completion.chunk', created: 1, model: body.model, choices: [{ index: 0, delta, finish_reason }] });
  const chunks = body.tools
    ? [
        chunk({ role: 'assistant', content: null, tool_calls: [{ index: 0, id: 't1', type: 'function', function: { name: tool.name, arguments: '' } }] }),
        chunk({ tool_calls: [{ index: 0, function: { arguments: '{"city":' } }] }),
        chunk({ tool_calls: [{ index: 0, function: { arguments: '"Bern"}' } }] }),
        chunk({}, 'tool_calls'),
      ]
    : [chunk({ role: 'assistant', content: 'Hel' }), chunk({ content: 'lo' }), chunk({}, 'stop')];
  if (body.stream_options?.include_usage) chunks.push({ ...chunk({}), choices: [], usage });
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const x of chunks) response.write(`data: ${JSON.stringify(x)}\n\n`);
  response.end('data: [DONE]\n\n');
}

const anthropic = (body) => ({
  id: 'm1', type: 'message', role: 'assistant', model: body.model, stop_sequence: null, usage: { input_tokens: 3, output_tokens: 2 },
  ...(body.tools
    ? { stop_reason: 'tool_use', content: [{ type: 'tool_use', id: 't1', name: tool.name, input: tool.arguments }] }
    : { stop_reason: 'end_turn', content: [{ type: 'text', text: 'Hello' }] }),
});

function anthropicStream(body, response) {
  const whole = anthropic(body);
  const events = [{ type: 'message_start', message: { ...whole, content: [], stop_reason: null } }];
  if (body.tools) {
    events.push(
      { type: 'content_block_start', index: 0, content_block: { type: 'tool_use', id: 't1', name: tool.name, input: {} } },
      { type: 'content_block_delta', index: 0, delta: { type: 'input_json_delta', partial_json: '{"city":' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'input_json_delta', partial_json: '"Bern"}' } });
  } else {
    events.push(
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hel' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'lo' } });
  }
  events.push({ type: 'content_block_stop', index: 0 }, { type: 'message_delta', delta: { stop_reason: whole.stop_reason, stop_sequence: null }, usage: { output_tokens: 2 } }, { type: 'message_stop' });
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const x of events) response.write(`event: ${x.type}\ndata: ${JSON.stringify(x)}\n\n`);
  response.end();
}

function json(response, status, body, headers = {}) {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}
