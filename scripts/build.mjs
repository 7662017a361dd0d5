// Builds dist/: the CLI and the language server with what they load, the extension and its timeline view.

import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bundleKnown } from './bundle-known.mjs';
import { bundle, bundleServer } from './bundle-server.mjs';
import { bundleView } from './bundle-view.mjs';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
rmSync('dist', { recursive: true, force: true });

await bundleServer('dist');
await bundle({
  entryPoints: ['client/src/extension.ts'],
  outfile: 'dist/extension.cjs',
  external: ['vscode'],
});
await bundleView('dist/media');
await bundleKnown('dist/known');
