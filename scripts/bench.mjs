// Bundles test/bench/main.ts and runs it: every figure of `npm run bench` comes from one run on this machine.

import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

await build({
  entryPoints: ['test/bench/main.ts'],
  outfile: 'build/bench.mjs',
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  banner: {
    js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
  },
  logLevel: 'warning',
});
await import('../build/bench.mjs');
