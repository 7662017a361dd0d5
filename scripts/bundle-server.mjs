// Bundles what runs without an editor into a folder: the CLI, the language server and the thread that checks for it,
// with the wasm modules, the bundled kernel paths and the rules' pages beside them.
// `node scripts/bundle-server.mjs FOLDER` does it for a test, and leaves dist/ alone.

import { chmodSync, cpSync, existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** A CommonJS bundle has no `import.meta.url`: the bundle's own address stands in for it, in our code and in libraries. */
const bundleAddress = "const __bundleAddress = require('node:url').pathToFileURL(__filename).href;";

/** What the bundles load at run time from beside themselves. */
const beside = [
  ['node_modules/web-tree-sitter/web-tree-sitter.wasm', 'web-tree-sitter.wasm'],
  ['node_modules/tree-sitter-c/tree-sitter-c.wasm', 'tree-sitter-c.wasm'],
  ['server/src/kernel/paths', 'paths'],
  ['docs/rules', 'rules'],
];

export async function bundle(options) {
  await build({
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    define: { 'import.meta.url': '__bundleAddress' },
    legalComments: 'none',
    logLevel: 'warning',
    ...options,
    banner: { js: `${options.banner?.js ?? ''}${bundleAddress}` },
  });
}

/** Runs in the project's folder. */
export async function bundleServer(folder) {
  await bundle({
    entryPoints: ['server/src/cli/main.ts'],
    outfile: `${folder}/cli.cjs`,
    banner: { js: '#!/usr/bin/env node\n' },
  });
  chmodSync(`${folder}/cli.cjs`, 0o755);
  await bundle({ entryPoints: ['server/src/cli/check-thread.ts'], outfile: `${folder}/check-thread.cjs` });
  await bundle({ entryPoints: ['server/src/lsp/main.ts'], outfile: `${folder}/server.cjs` });
  await bundle({ entryPoints: ['server/src/lsp/worker.ts'], outfile: `${folder}/worker.cjs` });
  copyBeside(folder);
}

export function copyBeside(folder) {
  for (const [from, to] of beside) {
    if (!existsSync(from)) throw new Error(`${from} is missing: run npm ci`);
    cpSync(from, `${folder}/${to}`, { recursive: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = resolve(process.argv[2] ?? 'dist');
  process.chdir(fileURLToPath(new URL('..', import.meta.url)));
  await bundleServer(folder);
}
