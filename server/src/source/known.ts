/** What was computed of the bundled paths when the program was built, beside the bundle; the source tree has none. */

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathsFolder } from './paths-folder.js';

const read = new Map<string, unknown>();

/** A file as JSON, by its name without `.json`, or null. Whoever wrote it knows its form. */
export function readKnown(name: string): unknown {
  if (!read.has(name)) read.set(name, readOnce(join(dirname(pathsFolder()), 'known', `${name}.json`)));
  return read.get(name);
}

function readOnce(file: string): unknown {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null;
}
