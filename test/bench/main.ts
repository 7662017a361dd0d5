/** `npm run bench`: prints what the checker and its simulator take, each beside something measured in the same run. */

import { fileURLToPath } from 'node:url';
import { benchCheck } from './check-bench.js';
import { benchSimulator } from './sim-bench.js';

const root = fileURLToPath(new URL('..', import.meta.url));

console.log(benchCheck(root).join('\n'));
console.log(`\n${(await benchSimulator()).join('\n')}`);
