/** The real server, bundled from the sources into a folder of its own: `dist/` is left to the build. */

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

export interface ServerBundle {
  /** `dio-ordering lsp --stdio` is `node CLI lsp --stdio`. */
  readonly cli: string;
  readonly folder: string;
  remove(): void;
}

export function bundleServer(): ServerBundle {
  mkdirSync(join(root, 'build'), { recursive: true });
  const folder = mkdtempSync(join(root, 'build', 'lsp-test-'));
  execFileSync(process.execPath, [join(root, 'scripts', 'bundle-server.mjs'), folder], { stdio: 'inherit' });
  return {
    cli: join(folder, 'cli.cjs'),
    folder,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
