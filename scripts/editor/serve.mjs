// Serves the editor to a browser on this machine.

import { spawn } from 'node:child_process';
import { codeServerEntry, editorEnvironment } from './folder.mjs';
import { profileArguments } from './profile.mjs';

const patience = 60_000;

/** Starts the editor with a profile; resolves when it listens. The port is free to be chosen by the system. */
export async function serveEditor(profile, port = 0) {
  const server = spawn(
    'node',
    [
      codeServerEntry,
      ...['--auth', 'none', '--bind-addr', `127.0.0.1:${port}`, ...profileArguments(profile)],
      ...['--disable-telemetry', '--disable-update-check', '--disable-getting-started-override'],
    ],
    // A process group of its own: the editor starts others, which end with it.
    { env: editorEnvironment(profile.home), detached: true, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const ended = new Promise((resolve) => server.once('exit', resolve));
  const stop = async () => {
    if (server.exitCode === null && server.signalCode === null) process.kill(-server.pid, 'SIGTERM');
    await ended;
  };
  try {
    return { address: await listening(server), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The address that the editor prints when it is ready. */
function listening(server) {
  return new Promise((resolve, reject) => {
    let printed = '';
    const fail = (why) => reject(new Error(`editor: ${why}\n${printed}`));
    const timer = setTimeout(() => fail('did not start in a minute'), patience);
    const read = (chunk) => {
      printed += chunk;
      const address = /HTTP server listening on (http:\/\/[\d.:]+)/.exec(printed)?.[1];
      if (address === undefined) return;
      clearTimeout(timer);
      resolve(address);
    };
    server.stdout.on('data', read);
    server.stderr.on('data', read);
    server.once('exit', (code) => {
      clearTimeout(timer);
      fail(`ended with ${code}`);
    });
  });
}

/** The address that opens a folder, and a file in it, in the editor. */
export function editorAddress(address, folder, file) {
  const query = new URLSearchParams({ folder });
  if (file !== undefined) {
    const remote = `vscode-remote://${new URL(address).host}${file}`;
    query.set('payload', JSON.stringify([['openFile', remote]]));
  }
  return `${address}/?${query}`;
}
