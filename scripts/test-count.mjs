// Prints `N passed, N failed` from the file that vitest's JSON reporter wrote. A run that never got to vitest, or in
// which a file failed to load, counts as failed, so that the line never reads better than the run was.

import { existsSync, readFileSync } from 'node:fs';

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error('usage: node scripts/test-count.mjs RESULTS.json');

if (!existsSync(file)) {
  console.log('0 passed, 1 failed');
} else {
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(file, 'utf8'));
  const notLoaded = testResults.filter(
    (each) => each.status === 'failed' && each.assertionResults.length === 0,
  );
  console.log(`${numPassedTests} passed, ${numFailedTests + notLoaded.length} failed`);
}
