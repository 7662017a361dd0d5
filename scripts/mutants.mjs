// `npm run mutants -- ERA [FUNCTION]...`: bundles test/mutants/main.ts with the kernel paths beside it and runs it.

import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { bundle, copyBeside } from './bundle-server.mjs';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
await bundle({ entryPoints: ['test/mutants/main.ts'], outfile: 'build/mutants/main.cjs' });
copyBeside('build/mutants');
try {
  execFileSync(process.execPath, ['build/mutants/main.cjs', ...process.argv.slice(2)], { stdio: 'inherit' });
} catch {
  process.exitCode = 1;
}
