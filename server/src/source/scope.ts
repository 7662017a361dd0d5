/** Which files of the kernel can hold paths of the modelled file systems. */

import type { CodeBase } from './code-base.js';

/** Folders of the tree that direct I/O and the page cache of a file system never run through. */
const ELSEWHERE =
  /^(?:arch|certs|crypto|Documentation|drivers|init|ipc|kernel|net|rust|samples|scripts|security|sound|tools|usr|virt)\//;

/** False for what is no C, and for C of other file systems and subsystems: it may call what it likes. */
export function isInScope(path: string, { universe }: Pick<CodeBase, 'universe'>): boolean {
  if (!/\.[ch]$/.test(path) || ELSEWHERE.test(path)) return false;
  const own = /^fs\/\w+\//.exec(path)?.[0];
  return own === undefined || [...universe.values()].some((text) => text.path.startsWith(own));
}
