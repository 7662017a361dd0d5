/** A patch to what is done when the I/O itself fails: no bio does in the model, and that is said. */

import { describe, expect, it } from 'vitest';
import { diffOf, linesWith, report } from './patches.js';

const END_IO = /\tif \(!error && size && \(?flags & IOMAP_DIO_UNWRITTEN\)?\)\n/;

describe('a condition on an error of the I/O', () => {
  it('that the patch takes away is said with its line', async () => {
    const text = diffOf('6.5', 'fs/ext4/file.c', [END_IO, '\tif (size && flags & IOMAP_DIO_UNWRITTEN)\n']);
    const { findings, notModelled } = await report(text, { kernel: '6.6' });
    expect(findings).toEqual([]);
    expect(notModelled.map(({ line }) => line)).toEqual(linesWith(text, '-\tif (!error'));
    expect(notModelled[0]!.reason).toMatch(
      /^ext4_dio_write_end_io\(\) decides by `if \(!error && .*\)`, and no I\/O fails in the model \(6\.5-6\.6\)$/,
    );
  });

  it('is none that the patch leaves, or asks elsewhere', async () => {
    const text = diffOf('6.5', 'fs/ext4/file.c', [END_IO, '\tinode_dio_wait(inode);\n$&']);
    const { notModelled } = await report(text, { kernel: '6.6' });
    expect(notModelled.map(({ reason }) => reason).join()).not.toContain('fails in the model');
  });
});
