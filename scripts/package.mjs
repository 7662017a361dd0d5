// `npm run package`: builds the extension and packs it. Prints where it is and how large.

import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pack, packagePath } from './pack.mjs';

execFileSync(process.execPath, [fileURLToPath(new URL('./build.mjs', import.meta.url))], {
  stdio: 'inherit',
});
await pack(packagePath);
console.log(`${relative('', packagePath)}: ${(statSync(packagePath).size / 1e6).toFixed(2)} MB`);
