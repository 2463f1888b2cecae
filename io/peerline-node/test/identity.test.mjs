// Identity providers: their scripts do what the standard lets them, and a hostile one can do no more.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { afterEach, test } from 'node:test';
import { RTCPeerConnection, RTCError } from '../dist/index.js';

const require = createRequire(import.meta.url);
const { askProvider } = require('../dist/identity/proxy.js');
const { addressOf } = require('../dist/identity/provider_script.js');

const DOMAIN = 'idp.example.org';
const fetchOfNode = globalThis.fetch;
afterEach(() => { globalThis.fetch = fetchOfNode; });

/** Serves scripts by path; gives the list of what was asked for. */
function serve(paths) {
  const asked = [];
  globalThis.fetch = async (address, init = {}) => {
    const url = new URL(address);
    asked.push(`${init.method ?? 'GET'} ${url.href}`);
    const found = paths[url.pathname];
    if (found instanceof Error) throw found;
    return typeof found === 'function' ? found(url, init) : new Response(found ?? '', { status: found === undefined ? 404 : 200 });
  };
  return asked;
}

const at = (name) => `/.well-known/idp-proxy/${name}`;

/** A provider that vouches for whomever it is asked to. */
const HONEST = `rtcIdentityProvider.register({
  async generateAssertion(contents, origin, options) {
    return { idp: { domain: location.host }, assertion: btoa(JSON.stringify({ contents, name: options.usernameHint, origin })) };
  },
  async validateAssertion(assertion) {
    const { contents, name } = JSON.parse(atob(assertion));
    return { identity: name, contents };
  },
});`;

/** A provider whose generateAssertion has this body. */
const generating = (body) => `rtcIdentityProvider.register({ generateAssertion: async (contents, origin, options) => { ${body} }, validateAssertion() {} });`;

function generate(script, milliseconds = 10_000) {
  if (script !== null) serve({ [at('default')]: script });
  return askProvider({ domain: DOMAIN, protocol: 'default', contents: '{}', origin: 'null', options: { protocol: 'default' } }, milliseconds);
}

/** What the body returns as its assertion. */
async function result(body) {
  const answer = await generate(generating(`const found = await (async () => { ${body} })(); return { idp: { domain: 'x' }, assertion: JSON.stringify(found) ?? 'undefined' };`));
  assert.equal(answer.error, undefined, `${JSON.stringify(answer)} of ${body}`);
  return JSON.parse(answer.assertion);
}

test('two peers that expect each other are named to each other', async () => {
  const asked = serve({ [at('default')]: HONEST });
  const alice = new RTCPeerConnection({ peerIdentity: `bob@${DOMAIN}` });
  const bob = new RTCPeerConnection({ peerIdentity: `alice@${DOMAIN}` });
  alice.setIdentityProvider(DOMAIN, { usernameHint: `alice@${DOMAIN}` });
  bob.setIdentityProvider(DOMAIN, { usernameHint: `bob@${DOMAIN}` });
  alice.createDataChannel('private');
  await alice.setLocalDescription();
  assert.match(alice.localDescription.sdp, /\r\na=identity:/);
  await bob.setRemoteDescription(alice.localDescription);
  await bob.setLocalDescription();
  await alice.setRemoteDescription(bob.localDescription);
  assert.deepEqual({ ...await named(alice) }, { idp: DOMAIN, name: `bob@${DOMAIN}` });
  assert.deepEqual({ ...await named(bob) }, { idp: DOMAIN, name: `alice@${DOMAIN}` });
  assert.equal(asked.length, 4);
  alice.close();
  bob.close();
});

async function named(connection) {
  const { idp, name } = await connection.peerIdentity;
  return { idp, name };
}

test('a stranger\'s assertion is not followed before somebody asks who it is', async () => {
  const asked = serve({ [at('default')]: HONEST });
  const alice = new RTCPeerConnection();
  const bob = new RTCPeerConnection();
  alice.setIdentityProvider(DOMAIN, { usernameHint: `alice@${DOMAIN}` });
  alice.createDataChannel('x');
  await bob.setRemoteDescription(await alice.createOffer());
  assert.equal(asked.length, 1, 'alice asked, bob did not');
  assert.equal((await bob.peerIdentity).name, `alice@${DOMAIN}`);
  assert.equal(asked.length, 2);
  alice.close();
  bob.close();
});

test('every way to fail has its error', async () => {
  const cases = [
    ['idp-load-failure', { status: 404 }, { other: HONEST }],
    ['idp-load-failure', { status: undefined }, { default: new TypeError('fetch failed') }],
    ['idp-tls-failure', {}, { default: Object.assign(new TypeError('fetch failed'), { cause: { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' } }) }],
    ['idp-bad-script-failure', {}, { default: 'this is no JavaScript' }],
    ['idp-bad-script-failure', {}, { default: '1 + 1' }],
    ['idp-bad-script-failure', {}, { default: 'rtcIdentityProvider.register({ generateAssertion() {} })' }],
    ['idp-bad-script-failure', {}, { default: 'setTimeout(() => rtcIdentityProvider.register({ generateAssertion() {}, validateAssertion() {} }), 0)' }],
    ['idp-execution-failure', { errorInfo: 'broken' }, { default: generating('throw Object.assign(new Error("x"), { idpErrorInfo: "broken" })') }],
    ['idp-execution-failure', {}, { default: generating('throw null') }],
    ['idp-execution-failure', {}, { default: generating('throw { get errorDetail() { throw 1 } }') }],
    ['idp-execution-failure', {}, { default: generating('throw new RTCError("idp-timeout")') }],
    ['idp-token-expired', {}, { default: generating('throw new RTCError({ errorDetail: "idp-token-expired" }, "too old")') }],
    ['idp-need-login', { loginUrl: 'https://idp.example.org/login' }, { default: generating('throw Object.assign(new RTCError("idp-need-login"), { idpLoginUrl: location.origin + "/login" })') }],
  ];
  for (const [error, more, scripts] of cases) {
    serve(Object.fromEntries(Object.entries(scripts).map(([name, script]) => [at(name), script])));
    const answer = await generate(null);
    assert.equal(answer.error, error, JSON.stringify(scripts));
    for (const [name, value] of Object.entries(more)) assert.equal(answer[name], value, name);
  }
});

test('an answer that is none is no error of the provider but an OperationError', async () => {
  for (const body of ['return 1', 'return {}', 'return { idp: {}, assertion: "x" }', 'return { idp: { domain: "x" } }', 'return { assertion: "x".repeat(1e6), idp: { domain: "x" } }']) {
    assert.deepEqual(await generate(generating(body)), {}, body);
  }
});

test('exceptions and attributes of a connection say what the provider said', async () => {
  serve({ [at('default')]: generating('throw Object.assign(new RTCError("idp-need-login"), { idpLoginUrl: "https://idp.example.org/login", idpErrorInfo: "who are you?" })') });
  const connection = new RTCPeerConnection();
  assert.equal(connection.idpLoginUrl, null);
  connection.setIdentityProvider(DOMAIN);
  await assert.rejects(connection.getIdentityAssertion(), (error) => error instanceof RTCError && error.errorDetail === 'idp-need-login');
  assert.equal(connection.idpLoginUrl, 'https://idp.example.org/login');
  assert.equal(connection.idpErrorInfo, 'who are you?');
  await assert.rejects(connection.createOffer(), (error) => error.name === 'OperationError' && error.constructor === DOMException);
  serve({});
  await assert.rejects(connection.getIdentityAssertion(), (error) => error.errorDetail === 'idp-load-failure' && error.httpRequestStatusCode === 404);
  connection.close();
});

test('the address of a script cannot be led elsewhere', () => {
  assert.equal(addressOf('idp.example.org:8443', 'default?x=1').href, 'https://idp.example.org:8443/.well-known/idp-proxy/default?x=1');
  for (const [domain, protocol] of [
    ['a@b', 'x'], ['a:b@c', 'x'], ['a?b', 'x'], ['a#b', 'x'], ['', 'x'], ['a b', 'x'], ['a/b', 'x'], ['a\\b', 'x'],
    ['a', '..'], ['a', '%2e%2e'], ['a', '.'], ['a', ''], ['a', 'b/c'], ['a', 'b\\c'],
  ]) {
    assert.equal(addressOf(domain, protocol), null, `${domain} ${protocol}`);
  }
});

test('redirects lead to https only, and the script runs in the origin that they lead to', async () => {
  const redirect = (location) => () => new Response(null, { status: 302, headers: { location } });
  serve({ [at('default')]: redirect('https://elsewhere.example/idp.js'), '/idp.js': generating('return { idp: { domain: location.origin }, assertion: "" }') });
  assert.equal((await generate(null)).domain, 'https://elsewhere.example');
  for (const location of ['http://idp.example.org/idp.js', 'data:text/javascript,1', 'file:///etc/passwd', at('default')]) {
    serve({ [at('default')]: redirect(location), '/idp.js': HONEST });
    assert.equal((await generate(null)).error, 'idp-load-failure', location);
  }
});

test('a script reaches its own server and no other', async () => {
  const script = generating(`
    const response = await fetch('/session', { method: 'POST', headers: { 'x-a': 'b' }, body: 'hello' });
    const refused = await fetch('https://other.example/').then(() => 'answered', (error) => error.name);
    return { idp: { domain: 'x' }, assertion: JSON.stringify([response.status, response.headers.get('x-c'), await response.json(), refused]) };`);
  const asked = serve({
    [at('default')]: script,
    '/session': async (url, { method, headers, body }) => new Response(JSON.stringify({ method, header: headers[0], body }), { status: 201, headers: { 'x-c': 'd' } }),
  });
  const answer = await generate(null);
  assert.deepEqual(JSON.parse(answer.assertion), [201, 'd', { method: 'POST', header: ['x-a', 'b'], body: 'hello' }, 'TypeError']);
  assert.deepEqual(asked, [`GET https://${DOMAIN}${at('default')}`, `POST https://${DOMAIN}/session`]);
});

test('a script has the scope of a worker, as far as it goes', async () => {
  assert.deepEqual(await result('return [self === globalThis, location.href, self.origin, isSecureContext]'), [true, `https://${DOMAIN}${at('default')}`, `https://${DOMAIN}`, true]);
  assert.deepEqual(await result('const url = new URL("../x?a=1&b=%20+c&a=2", location); return [url.pathname, [...url.searchParams], `${url.searchParams}`, url.searchParams.getAll("a")]'),
    ['/.well-known/x', [['a', '1'], ['b', '  c'], ['a', '2']], 'a=1&b=++c&a=2', ['1', '2']]);
  const bytes = String.fromCharCode(...Array(256).keys());
  assert.equal(await result('return btoa(String.fromCharCode(...Array(256).keys()))'), btoa(bytes));
  assert.equal(await result(`return atob(${JSON.stringify(btoa(bytes))})`), bytes);
  assert.deepEqual(await result('const order = []; setTimeout((x) => order.push(x), 5, "b"); clearTimeout(setTimeout(() => order.push("never"), 1)); queueMicrotask(() => order.push("a")); await new Promise((r) => setTimeout(r, 50)); return order'), ['a', 'b']);
});

test('a hostile script finds nothing of Node, whichever way it looks', async () => {
  const names = ['process', 'require', 'module', 'Buffer', 'globalThis.process', 'XMLHttpRequest', 'Worker', 'SharedArrayBuffer', 'ArrayBuffer', 'Uint8Array', 'WebAssembly', 'structuredClone', 'navigator'];
  for (const name of names) assert.equal(await result(`return typeof ${name}`), 'undefined', name);
  // Each gives the functions and objects that it got hold of; from each the way up is tried.
  const leaks = {
    'what is in scope': 'return [fetch, URL, setTimeout, btoa, location, rtcIdentityProvider, rtcIdentityProvider.register, RTCError, console.log, self, Response]'.replace(', Response', ''),
    'what import() gives and rejects with': 'const promise = import("node:fs"); return [promise, promise.then, await promise.catch((error) => error)]',
    'import() out of an eval': 'const promise = (0, eval)("import(\'node:fs\')"); return [promise, await promise.catch((error) => error)]',
    'errors at the end of the stack': 'const caught = []; for (const work of [() => new URL("https://a/"), () => setTimeout(() => {}, 1), () => fetch("/x")]) for (let room = 0; room < 12; room++) { const dive = (...space) => { try { return dive(...space) } catch (error) { caught.push(error); try { work() } catch (inner) { caught.push(inner) } } }; dive(...Array(room).fill(0)) } return caught',
    'errors of conversions': 'const caught = []; for (const work of [() => new URL({ toString: null }), () => new URL(Symbol()), () => setTimeout(), () => atob("*"), () => btoa("\\u0100")]) try { work() } catch (error) { caught.push(error) } return caught',
    'call sites': 'let sites = []; Error.prepareStackTrace = (error, frames) => { sites = frames; return "" }; void new Error().stack; return [sites, ...sites, ...sites.flatMap((site) => [site.getThis?.(), site.getFunction?.()])]',
    'call sites of a timer': 'let found = []; Error.prepareStackTrace = (error, frames) => { found = [frames, ...frames, ...frames.flatMap((site) => [site.getThis?.(), site.getFunction?.()])]; return "" }; await new Promise((done) => setTimeout(() => { void new Error().stack; done() }, 1)); return found',
    'a callback of ours': 'let found = []; await new Promise((done) => setTimeout(function () { found = [this, arguments, arguments.callee, arguments.callee.caller]; done() }, 1)).catch(() => {}); return found',
    'tampered primordials': 'const found = []; const { call } = Function.prototype; Function.prototype.call = function (...args) { found.push(this, ...args); return Reflect.apply(call, this, args) }; Map.prototype.set = function (...args) { found.push(...args) }; setTimeout(() => {}, 1); new URL("https://a/"); return found',
    'a thenable': 'const found = []; await { then(resolve, reject) { found.push(resolve, reject); resolve() } }; return found',
  };
  const climb = `
    const up = async (value) => {
      const ways = [];
      for (let at = value, depth = 0; at !== null && at !== undefined && depth < 6; depth++) {
        try { ways.push(at.constructor, at.constructor?.constructor, at.constructor?.prototype?.constructor); at = Object.getPrototypeOf(at); } catch { break; }
      }
      for (const way of ways) {
        for (const call of [(f) => f('return typeof process')(), (f) => new f('return this')().process, (f) => f('return this')()?.process?.version]) {
          try { const got = await call(way); if (got !== undefined && got !== 'undefined') return String(got); } catch {}
        }
      }
      try { if (value?.process ?? value?.require ?? value?.mainModule) return 'has it'; } catch {}
      return null;
    };
    const all = []; for (const value of leaked) all.push(await up(value)); return all.filter((got) => got !== null);`;
  for (const [way, body] of Object.entries(leaks)) {
    assert.deepEqual(await result(`const leaked = await (async () => { ${body} })(); ${climb}`), [], way);
  }
});

test('a script that loops for ever or eats all memory ends, and we go on', { timeout: 120_000 }, async () => {
  const hungry = {
    'loops': ['for (;;);', 'idp-timeout'],
    'loops in microtasks': ['const again = () => Promise.resolve().then(again); again(); await new Promise(() => {})', null],
    'never answers': ['await new Promise(() => {})', 'idp-timeout'],
    'backtracks': ['/(a+)+$/.exec("a".repeat(40) + "b")', 'idp-timeout'],
    'fills arrays': ['const all = []; for (;;) all.push(new Array(1e6).fill(1.5))', null],
    'doubles an array': ['let all = [1]; for (;;) all = all.concat(all)', null],
    'makes long strings': ['const all = []; for (;;) { all.push("y".repeat(1 << 28) + all.length); all.at(-1).charCodeAt(5) }', null],
    'makes a sparse array': ['const all = []; all.length = 2 ** 32 - 1; for (let i = 0; ; i += 1000) all[i] = i', null],
    'sets a million timers': ['for (let i = 0; i < 1e6; i++) setTimeout(() => {}, 60000)', 'idp-execution-failure'],
    'asks a thousand times': ['await Promise.all(Array.from({ length: 1000 }, () => fetch("/x")))', 'idp-execution-failure'],
  };
  for (const [what, [body, error]] of Object.entries(hungry)) {
    const started = performance.now();
    const answer = await generate(generating(body), 3000);
    const took = performance.now() - started;
    assert.ok(took < 10_000, `${what}: ${took} ms`);
    if (error) assert.equal(answer.error, error, what);
    else assert.ok(['idp-timeout', 'idp-execution-failure'].includes(answer.error), `${what}: ${answer.error}`);
  }
  assert.equal(await result('return "still here"'), 'still here');
});

test('a script that is too long is not run', async () => {
  const answer = await generate(`${HONEST}//${'x'.repeat(1024 * 1024)}`);
  assert.equal(answer.error, 'idp-load-failure');
});

test('many questions at once share a few processes', { timeout: 60_000 }, async () => {
  serve({ [at('default')]: generating('await new Promise((r) => setTimeout(r, 50)); return { idp: { domain: "x" }, assertion: "y" }') });
  const answers = await Promise.all(Array.from({ length: 12 }, () => generate(null)));
  assert.ok(answers.every(({ assertion }) => assertion === 'y'));
});
