/** What was computed of the bundled paths when the program was built, beside the bundle; the source tree has none. */

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathsFolder } from './bundled.js';
import type { EraId } from './eras.js';

const read = new Map<EraId, unknown>();

/** The file of an era as JSON, or null. Whoever wrote it knows its form. */
export function readKnown(era: EraId): unknown {
  if (!read.has(era)) read.set(era, readOnce(join(dirname(pathsFolder()), 'known', `${era}.json`)));
  return read.get(era);
}

function readOnce(file: string): unknown {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null;
}
