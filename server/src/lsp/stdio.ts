/** `dio-ordering lsp --stdio`: one client on the process's own streams, until it goes. */

import { join } from 'node:path';
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { textOf } from './guard.js';
import { serve } from './server.js';

/** Stands beside the bundle. */
const WORKER = 'worker.cjs';

export function serveStdio(): void {
  stayAlive();
  // Whatever prints must not get between the messages.
  console.log = console.info = console.debug = console.error;
  const connection = createConnection(ProposedFeatures.all, process.stdin, process.stdout);
  serve(connection, join(__dirname, WORKER));
}

/** The transport that the process was started for: `--node-ipc` or `--stdio`. */
export function serveByArguments(): void {
  if (!process.argv.includes('--node-ipc')) return serveStdio();
  stayAlive();
  process.on('disconnect', () => process.exit(1));
  serve(createConnection(ProposedFeatures.all), join(__dirname, WORKER));
}

/** A bug in answering one client's request is logged and survived; with its streams gone there is nobody to serve. */
function stayAlive(): void {
  process.removeAllListeners('uncaughtException');
  process.on('uncaughtException', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED') process.exit(1);
    process.stderr.write(`dio-ordering: ${textOf(error)}\n`);
  });
  process.on('unhandledRejection', (error) => process.stderr.write(`dio-ordering: ${textOf(error)}\n`));
}
