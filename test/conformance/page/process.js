// The process of one test: becomes the page, runs it, reports to the runner. Started by run/child.js.

import { loadAdapter } from '../adapters/load.js';
import { createMedia } from '../media/media.js';
import { Server } from '../server/server.js';
import { BrowsingContext } from './browsing_context.js';
import { reportUncaught } from './events.js';
import { createFrameClass } from './frame.js';
import { becomeEventTarget } from './global_scope.js';
import { createHarnessReport } from './harness_report.js';
import { Messages } from './messages.js';
import { addNamedAccess } from './named_access.js';
import { PermissionStore } from './permissions.js';
import { mainRealm } from './realm.js';
import { createTestDriver } from './testdriver.js';
import { createWindowClass } from './window.js';

const job = JSON.parse(process.argv[2]);
const location = new URL(job.url);

// The runner says when all is over; a page that kept no timer would end before.
setInterval(() => {}, 1 << 30);
process.on('disconnect', () => process.exit());
process.on('message', message => { if (message === 'end') process.exit(0); });

async function prepare() {
  const server = new Server(job.root);
  const adapter = await loadAdapter(job);
  const permissions = new PermissionStore();
  const media = createMedia(adapter);
  const environment = { job, server, adapter, permissions, media, messages: new Messages(adapter) };
  environment.elements = { ...media.elements, iframe: createFrameClass(environment) };
  environment.replaced = {
    'resources/testharnessreport.js': createHarnessReport({ timeoutMultiplier: job.timeoutMultiplier, send: message => process.send(message) }),
    'resources/testdriver-vendor.js': createTestDriver(permissions),
  };
  environment.subresourcesOf = document => Promise.all(document.querySelectorAll('iframe').map(frame => frame.loaded));
  return environment;
}

const environment = await prepare();
const { Window, namedProperties } = createWindowClass();
becomeEventTarget(globalThis, Window);
reportUncaught(globalThis);
const page = new BrowsingContext(mainRealm(), environment, { location, secure: location.protocol === 'https:', Window, parent: null });
addNamedAccess(namedProperties, page.document, globalThis);
await page.load(environment.server.text(location));
