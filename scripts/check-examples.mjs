// Checks every patch in examples/ with the built CLI and shows its answer. Fails only if one could not be checked.

import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

const examples = readdirSync('examples', { withFileTypes: true })
  .filter((entry) => entry.isFile() && !entry.name.endsWith('.md') && !entry.name.startsWith('.'))
  .map((entry) => `examples/${entry.name}`)
  .sort();

/** Exit codes of the CLI: 0 and 1 are answers. */
const answered = [0, 1];
let failed = 0;
for (const example of examples) {
  console.log(`$ dio-ordering check ${example}`);
  const { status } = spawnSync(process.execPath, ['dist/cli.cjs', 'check', example], { stdio: 'inherit' });
  if (!answered.includes(status)) failed++;
  console.log();
}
if (failed > 0 || examples.length === 0) {
  console.error(`check-examples: ${failed} of ${examples.length} examples could not be checked`);
  process.exitCode = 1;
}
