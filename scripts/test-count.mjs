// Prints `N passed, N failed` over the files that vitest's JSON reporter wrote. A run that never got to vitest, or in
// which a file failed to load, counts as failed, so that the line never reads better than the run was.

import { existsSync, readFileSync } from 'node:fs';

const files = process.argv.slice(2);
if (files.length === 0) throw new Error('usage: node scripts/test-count.mjs RESULTS.json...');

let [passed, failed] = [0, 0];
for (const file of files) {
  if (!existsSync(file)) {
    failed++;
    continue;
  }
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(file, 'utf8'));
  passed += numPassedTests;
  failed += numFailedTests;
  failed += testResults.filter((one) => one.status === 'failed' && one.assertionResults.length === 0).length;
}
console.log(`${passed} passed, ${failed} failed`);
