/**
 * Calls of functions that no bundled release has, and whose names say that they order the page cache or direct I/O: with
 * one of them left out, what is around it says little.
 */

import { decidesCall } from '../kernel/decisions.js';
import { isPrimitiveName } from '../kernel/primitives.js';
import { unmodelledCall } from '../kernel/unmodelled-calls.js';
import { bundledFunctions, bundledWords } from './bundled.js';

const LAYER = /^_{0,2}(?:ext4|xfs|iomap|kiocb|filemap|truncate|invalidate)_/;
const ORDERS =
  /truncate_page|page_?cache|invalidate_|flush_(?:unmap|map|range)|write_and_wait|_dio_(?:wait|begin|end)/;

export const isForeign = (name: string): boolean => ORDERS.test(name) && isUnbundled(name);

/** One that some bundled release has: where the release at hand does not, it is of another. */
export const isOfSomeRelease = (name: string): boolean =>
  ORDERS.test(name) && !isPrimitiveName(name) && bundledFunctions().has(name);

/** Whether a function of these layers is one that no bundled release has or calls, and that nothing is known of. */
export const isUnbundled = (name: string): boolean =>
  LAYER.test(name) &&
  !isPrimitiveName(name) &&
  !decidesCall(name) &&
  unmodelledCall(name) === null &&
  !bundledFunctions().has(name) &&
  // Last: it reads all releases, where a tree or a release is given and one would do.
  !bundledWords().has(name);
