/** What the end of a bio does for who waits runs in no scenario, and is said where a patch changes it. */

import { describe, expect, it } from 'vitest';
import { diffOf, report, type Replacement } from './patches.js';

const RW = 'fs/iomap/direct-io.c';

const reasons = async (...replacements: readonly Replacement[]): Promise<string> =>
  (await report(diffOf('5.15', RW, ...replacements), { kernel: '6.1' })).notModelled
    .map(({ reason }) => reason)
    .join('\n');

describe('iomap_dio_bio_end_io()', () => {
  const SAID = 'what iomap_dio_bio_end_io() does for who waits is changed';
  const ELSE = '\t\t} else if (dio->flags & IOMAP_DIO_WRITE) {';

  it('that wakes the waiter and completes as well is said', async () => {
    expect(await reasons([ELSE, '\t\t}\n\t\tif (dio->flags & IOMAP_DIO_WRITE) {'])).toContain(SAID);
  });

  it('that wakes nobody is said', async () => {
    expect(await reasons(['\t\t\tblk_wake_io_task(waiter);\n', ''])).toContain(SAID);
  });

  it('that does the same in another form is not', async () => {
    const flat = '\t\t\tgoto out;\n\t\t}\n\t\tif (dio->flags & IOMAP_DIO_WRITE) {';
    const end = /(iomap_dio_complete_work\(&dio->aio\.work\);\n\t\t\}\n\t\}\n)/;
    expect(await reasons([ELSE, flat], [end, '$1out:\n\treturn;\n'])).not.toContain(SAID);
  });
});
