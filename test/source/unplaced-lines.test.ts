/** Lines that have no place, and what that means for those around them that have one. */

import { describe, expect, it } from 'vitest';
import { placePatch } from '../../server/src/source/place.js';
import { bundled, code, matters, patchOf } from './helpers.js';

const PATH = 'fs/xfs/demo.c';
const BASE = bundled(
  PATH,
  `
static int demo_convert(struct inode *inode, loff_t offset, loff_t len)
{
	loff_t start, end;
	int error;

	start = round_down(offset, PAGE_SIZE);
	end = round_up(offset + len, PAGE_SIZE) - 1;
	error = filemap_write_and_wait_range(mapping, start, end);
	if (error)
		return error;
	demo_log(inode);
	inode_dio_wait(inode);
	demo_change(inode);
	return 0;
}

static int demo_read(struct inode *inode)
{
	inode_dio_begin(inode);
	if (!demo_should_use_dio(inode)) {
		inode_dio_end(inode);
		return demo_read_pages(inode);
	}
	return 0;
}

static void demo_last(struct inode *inode)
{
	demo_prepare(inode);
	inode_dio_end(inode);
	demo_finish(inode);
}
`,
);

const placed = (body: string) => {
  const text = `--- a/${PATH}\n+++ b/${PATH}\n${body.replace(/^\n/, '')}`;
  const { after, unplaced } = placePatch(patchOf(text), BASE, matters);
  const of = (name: string): readonly string[] => code(after.universe.get(name)).map((line) => line.trim());
  return { of, unplaced, reasons: unplaced.map(({ reason }) => reason) };
};
const HEAD = '@@ -10,9 +10,9 @@ static int demo_convert(struct inode *inode, loff_t offset, loff_t len)';

describe('a loop that tests at its end, which the base has not', () => {
  it('is run once: what the patch puts into it stands where it stands', () => {
    const { of, unplaced } = placed(`
${HEAD}
 	do {
 		demo_log(inode);
+		inode_dio_begin(inode);
 		inode_dio_wait(inode);
`);
    expect(unplaced).toEqual([]);
    const lines = of('demo_convert');
    expect(lines.indexOf('inode_dio_begin(inode);')).toBe(lines.indexOf('inode_dio_wait(inode);') - 1);
  });
});

describe('a block that the base has by another head', () => {
  const HEAD = '@@ -30,6 +30,8 @@ static int demo_read(struct inode *inode)';

  it('is no block that it leaves out: a line without a place there leaves half a change', () => {
    const { unplaced } = placed(`
${HEAD}
+	inode_dio_begin(inode);
 	if (!demo_dio_supported(inode)) {
+		inode_dio_end(inode);
 		return demo_read_pages(inode);
 	}
 	return 0;
`);
    expect(unplaced.map(({ half }) => half)).toEqual([['demo_read']]);
  });

  it('is none where the base has nothing of it', () => {
    const { unplaced } = placed(`
${HEAD}
+	inode_dio_begin(inode);
 	if (!demo_dio_supported(inode)) {
+		inode_dio_end(inode);
 		return -EOPNOTSUPP;
 	}
 	return 0;
`);
    expect(unplaced.map(({ half }) => half)).toEqual([[]]);
  });
});

describe('a line that the patch moves', () => {
  it('to where the base has nothing leaves half a change', () => {
    const { unplaced } = placed(`
${HEAD}
 	if (demo_is_odd(inode)) {
 		trace_demo_odd(inode);
+		inode_dio_wait(inode);
 	}
 	demo_log(inode);
-	inode_dio_wait(inode);
 	demo_change(inode);
`);
    expect(unplaced.map(({ half }) => half)).toEqual([['demo_convert']]);
  });
});

describe('a removed line that the base does not have', () => {
  it('is said where it gives a value to what says a range there, and the base has the new one', () => {
    const { reasons } = placed(`
${HEAD}
 	int error;
 
-	start = demo_begin_of(offset);
+	start = round_down(offset, PAGE_SIZE);
 	end = round_up(offset + len, PAGE_SIZE) - 1;
`);
    expect(reasons).toEqual([
      'the removed line `start = demo_begin_of(offset);` is not in the bundled demo_convert of 9.9 there',
    ]);
  });

  it('is there where it rounds by another name', () => {
    const { of, unplaced } = placed(`
${HEAD}
 	int error;
 
-	start = rounddown_64(offset, PAGE_SIZE);
+	start = roundup_64(offset, PAGE_SIZE);
 	end = roundup_64(offset + len, PAGE_SIZE) - 1;
`);
    expect(unplaced).toEqual([]);
    expect(of('demo_convert').filter((line) => line.startsWith('start ='))).toEqual([
      'start = roundup_64(offset, PAGE_SIZE);',
    ]);
  });

  it('is said where it sets a flag by which direct I/O is told how, by whatever name', () => {
    const { reasons } = placed(`
${HEAD}
 	demo_log(inode);
-	how = IOMAP_DIO_RWSEM_EXCL | IOMAP_DIO_SYNCHRONOUS;
+	how = IOMAP_DIO_RWSEM_EXCL;
 	inode_dio_wait(inode);
`);
    expect(reasons).toEqual([
      'the removed line `how = IOMAP_DIO_RWSEM_EXCL | IOMAP_DIO_SYNCHRONOUS;` is not in the bundled demo_convert of 9.9 there',
    ]);
  });

  it('is said where it calls what nobody here knows, and something that orders takes its place', () => {
    const trade = (call: string): readonly string[] =>
      placed(`
${HEAD}
 	demo_log(inode);
-	${call}
+	smp_mb();
 	inode_dio_wait(inode);
`).reasons;
    expect(trade('xfs_drain_all(inode);')).toEqual([
      'the removed line `xfs_drain_all(inode);` is not in the bundled demo_convert of 9.9 there',
    ]);
    expect(trade('trace_demo_change(inode);')).toEqual([]);
  });
});

describe('a hunk whose section is a label', () => {
  const hunk = (label: string): string => `
@@ -90,3 +90,4 @@ ${label}
 	demo_prepare(inode);
+	smp_mb();
 	inode_dio_end(inode);
 	demo_finish(inode);
`;

  it('is known by its lines', () => {
    expect(placed(hunk('retry:')).of('demo_last')).toContain('smp_mb();');
  });

  it('may stand in the function of the hunk above, which the base does not have', () => {
    const above = `
@@ -70,3 +70,3 @@ static void demo_of_later_releases(struct inode *inode)
 	trace_demo(inode);
-	demo_one(inode);
+	demo_two(inode);
`;
    const { of, reasons } = placed(above + hunk('retry:').trimStart());
    expect(of('demo_last')).not.toContain('smp_mb();');
    expect(reasons).toEqual([expect.stringContaining('the hunk names no function')]);
  });
});
