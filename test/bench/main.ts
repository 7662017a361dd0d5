/** `npm run bench`: prints what the checker, its simulator and the language server take, each beside something measured in the same run. */

import { fileURLToPath } from 'node:url';
import { benchActivation } from './activation-bench.js';
import { benchCheck } from './check-bench.js';
import { benchLitmus } from './litmus-bench.js';
import { benchServer } from './lsp-bench.js';
import { benchSimulator } from './sim-bench.js';

const root = fileURLToPath(new URL('..', import.meta.url));

console.log(benchCheck(root).join('\n'));
console.log(`\n${(await benchSimulator()).join('\n')}`);
console.log(`\n${benchLitmus(root).join('\n')}`);
console.log(`\n${(await benchServer(root)).join('\n')}`);
console.log(`\n${benchActivation(root).join('\n')}`);
