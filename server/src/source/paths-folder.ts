/** Where the bundled paths stand on the disk. */

import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of this file, in the CommonJS bundle (`dist/`) and as a module alike. */
function here(): string {
  return typeof __dirname === 'string' ? __dirname : dirname(fileURLToPath(import.meta.url));
}

let folder: string | null = null;

/** The paths folder: beside the bundle, or in the source tree. The package always holds one of them. */
export function pathsFolder(): string {
  folder ??=
    [join(here(), 'paths'), join(here(), '..', 'kernel', 'paths')].find((one) => existsSync(one)) ?? here();
  return folder;
}
