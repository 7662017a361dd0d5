/** A flush of a page of which a truncate zeroes the end: no scenario keeps a part of a page. */

import { expect, it } from 'vitest';
import { diffOf, report } from './patches.js';

const FLUSH = /error = filemap_write_and_wait_range\(inode->i_mapping, newsize,\s*newsize\);/;

it('is said where a patch takes it away', async () => {
  const text = diffOf('5.15', 'fs/xfs/xfs_iops.c', [FLUSH, 'error = 0;']);
  const { notModelled } = await report(text, { kernel: '6.1' });
  expect(notModelled.map(({ reason }) => reason).join()).toContain(
    'writes of a page before xfs_truncate_page() zeroes its end is not modelled',
  );
});
