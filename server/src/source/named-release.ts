/** The kernel release that the subject of a mail names: of a stable queue, or of a distribution's kernel. */

import { parseRelease } from './releases.js';

/**
 * `[PATCH 4.19 249/271]`, `[PATCH AUTOSEL 5.10 3/9]`, `[PATCH 6.1.y]`, `[PATCH 5.10/5.15/6.1]`: a mail for a stable
 * release, years after it. In `[PATCH v4.2 10/10]` it is a revision, between v4 and v5, and in `[PATCH RHEL-8.4]` a
 * product's.
 */
const IN_BRACKET =
  /^[^[]*\[(?=[^\]]*\bPATCH\b)[^\]]*?(?:\b(?:PATCH|AUTOSEL|stable|for|to|linux|queue|OLK|backport|LTS|RFC|RESEND|v\d+|\d+\/\d+)|\[)[ -](\d+\.\d+|v\d+\.\d\d+)(?:\.(?:y|\d+))?(?=[ \]/-])/i;

/** What patchwork makes of it: `[4.19,249/271]`, `[AUTOSEL,5.10,3/9]`, `[6.1.y,v2]`. */
const IN_TITLE = /^[^[]*\[(?:[^\],]+,)*(\d+\.\d+)(?:\.(?:y|\d+))?(?:,[^\]]*)?\]/;

/** `Patch "..." has been added to the 4.14-stable tree`, `FAILED: patch "..." failed to apply to 5.10-stable tree`. */
const OF_STABLE_TREE = /\b(\d+\.\d+)-stable tree\b/;

/** A patch for an Ubuntu kernel names the series of the distribution, by its first letter or its whole name. */
const UBUNTU = /\[SRU\]?[ ,/]*\[?([A-Z])(?:[a-z]+)?[\]:,/ ]/;

/** The kernel that each was released with (wiki.ubuntu.com/Kernel/Support). */
const UBUNTU_KERNELS: Readonly<Record<string, string>> = {
  T: '3.13',
  X: '4.4',
  Y: '4.8',
  Z: '4.10',
  A: '4.13',
  B: '4.15',
  C: '4.18',
  D: '5.0',
  E: '5.3',
  F: '5.4',
  G: '5.8',
  H: '5.11',
  I: '5.13',
  J: '5.15',
  K: '5.19',
  L: '6.2',
  M: '6.5',
  N: '6.8',
  O: '6.11',
  P: '6.14',
  Q: '6.17',
};

/** The name of the release, as `5.10`; null where the subject names none, or none that there ever was. */
export function releaseNamedIn(subject: string | null): string | null {
  const text = subject ?? '';
  const found = [IN_BRACKET, IN_TITLE, OF_STABLE_TREE].map((form) => form.exec(text)?.[1]).find(isKernel);
  return found ?? UBUNTU_KERNELS[UBUNTU.exec(text)?.[1] ?? ''] ?? null;
}

/** What a distribution's kernel is called by: of years ago, and not said which. */
const PRODUCT =
  /^[^\]]*\[[^\]]*\b(?:openEuler|RHEL|CentOS|SLES?|SLE\d+|Anolis|ANBZ|SRU|Ubuntu|Debian|Android)\b/i;

/** Whether the subject says that a patch is for the kernel of a product, of whatever release. */
export const isForProduct = (subject: string | null): boolean => PRODUCT.test(subject ?? '');

/** 2.6, and then at most twenty releases of a major number. */
function isKernel(name: string | undefined): boolean {
  const release = parseRelease(name ?? '');
  if (release === null) return false;
  const { major, minor } = release;
  return major === 2 ? minor === 6 : major > 2 && major < 8 && minor <= 20;
}
