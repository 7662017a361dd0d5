/** A race that a patch leaves is told where its order changes; lines that do what those did before are no change of it. */

import { expect, it } from 'vitest';
import { diffOf, report } from './patches.js';

const LOCK = '\txfs_ilock(ip, iolock);\n';
const FALLOCATE = /(xfs_file_fallocate[^]*?)\txfs_ilock\(ip, iolock\);\n/;

it.each([
  ['a lock that is tried first', `$1\tif (!xfs_ilock_nowait(ip, iolock))\n\t${LOCK}`, []],
  ['a lock that is taken once more', `$1${LOCK}\txfs_iunlock(ip, iolock);\n${LOCK}`, ['left P5']],
])('%s', async (_, replaced, expected) => {
  const { findings } = await report(diffOf('5.3', 'fs/xfs/xfs_file.c', [FALLOCATE, replaced]), {
    kernel: '5.4',
  });
  expect(findings.map(({ change, property }) => `${change} ${property}`)).toEqual(expected);
});
