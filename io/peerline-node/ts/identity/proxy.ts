/** Asks identity providers (webrtc-identity, sections 5 to 9): loads the script, runs it in a process of its own, and waits no longer than fifteen seconds. */
import { spawn, type ChildProcess } from 'node:child_process';
import type { NativeIdentityAnswer } from '../native';
import { Failure } from './failure';
import { proxyProcess, type Fetched, type Said, type Start } from './proxy_process';
import { loadScript, request, textOf, type ProviderScript } from './provider_script';
import { realmText } from './realm/realm';

/** Section 9: "The user agent SHOULD limit the time that it allows for an IdP to 15 seconds." */
const PATIENCE = 15_000;
/** Processes at a time; others wait, and their time runs. */
const MAX_PROCESSES = 4;
const HEAP_MEGABYTES = 64;
const MAX_RESPONSE = 1024 * 1024;

/** What a provider is asked. With `contents` it is `generateAssertion`, with `assertion` it is `validateAssertion`. */
export interface Question {
  domain: string;
  protocol: string;
  contents?: string;
  assertion?: string;
  origin: string;
  options?: { protocol: string; usernameHint?: string; peerIdentity?: string };
}

/** Asks the provider. Every failure is an answer; this never rejects. */
export async function askProvider(question: Question, milliseconds = PATIENCE): Promise<NativeIdentityAnswer> {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), milliseconds);
  try {
    const script = await loadScript(question.domain, question.protocol, patience.signal);
    return await places.take(patience.signal, () => run(script, question, patience.signal));
  } catch (error) {
    if (patience.signal.aborted) return { error: 'idp-timeout' };
    return error instanceof Failure ? { error: error.detail, status: error.status } : { error: 'idp-execution-failure' };
  } finally {
    clearTimeout(timer);
    patience.abort();
  }
}

/** A bounded number of places; who finds none waits in line. */
class Places {
  #taken = 0;
  readonly #line: (() => void)[] = [];

  async take<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    while (this.#taken >= MAX_PROCESSES) {
      await new Promise<void>((resolve) => {
        this.#line.push(resolve);
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
      signal.throwIfAborted();
    }
    this.#taken++;
    try {
      return await work();
    } finally {
      this.#taken--;
      for (const next of this.#line.splice(0)) next();
    }
  }
}

const places = new Places();

function run(script: ProviderScript, { contents, assertion, origin, options }: Question, signal: AbortSignal): Promise<NativeIdentityAnswer> {
  const child = start();
  return new Promise<NativeIdentityAnswer>((resolve, reject) => {
    const fail = (): void => reject(new Failure('idp-execution-failure'));
    signal.addEventListener('abort', fail, { once: true });
    child.once('error', fail);
    child.once('exit', fail);
    child.on('message', (said: Said) => {
      if ('answer' in said) resolve(JSON.parse(said.answer) as NativeIdentityAnswer);
      else if ('failed' in said) reject(new Failure(said.failed));
      else void fetchFor(child, script.url, said, signal);
    });
    const first: Start = { source: script.source, url: script.url.href, question: JSON.stringify({ contents, assertion, origin, options }) };
    child.send(first, (error) => { if (error) fail(); });
  }).finally(() => {
    child.removeAllListeners();
    child.on('error', () => {});
    child.kill('SIGKILL');
  });
}

function start(): ChildProcess {
  // Its name in Node 20, and since.
  const permission = ['--permission', '--experimental-permission'].find((flag) => process.allowedNodeEnvironmentFlags?.has(flag));
  // A runtime that cannot shut a stranger's script in does not run it.
  if (!permission) throw new Failure('idp-execution-failure');
  const limits = [`--max-old-space-size=${HEAP_MEGABYTES}`, '--max-semi-space-size=2', '--disallow-code-generation-from-strings'];
  const env: NodeJS.ProcessEnv = {};
  // What a Windows process cannot do without, and what makes Electron's executable a Node.
  if (process.env.SystemRoot) env.SystemRoot = process.env.SystemRoot;
  if (process.versions.electron) env.ELECTRON_RUN_AS_NODE = '1';
  const text = `(${proxyProcess.toString()})(${JSON.stringify(realmText())})`;
  return spawn(process.execPath, [permission, ...limits, '-e', text], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'], env, serialization: 'json', windowsHide: true });
}

/** A request of the script's to its own server. */
async function fetchFor(child: ChildProcess, script: URL, { fetch, request: text }: { fetch: number; request: string }, signal: AbortSignal): Promise<void> {
  let response = '';
  try {
    const { url, method, headers, body } = JSON.parse(text) as { url: string; method: string; headers: [string, string][]; body: string | null };
    const target = new URL(url);
    // The process has been told already; but it is a stranger's.
    if (target.origin === script.origin) {
      const received = await request(target, { method, headers, body, signal });
      const read = await textOf(received, MAX_RESPONSE);
      if (read !== null) response = JSON.stringify({ status: received.status, statusText: received.statusText, headers: [...received.headers], body: read });
    }
  } catch {
    // Then it failed.
  }
  const answer: Fetched = { fetch, response };
  if (child.connected) child.send(answer, () => {});
}
