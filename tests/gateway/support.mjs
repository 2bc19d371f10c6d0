// What the scripts share: a gateway started as a program, and a folder of its own that is gone afterwards.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';

/** The start command of the gateway: --gateway "COMMAND" or the variable GATEWAY, without the options that the scripts add. */
export const command = option('gateway') ?? process.env.GATEWAY ?? 'dotnet run --project src/Mlflow.Deployments.Gateway --';

/** The value of --NAME, or undefined. */
export function option(name) {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? undefined : process.argv[at + 1];
}

export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

export function freePort() {
  return new Promise((done) => {
    const server = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}

export function folder() {
  const made = fs.mkdtempSync(path.join(os.tmpdir(), 'gateway-'));
  process.on('exit', () => fs.rmSync(made, { recursive: true, force: true }));
  return made;
}

/** Starts a gateway and waits until it answers. `log()` gives what it wrote so far; `ended` its exit code. */
export async function startGateway(configPath, env = {}) {
  const port = await freePort();
  const child = spawn('sh', ['-c', `exec ${command} start --config-path '${configPath}' --port ${port}`], { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  process.on('exit', () => child.kill('SIGKILL'));
  let text = '';
  child.stdout.on('data', (data) => (text += data));
  child.stderr.on('data', (data) => (text += data));
  const ended = new Promise((done) => child.on('close', (code, signal) => done(code ?? signal)));
  const gateway = { address: `http://127.0.0.1:${port}`, port, pid: child.pid, ended, log: () => text, stop: () => (child.kill('SIGTERM'), ended) };
  for (let i = 0; i < 600; i++) {
    try {
      if ((await fetch(`${gateway.address}/health`)).ok) return gateway;
    } catch {
      // Not yet.
    }
    if (child.exitCode !== null) break;
    await sleep(100);
  }
  throw new Error(`The gateway did not start:\n${text}`);
}
