import { describe, expect, it } from 'vitest';
import { isForProduct, releaseNamedIn } from '../../server/src/source/named-release.js';

describe('the release that a subject names', () => {
  it.each([
    ['[PATCH 5.4 249/271] xfs: serialize', '5.4'],
    ['[PATCH AUTOSEL 5.4 3/9] xfs: serialize', '5.4'],
    ['[PATCH stable-5.4 1/2] xfs: serialize', '5.4'],
    ['[PATCH v2 5.10.y] xfs: serialize', '5.10'],
    ['[PATCH for-5.10 1/2] xfs: serialize', '5.10'],
    ['[PATCH 1/2 5.10] xfs: serialize', '5.10'],
    ['[PATCH OLK-5.10] xfs: serialize', '5.10'],
    ['[PATCH 5.10/5.15/6.1] xfs: serialize', '5.10'],
    ['[AUTOSEL,5.4,3/9] xfs: serialize', '5.4'],
    ['Patch "xfs: serialize" has been added to the 4.14-stable tree', '4.14'],
    ['FAILED: patch "[PATCH] xfs: serialize" failed to apply to 5.10-stable tree', '5.10'],
    ['[SRU][F][PATCH 1/1] xfs: serialize', '5.4'],
    ['[SRU][Bionic][PATCH 1/1] xfs: serialize', '4.15'],
    ['[SRU][J:linux-azure][PATCH 1/1] xfs: serialize', '5.15'],
    ['[SRU Focal][PATCH] xfs: serialize', '5.4'],
  ])('%s', (subject, release) => {
    expect(releaseNamedIn(subject)).toBe(release);
  });

  it.each([
    '[PATCH v4.2 10/10] a revision',
    '[PATCH openEuler-1.0-LTS] a product',
    '[PATCH openEuler-22.03-LTS-SP3] a product',
    '[PATCH RHEL-8.4 3/7] a product',
    '[PATCH RHEL7.4] a product',
    '[PATCH] since 5.4',
    '[F][PATCH] no mail to Ubuntu',
  ])('%s: none', (subject) => {
    expect(releaseNamedIn(subject)).toBeNull();
  });
});

describe('a patch for a product', () => {
  it.each([
    '[PATCH openEuler-1.0-LTS] xfs: serialize',
    '[PATCH RHEL-8.4 3/7] iomap: count',
    '[RHEL 7 PATCH] ext4: wait',
  ])('%s is of any time', (subject) => {
    expect(isForProduct(subject)).toBe(true);
  });

  it('is none where its text speaks of one', () => {
    expect(isForProduct('[PATCH] ext4: what RHEL has')).toBe(false);
    expect(isForProduct(null)).toBe(false);
  });
});
