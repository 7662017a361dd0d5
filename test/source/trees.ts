/** Debian's kernel sources for tests: in the folder that DIO_ORDERING_TREES names, or in build/trees. */

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

export const TREES = process.env['DIO_ORDERING_TREES'] ?? join(import.meta.dirname, '../../build/trees');

export const treeNames: readonly string[] = existsSync(TREES)
  ? readdirSync(TREES).filter((name) => name.startsWith('linux-source-'))
  : [];
