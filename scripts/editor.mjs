// `npm run editor [FILE]`: packs the extension, installs it into a fresh profile of a real editor and opens FILE in it.
// Takes the desktop's `code` or `codium`, else serves the editor of the end-to-end tests to a browser.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installEditor } from './editor/install.mjs';
import { installExtension, makeProfile, profileArguments } from './editor/profile.mjs';
import { editorAddress, serveEditor } from './editor/serve.mjs';
import { packagePath } from './pack.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const example = join(root, 'examples/complete-after-invalidation.patch');
const vsix = packagePath;
const file = process.argv[2] === undefined ? example : resolve(process.env.INIT_CWD ?? '.', process.argv[2]);

/** A fixed port, so that the address can be opened again; 0 lets the system choose. */
const port = Number(process.env.DIO_EDITOR_PORT ?? 8391);

try {
  if (!existsSync(file)) throw new Error(`editor: ${file} is not there`);
  run(process.execPath, [join(root, 'scripts/package.mjs')]);
  const desktop = ['code', 'codium'].find((name) => !spawnSync(name, ['--version']).error);
  await (desktop === undefined ? inBrowser() : onDesktop(desktop));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

function onDesktop(editor) {
  const profile = makeProfile(mkdtempSync(join(tmpdir(), 'dio-ordering-')));
  const own = profileArguments(profile);
  run(editor, [...own, '--install-extension', vsix]);
  run(editor, [...own, '--new-window', dirname(file), '--goto', file]);
}

async function inBrowser() {
  installEditor();
  const profile = makeProfile(mkdtempSync(join(tmpdir(), 'dio-ordering-')));
  installExtension(profile, vsix);
  const server = await serveEditor(profile, port);
  const address = editorAddress(server.address, dirname(file), file);
  console.log(`${basename(file)} is open at\n\n    ${address}\n\nCtrl+C ends the editor.`);
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void server.stop());
}

function run(command, args) {
  const { status, error } = spawnSync(command, args, { stdio: 'inherit' });
  if (error) throw new Error(`editor: ${command} did not start: ${error.message}`);
  if (status !== 0) throw new Error(`editor: ${command} failed`);
}
