/** The executable: the process's own streams, and the real rooms behind the commands. */

import { readPatches } from '../diff/read.js';
import { check } from '../review/check.js';
import { EXIT, type Io } from './io.js';
import { internalError, run } from './run.js';

const io: Io = { env: process.env, stdin: process.stdin, stdout: process.stdout, stderr: process.stderr };

for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // The reader has gone, e.g. `| head`: nobody is left to be told.
    process.exit(error.code === 'EPIPE' ? (process.exitCode ?? EXIT.clean) : EXIT.internal);
  });
}
process.on('uncaughtException', (error) => process.exit(internalError(error, io)));

void run(process.argv.slice(2), io, { readPatches, check }).then((code) => {
  process.exitCode = code;
});
