// Bundles the CLI and the extension into dist/, with the wasm modules and the bundled kernel paths beside them.

import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
rmSync('dist', { recursive: true, force: true });

/** A CommonJS bundle has no `import.meta.url`: the bundle's own address stands in for it, in our code and in libraries. */
const bundleAddress = {
  define: { 'import.meta.url': '__bundleAddress' },
  banner: "const __bundleAddress = require('node:url').pathToFileURL(__filename).href;",
};

const shared = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  sourcemap: false,
  minify: false,
  define: bundleAddress.define,
  legalComments: 'none',
  logLevel: 'warning',
};

await build({
  ...shared,
  entryPoints: ['server/src/cli/main.ts'],
  outfile: 'dist/cli.cjs',
  banner: { js: `#!/usr/bin/env node\n${bundleAddress.banner}` },
});
chmodSync('dist/cli.cjs', 0o755);

await build({
  ...shared,
  entryPoints: ['client/src/extension.ts'],
  outfile: 'dist/extension.cjs',
  external: ['vscode'],
  banner: { js: bundleAddress.banner },
});

/** What the bundle loads at run time from beside itself. */
const beside = [
  ['node_modules/web-tree-sitter/web-tree-sitter.wasm', 'dist/web-tree-sitter.wasm'],
  ['node_modules/tree-sitter-c/tree-sitter-c.wasm', 'dist/tree-sitter-c.wasm'],
  ['server/src/kernel/paths', 'dist/paths'],
];
for (const [from, to] of beside) {
  if (!existsSync(from)) throw new Error(`${from} is missing: run npm ci`);
  cpSync(from, to, { recursive: true });
}

// The verdicts of the unpatched paths, computed by the program itself.
const knownRuns = 'dist/known-runs.cjs';
await build({
  ...shared,
  entryPoints: ['scripts/known-runs.ts'],
  outfile: knownRuns,
  banner: { js: bundleAddress.banner },
});
execFileSync(process.execPath, [knownRuns, 'dist/known'], { stdio: 'inherit' });
rmSync(knownRuns);
