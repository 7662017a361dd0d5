import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export type TreeVersion = '6.12' | '6.1';

const FOLDER = process.env['DIO_ORDERING_TREES'] ?? fileURLToPath(new URL('../build/trees', import.meta.url));

/**
 * The top of Debian's kernel source of a version, as `scripts/unpack-trees.sh` unpacks it (fs, mm, include/linux,
 * tools/memory-model and two documents), or null where there is none: a test that needs it is then skipped.
 * `DIO_ORDERING_TREES` names another folder that holds `linux-source-<version>`.
 */
export function kernelTree(version: TreeVersion): string | null {
  const tree = resolve(FOLDER, `linux-source-${version}`);
  return existsSync(resolve(tree, 'fs')) ? tree : null;
}
