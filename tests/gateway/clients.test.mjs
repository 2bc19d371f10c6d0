// The unmodified clients of OpenAI and Anthropic against the gateway: chat, streams, tools, embeddings, errors.
//
//   npm ci && node --test clients.test.mjs        GATEWAY="dotnet …/Mlflow.Deployments.Gateway.dll" names the start command
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { startProvider } from './provider.mjs';
import { folder, startGateway } from './support.mjs';

const messages = [{ role: 'user', content: 'Hi' }];
const failing = [{ role: 'user', content: 'fail please' }];
const schema = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
const openAITools = [{ type: 'function', function: { name: 'weather', parameters: schema } }];
const anthropicTools = [{ name: 'weather', input_schema: schema }];

let provider;
let gateway;

before(async () => {
  provider = await startProvider();
  const file = path.join(folder(), 'gateway.yaml');
  const openAI = `model: { provider: openai, name: gpt-x, config: { openai_api_key: sk-provider, openai_api_base: "${provider.address}/v1" } }`;
  fs.writeFileSync(file, `endpoints:
  - { name: chat, endpoint_type: llm/v1/chat, ${openAI} }
  - { name: embeddings, endpoint_type: llm/v1/embeddings, ${openAI} }
  - name: claude
    endpoint_type: llm/v1/chat
    model: { provider: anthropic, name: claude-x, config: { anthropic_api_key: sk-provider, anthropic_api_base: "${provider.address}/v1" } }
`);
  gateway = await startGateway(file);
});

after(async () => {
  await gateway?.stop();
  provider?.close();
});

for (const route of ['/v1', '/gateway/openai/v1']) {
  describe(`openai over ${route}`, () => {
    const client = () => new OpenAI({ baseURL: `${gateway.address}${route}`, apiKey: 'sk-of-the-caller', maxRetries: 0 });

    test('chat', async () => {
      const answer = await client().chat.completions.create({ model: 'chat', messages });
      assert.equal(answer.choices[0].message.content, 'Hello');
      assert.equal(answer.usage.total_tokens, 5);
      assert.equal(provider.requests.at(-1).body.model, 'gpt-x');
      assert.equal(provider.requests.at(-1).headers.authorization, 'Bearer sk-provider');
    });

    test('stream', async () => {
      const stream = await client().chat.completions.create({ model: 'chat', messages, stream: true, stream_options: { include_usage: true } });
      let text = '';
      let usage;
      for await (const chunk of stream) {
        text += chunk.choices[0]?.delta?.content ?? '';
        usage = chunk.usage ?? usage;
      }
      assert.equal(text, 'Hello');
      assert.equal(usage.total_tokens, 5);
    });

    test('tools', async () => {
      const answer = await client().chat.completions.create({ model: 'chat', messages, tools: openAITools });
      assert.deepEqual(JSON.parse(answer.choices[0].message.tool_calls[0].function.arguments), { city: 'Bern' });
    });

    test('tools in a stream', async () => {
      const stream = client().chat.completions.stream({ model: 'chat', messages, tools: openAITools });
      const answer = await stream.finalChatCompletion();
      assert.deepEqual(JSON.parse(answer.choices[0].message.tool_calls[0].function.arguments), { city: 'Bern' });
    });

    test('embeddings, which the client asks for in base64', async () => {
      const answer = await client().embeddings.create({ model: 'embeddings', input: ['a', 'b'] });
      assert.deepEqual(answer.data.map((x) => x.embedding), [[0, 0.5], [1, 0.5]]);
    });

    test('an error keeps its status, its message and when to come back', async () => {
      await assert.rejects(client().chat.completions.create({ model: 'chat', messages: failing }), (error) => {
        assert.ok(error instanceof OpenAI.RateLimitError);
        assert.match(error.message, /slow down/);
        assert.equal(error.headers.get('retry-after'), '0');
        return true;
      });
    });

    test('an error before a stream', async () => {
      await assert.rejects(client().chat.completions.create({ model: 'chat', messages: failing, stream: true }), OpenAI.RateLimitError);
    });

    test('a model that nobody knows', async () => {
      await assert.rejects(client().chat.completions.create({ model: 'nobody', messages }), OpenAI.NotFoundError);
    });
  });
}

test('openai: responses pass through', async () => {
  const client = new OpenAI({ baseURL: `${gateway.address}/gateway/openai/v1`, apiKey: 'x', maxRetries: 0 });
  const answer = await client.responses.create({ model: 'chat', input: 'Hi' });
  assert.equal(answer.output_text, 'Hello');
});

test('openai: the list of models', async () => {
  const client = new OpenAI({ baseURL: `${gateway.address}/v1`, apiKey: 'x', maxRetries: 0 });
  assert.deepEqual((await client.models.list()).data.map((x) => x.id), ['chat', 'embeddings', 'claude']);
});

describe('anthropic over /gateway/anthropic', () => {
  const client = () => new Anthropic({ baseURL: `${gateway.address}/gateway/anthropic`, apiKey: 'sk-of-the-caller', maxRetries: 0 });
  const request = { model: 'claude', max_tokens: 16, messages };

  test('message', async () => {
    const answer = await client().messages.create(request);
    assert.equal(answer.content[0].text, 'Hello');
    assert.equal(provider.requests.at(-1).body.model, 'claude-x');
    assert.equal(provider.requests.at(-1).headers['x-api-key'], 'sk-provider');
  });

  test('stream', async () => {
    const answer = await client().messages.stream(request).finalMessage();
    assert.equal(answer.content[0].text, 'Hello');
    assert.equal(answer.stop_reason, 'end_turn');
  });

  test('tools', async () => {
    const answer = await client().messages.create({ ...request, tools: anthropicTools });
    assert.deepEqual(answer.content[0].input, { city: 'Bern' });
  });

  test('tools in a stream', async () => {
    const answer = await client().messages.stream({ ...request, tools: anthropicTools }).finalMessage();
    assert.deepEqual(answer.content[0].input, { city: 'Bern' });
  });

  test('an error', async () => {
    await assert.rejects(client().messages.create({ ...request, messages: failing }), (error) => {
      assert.ok(error instanceof Anthropic.RateLimitError);
      assert.equal(error.error.error.message, 'slow down');
      return true;
    });
  });
});
