// Computes what is known of the unpatched paths, by the program itself: see known-runs.ts.

import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { bundle } from './bundle-server.mjs';

/** Writes the files into `folder`, beside the bundled paths in the folder above it. */
export async function bundleKnown(folder) {
  const script = `${folder}/../known-runs.cjs`;
  await bundle({ entryPoints: ['scripts/known-runs.ts'], outfile: script });
  execFileSync(process.execPath, [script, folder], { stdio: 'inherit' });
  rmSync(script);
}
