/** What the commands call: the doors of the rooms below. Tests put their own in. */

import type { ReadResult } from '../diff/patch.js';
import type { check } from '../review/check.js';

export interface Services {
  readonly readPatches: (bytes: Uint8Array) => Promise<ReadResult>;
  readonly check: typeof check;
}
