// Packs dist/ and what goes with it into a .vsix: one for every platform.

import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createVSIX } from '@vscode/vsce';
import { notices } from './notices.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Where `npm run package` leaves it; the end-to-end tests and `npm run editor` take it from there. */
export const packagePath = join(root, 'build/dio-ordering.vsix');

/** What .vscodeignore lets in: an allow-list, so that nothing is packed that is not named there. */
const packed = readFileSync(join(root, '.vscodeignore'), 'utf8')
  .split('\n')
  .flatMap((line) => /^!(.+?)(?:\/\*\*)?$/.exec(line)?.[1] ?? []);

/** Packs what `npm run build` made into `file`. */
export async function pack(file) {
  // A folder that holds these files alone: vsce would look through the whole working folder for them.
  const stage = mkdtempSync(join(tmpdir(), 'dio-ordering-package-'));
  try {
    for (const path of packed) copy(path, stage);
    writeFileSync(join(stage, 'dist/third-party-notices.txt'), notices());
    // The list has done its work; vsce warns where there is none.
    writeFileSync(join(stage, '.vscodeignore'), '');
    mkdirSync(dirname(file), { recursive: true });
    await createVSIX({
      cwd: stage,
      packagePath: file,
      // Everything is bundled.
      dependencies: false,
      allowMissingRepository: true,
      // The pages that README.md names are in the repository alone.
      rewriteRelativeLinks: false,
    });
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}

function copy(path, stage) {
  const from = join(root, path);
  if (!existsSync(from)) throw new Error(`${path} is missing: npm run build`);
  cpSync(from, join(stage, path), { recursive: true });
}
