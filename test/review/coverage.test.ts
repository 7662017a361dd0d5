/** What a patch changes and no verdict speaks of is said, line by line. */

import { describe, expect, it } from 'vitest';
import { namesUnmodelledCall } from '../../server/src/kernel/unmodelled-calls.js';
import { changes, diffOf, linesWith, report, undoOf } from './patches.js';
import { unifiedDiff } from '../source/helpers.js';
import { mailOf, textOf } from './written.js';

const FILE = 'fs/ext4/file.c';
const notes = (text: string, kernel: string) =>
  report(text, { kernel }).then(({ notModelled, findings }) => ({
    findings,
    said: notModelled.map(({ line, reason }) => [line, reason] as const),
  }));

describe('a branch that no scenario takes', () => {
  /** Reads that lock by themselves are the block device's. */
  const LEGACY = 'fs/direct-io.c';
  const LOCKING = '\t\t\tinode_lock(inode);\n';

  it('a call that the patch removes there', async () => {
    const text = diffOf('4.14', LEGACY, [LOCKING, '']);
    const { findings, said } = await notes(text, '4.14');
    expect(findings).toEqual([]);
    expect(said).toEqual([
      [
        linesWith(text, '-\t\t\tinode_lock')[0],
        expect.stringMatching(
          /^no scenario comes to inode_lock\(inode\) in do_blockdev_direct_IO\(\) \(4\.14/,
        ),
      ],
    ]);
  });

  it('a lock that is no longer dropped where data is journalled', async () => {
    const drops = /(\t\t\t\tgoto out_error;\n\t\t\}) else \{\n\t\t\tfolio_unlock\(folio\);\n\t\t\}\n/;
    const text = diffOf('6.14', 'fs/ext4/inode.c', [drops, '$1\n']);
    expect(await notes(text, '6.14')).toEqual({
      findings: [],
      said: [
        [
          linesWith(text, '-\t\t\tfolio_unlock')[0],
          'no scenario comes to folio_unlock(folio) in ext4_page_mkwrite() (6.14 and later)',
        ],
      ],
    });
  });

  it.each(['6.9', '6.14'] as const)('%s: what plain allocation of ext4 does', async (era) => {
    const allocates =
      /\t(?:ret = file_modified\(file\);\n\tif \(ret\)\n\t\tgoto out;\n\n\t)?ret = ext4_alloc_file_blocks\(file, offset >>/;
    const text = diffOf(era, 'fs/ext4/extents.c', [allocates, '\ttruncate_pagecache(inode, offset);\n$&']);
    const { findings, said } = await notes(text, era);
    expect(findings).toEqual([]);
    expect(said).toEqual([
      [
        linesWith(text, '+\ttruncate_pagecache')[0],
        expect.stringMatching(
          /^no scenario (?:comes to truncate_pagecache\(|runs the changed ext4_do_fallocate)/,
        ),
      ],
    ]);
  });

  it('a way out there, before what orders something', async () => {
    const IOMAP = 'fs/iomap/direct-io.c';
    const leaves = '\tif (dio->flags & IOMAP_DIO_BOUNCE) {\n\t\tbio_put(bio);\n\t\treturn;\n\t}\n';
    const text = diffOf('6.14', IOMAP, [
      /\tif \(atomic_dec_and_test\(&dio->ref\)\)\n\t\tiomap_dio_done/,
      `${leaves}$&`,
    ]);
    const { findings, said } = await notes(text, '6.14');
    expect(findings).toEqual([]);
    expect(said).toEqual([
      [
        linesWith(text, '+\tif (dio->flags & IOMAP_DIO_BOUNCE')[0],
        expect.stringMatching(
          /^no scenario has dio->flags & IOMAP_DIO_BOUNCE true in iomap_dio_bio_end_io\(\), where atomic_dec_and_test\(&dio->ref\) is left out/,
        ),
      ],
    ]);
  });

  it('but for a function that the patch brings and that nobody calls yet', async () => {
    const helper = 'static void ext4_wait_all(struct inode *inode)\n{\n\tinode_dio_wait(inode);\n}\n\n';
    const text = diffOf('6.5', FILE, ['static ssize_t ext4_dio_read_iter(', `${helper}$&`]);
    expect(await notes(text, '6.6')).toEqual({ findings: [], said: [] });
  });

  it('a primitive that it changes there', async () => {
    const text = diffOf('4.14', LEGACY, [LOCKING, '\t\t\tinode_dio_wait(inode);\n']);
    const { said } = await notes(text, '4.14');
    expect(said).toEqual([
      [
        linesWith(text, '+\t\t\tinode_dio_wait')[0],
        expect.stringContaining('no scenario comes to inode_dio_wait(inode)'),
      ],
    ]);
  });

  it('a call of a modelled function that nobody enters there', async () => {
    const text = diffOf('6.5', 'fs/ext4/inode.c', [
      /(vm_fault_t ext4_page_mkwrite[^]*?\tfilemap_invalidate_lock_shared\(mapping\);\n)/,
      '$1\n\tif (ext4_test_inode_state(inode, EXT4_STATE_OTHER)) {\n\t\tret = iomap_page_mkwrite(vmf, &ext4_iomap_ops);\n\t\tgoto out;\n\t}\n',
    ]);
    const { findings, said } = await notes(text, '6.6');
    expect(findings).toEqual([]);
    expect(said).toEqual([
      [
        linesWith(text, '+\t\tret = iomap_page_mkwrite')[0],
        expect.stringMatching(/^no scenario comes to iomap_page_mkwrite\(.*\) in ext4_page_mkwrite\(\)/),
      ],
    ]);
  });

  it('a way that is for untorn writes, whatever table of operations it has', async () => {
    const aligned = /\treturn xfs_file_dio_write_aligned\(ip, iocb, from\);\n/;
    const untorn =
      '\tif (iocb->ki_flags & IOCB_ATOMIC)\n\t\treturn iomap_dio_rw(iocb, from, &xfs_untorn_ops,\n';
    const text = diffOf('6.9', 'fs/xfs/xfs_file.c', [
      aligned,
      `${untorn}\t\t\t&xfs_dio_write_ops, 0, NULL, 0);\n$&`,
    ]);
    const { findings, said } = await notes(text, '6.9');
    expect(findings).toEqual([]);
    expect(said).toEqual([
      [
        linesWith(text, '&xfs_untorn_ops')[0],
        expect.stringMatching(/^no scenario comes to iomap_dio_rw\(.*in xfs_file_dio_write\(\) \(6\.9/),
      ],
    ]);
  });

  it('a wait that only one comes to who is alone, and whose calls fail', async () => {
    const text = diffOf('5.15', 'fs/xfs/xfs_file.c', [
      '\terror = generic_write_checks(iocb, from);\n',
      '$&\tif (error < 0)\n\t\tinode_dio_wait(inode);\n',
    ]);
    const { findings, said } = await notes(text, '6.1');
    expect(findings).toEqual([]);
    expect(said).toEqual([
      [
        linesWith(text, '+\t\tinode_dio_wait')[0],
        expect.stringMatching(
          /^no scenario comes to inode_dio_wait\(inode\) in xfs_file_write_checks\(\) beside asynchronous direct I\/O/,
        ),
      ],
    ]);
  });

  it.each([
    ['a comment that names one', [LOCKING, `\t\t/* Not inode_dio_wait(): only conversions. */\n${LOCKING}`]],
    ['a call that orders nothing', [LOCKING, `${LOCKING}\t\text4_debug("waited\\n");\n`]],
    ['the line broken in two', [LOCKING, '\t\t\tinode_lock(\n\t\t\t\tinode);\n']],
  ] as const)('%s: nothing', async (_, edit) => {
    const { findings, said } = await notes(diffOf('4.14', LEGACY, edit), '4.14');
    expect([findings, said]).toEqual([[], []]);
  });
});

describe('a condition that the patch puts before a call', () => {
  const FLUSH = '\tret = kiocb_invalidate_pages(iocb, iomi.len);\n';
  const WAIT = '\tinode_dio_wait(inode);\n';
  const under = (condition: string, call: string): string => `\tif (${condition})\n\t${call}`;

  it.each([
    [
      'fs/ext4/inode.c',
      WAIT,
      'ext4_test_inode_flag(inode, EXT4_INODE_EXTENTS)',
      'ext4_test_inode_flag(inode, EXT4_INODE_EXTENTS) false',
      'inode_dio_wait(inode)',
    ],
    ['fs/ext4/inode.c', WAIT, '!IS_DAX(inode)', 'IS_DAX(inode) true', 'inode_dio_wait(inode)'],
    [
      'fs/iomap/direct-io.c',
      FLUSH,
      '!(iocb->ki_flags & IOCB_NOWAIT)',
      'iocb->ki_flags & IOCB_NOWAIT true',
      'kiocb_invalidate_pages(iocb, iomi.len)',
    ],
  ])('%s: %s is said under %s, which holds in every scenario', async (path, call, condition, never, left) => {
    const text = diffOf('6.5', path, [call, under(condition, call)]);
    const { findings, said } = await notes(text, '6.6');
    expect(findings).toEqual([]);
    expect(said).toHaveLength(1);
    expect(said[0]![0]).toBe(linesWith(text, `if (${condition})`)[0]);
    expect(said[0]![1]).toMatch(/^no scenario has /);
    expect(said[0]![1]).toContain(`${never} in `);
    expect(said[0]![1]).toContain(`where ${left} is left out`);
  });

  it.each([
    ['that asks whether all went well before', under('!ret', FLUSH)],
    ['that holds in some scenarios and not in others', under('is_sync_kiocb(iocb)', FLUSH)],
  ])('is not spoken of: one %s', async (_, replacement) => {
    const text = diffOf('6.5', 'fs/iomap/direct-io.c', [FLUSH, replacement]);
    expect(
      (await notes(text, '6.6')).said.filter(([, reason]) => reason.startsWith('no scenario has')),
    ).toEqual([]);
  });

  it('is not spoken of where the patch only writes it anew', async () => {
    const text = diffOf('6.5', 'fs/iomap/direct-io.c', [
      'if (!dio->error && dio->size && (dio->flags & IOMAP_DIO_WRITE))',
      'if ((dio->flags & IOMAP_DIO_WRITE) && dio->size && !dio->error)',
    ]);
    expect(await notes(text, '6.6')).toEqual({ findings: [], said: [] });
  });
});

describe('a call of which the model keeps nothing', () => {
  const CHECKS = '\n\tret = ext4_dio_write_checks';
  const added = (call: string): string => diffOf('6.5', FILE, [CHECKS, `\n\t${call}${CHECKS}`]);

  it.each([
    ['flush_workqueue(EXT4_SB(inode->i_sb)->rsv_conversion_wq);', 'what flush_workqueue() waits for'],
    ['wait_event(EXT4_I(inode)->i_wq, x == 0);', 'what wait_event() waits for'],
    ['synchronize_rcu();', 'what synchronize_rcu() waits for'],
    ['filemap_flush(inode->i_mapping);', 'what filemap_flush() has written back, and when,'],
    ['inode_dio_wait_interruptible(inode);', 'what inode_dio_wait_interruptible() leaves undone'],
    ['atomic_add(2, &inode->i_dio_count);', 'what atomic_add() does to i_dio_count'],
    ['atomic_dec(&inode->i_dio_count);', 'what atomic_dec() does to i_dio_count'],
    ['down_read(&EXT4_I(inode)->i_demo_sem);', 'what down_read() does with i_demo_sem'],
    ['down_write(&demo_sems[inode->i_ino % 8]);', 'what down_write() does with another lock'],
    ['up_write(&inode->i_mapping_sem);', 'what up_write() does with i_mapping_sem'],
  ])('%s where a direct write comes to it', async (call, what) => {
    const text = added(call);
    const { findings, said } = await notes(text, '6.5');
    expect(findings).toEqual([]);
    expect(said).toHaveLength(1);
    expect(said[0]).toEqual([linesWith(text, call)[0], expect.stringContaining(what)]);
  });

  it('a lock in the place of one that the model has is not taken for none', async () => {
    const text = diffOf('6.5', 'fs/ext4/inode.c', [
      '\tfilemap_invalidate_lock_shared(mapping);',
      '\tdown_read(&inode->i_mapping_sem);',
    ]);
    const { findings, said } = await notes(text, '6.5');
    expect(findings).toEqual([]);
    expect(said.map(([, reason]) => reason).join()).toContain('what down_read() does with i_mapping_sem');
  });

  it('one of the xattrs, which guards no page', async () => {
    const text = added('down_read(&EXT4_I(inode)->xattr_sem);');
    expect((await notes(text, '6.5')).said.map(([, reason]) => reason).join()).not.toContain('down_read');
  });

  it('a macro that only the preprocessor can write out', async () => {
    const path = 'fs/iomap/direct-io.c';
    const head = 'ssize_t iomap_dio_complete(struct iomap_dio *dio)\n';
    const macro = '#define iomap_dio_drop(...) kiocb_invalidate_post_direct_write(__VA_ARGS__)\n\n';
    const plain = textOf('6.5', path);
    const moved = plain
      .replace(
        '\t\tkiocb_invalidate_post_direct_write(iocb, dio->size);',
        '\t\tiomap_dio_drop(iocb, dio->size);',
      )
      .replace(head, () => macro + head);
    const text = `${unifiedDiff(path, plain, moved)}\n`;
    const { findings, said } = await notes(text, '6.5');
    expect(findings).toEqual([]);
    expect(said.map(([line]) => line)).toContain(linesWith(text, '+\t\tiomap_dio_drop')[0]);
  });

  it('one that closes what the patch opens is no reason for an alarm', async () => {
    const drop = diffOf('5.15', 'fs/iomap/direct-io.c', [
      'ret = filemap_write_and_wait_range(mapping, iomi.pos, end);',
      'ret = 0;',
    ]);
    expect(changes(await report(drop, { kernel: '6.1' }))).not.toEqual([]);
    const flush = drop.replace('ret = 0;', 'ret = filemap_flush(mapping);');
    const { findings, said } = await notes(flush, '6.1');
    expect(findings).toEqual([]);
    expect(said.map(([, reason]) => reason).join()).toContain('filemap_flush()');
  });

  it('put under a condition, or in a function of its own: the same call as before', async () => {
    const call = '\tsynchronize_rcu();\n';
    const first = added('synchronize_rcu();');
    const base = textOf('6.5', FILE).replace(CHECKS, `\n${call.trimEnd()}${CHECKS}`);
    expect(base).toContain(call);
    const head = 'static ssize_t ext4_dio_write_iter(';
    const moved = base
      .replace(call, '\text4_settle();\n')
      .replace(head, `static void ext4_settle(void)\n{\n${call}}\n\n${head}`);
    const second = `${unifiedDiff(FILE, base, moved)}\n`;
    const { said } = await notes(
      mailOf('[PATCH 1/2] wait', first) + mailOf('[PATCH 2/2] move', second),
      '6.5',
    );
    expect(said.map(([line]) => line)).toEqual([expect.any(Number)]);
  });

  it('a name is one of these only as a whole', () => {
    expect(namesUnmodelledCall('\twait_event(wq, done);')).toBe(true);
    expect(namesUnmodelledCall('\tdio->wait_for_completion = wait_for_completion;')).toBe(false);
    expect(namesUnmodelledCall('\text4_wait_events(inode);')).toBe(false);
  });
});

describe('a barrier that no verdict turns on', () => {
  const COPY = '\t\tfor (i = 0; i < folio_batch_count(&fbatch); i++) {';
  const barrier = diffOf('5.15', 'mm/filemap.c', [COPY, `\t\tsmp_wmb();\n${COPY}`]);

  it('is there for something that the scenarios do not show', async () => {
    const { findings, said } = await notes(barrier, '6.1');
    expect(findings).toEqual([]);
    expect(said).toEqual([
      [
        linesWith(barrier, '+\t\tsmp_wmb')[0],
        expect.stringContaining('no scenario depends on smp_wmb() in filemap_read()'),
      ],
    ]);
  });

  it('is nothing to speak of where no access is late', async () => {
    expect((await report(barrier, { kernel: '6.1', memory: 'sc' })).notModelled).toEqual([]);
  });
});

describe('a function that only says which way is taken', () => {
  const patch = (removed: string, added: string): string =>
    [
      '--- a/fs/ext4/file.c',
      '+++ b/fs/ext4/file.c',
      '@@ -180,4 +180,4 @@ static bool ext4_unaligned_io(struct inode *inode, struct iov_iter *from, loff_t pos)',
      ' \tunsigned long mask = i_blocksize(inode) - 1;',
      ' ',
      `-\t${removed}`,
      `+\t${added}`,
      ' }',
      '',
    ].join('\n');

  it('is answered for as the release does, and says so where it is changed', async () => {
    const text = patch('return (pos | iov_iter_alignment(from)) & mask;', 'return pos & mask;');
    const { findings, said } = await notes(text, '6.1');
    expect(findings).toEqual([]);
    expect(said).toEqual([
      [6, 'ext4_unaligned_io() itself is changed, and the model takes it as it is in 5.15-6.4'],
    ]);
  });

  it('is not spoken of where only its spelling changes', async () => {
    const wrapped = 'return (pos | iov_iter_alignment(from))\n+\t\t& mask;';
    const text = patch('return (pos | iov_iter_alignment(from)) & mask;', wrapped).replace(
      '180,4 @@',
      '180,5 @@',
    );
    expect((await notes(text, '6.1')).said).toEqual([]);
  });
});

describe('a function that a primitive is made of', () => {
  it('is said where a patch changes it, be it nowhere in the bundle', async () => {
    const text = [
      '--- a/mm/truncate.c',
      '+++ b/mm/truncate.c',
      '@@ -560,6 +560,7 @@ static int invalidate_complete_folio2(struct address_space *mapping,',
      ' \tif (!filemap_release_folio(folio, gfp))',
      ' \t\treturn 0;',
      '',
      '+\tfolio_wait_writeback(folio);',
      ' \tspin_lock(&mapping->host->i_lock);',
      ' \txa_lock_irq(&mapping->i_pages);',
      ' \tif (folio_test_dirty(folio))',
      '',
    ].join('\n');
    const { findings, said } = await notes(text, '6.1');
    expect(findings).toEqual([]);
    expect(said).toEqual([
      [7, 'invalidate_complete_folio2() itself is changed, and the model takes it as it is in 5.15-6.4'],
    ]);
  });

  /** A patch that has page_cache_delete() do one thing after another. */
  const later = (moved: string): string =>
    [
      '--- a/mm/filemap.c',
      '+++ b/mm/filemap.c',
      '@@ -139,5 +139,5 @@ static void page_cache_delete(struct address_space *mapping,',
      ' \tnr = folio_nr_pages(folio);',
      '',
      `-\t${moved}`,
      ' \tmapping->nrpages -= nr;',
      `+\t${moved}`,
      ' }',
    ].join('\n');

  it.each(['xas_store(&xas, shadow);', 'folio->mapping = NULL;'])(
    'is said where it takes the page out of the cache at another time: %s',
    async (moved) => {
      const said = 'page_cache_delete() itself is changed, and the model takes it as it is in 5.15-6.4';
      expect((await notes(later(moved), '6.1')).said).toEqual([[6, said]]);
    },
  );

  it('is not spoken of where that has nothing to do with it', async () => {
    expect((await notes(later('folio->index = 0;'), '6.1')).said).toEqual([]);
  });
});

describe('a helper that goes into its caller', () => {
  it('ran before the patch, and nothing is to be said of it', async () => {
    const helper =
      'static void\nxfs_lock_read(struct xfs_inode *ip)\n{\n\txfs_ilock(ip, XFS_IOLOCK_SHARED);\n}\n\n';
    const text = undoOf(
      '4.10',
      'fs/xfs/xfs_file.c',
      [/static ssize_t\nxfs_file_dio_aio_read\(/, `${helper}$&`],
      [/(xfs_file_dio_aio_read\([^]*?)\txfs_ilock\(ip, XFS_IOLOCK_SHARED\);/, '$1\txfs_lock_read(ip);'],
    );
    expect(await notes(text, '4.10')).toEqual({ findings: [], said: [] });
  });
});

describe('the end of writeback', () => {
  it('is said where a patch has pages of ext4 finished elsewhere', async () => {
    const text = [
      '--- a/fs/ext4/page-io.c',
      '+++ b/fs/ext4/page-io.c',
      '@@ -190,4 +190,5 @@ static int ext4_end_io_end(ext4_io_end_t *io_end)',
      ' \tint ret = 0;',
      ' ',
      '+\text4_finish_bio(io_end->bio);',
      ' \tret = ext4_convert_unwritten_io_end_vec(handle, io_end);',
      ' \tif (ret < 0 && !ext4_forced_shutdown(sb)) {',
      '',
    ].join('\n');
    expect((await notes(text, '6.12')).said).toEqual([
      [6, 'no scenario runs the changed ext4_end_io_end() (6.9-6.13)'],
    ]);
  });

  const CONVERTS = /(\tif \(ioend->io_type == IOMAP_UNWRITTEN\)[^;]*;\n)/;
  it.each([
    [
      '6.5',
      'fs/ext4/page-io.c',
      'ext4_end_io_end',
      /(\tif \(unlikely\(io_end->flag[^]*?)(\text4_release_io_end\(io_end\);\n)/,
      '$2$1',
    ],
    ['6.5', 'fs/xfs/xfs_aops.c', 'xfs_end_ioend', CONVERTS, '\tiomap_finish_ioends(ioend, error);\n$1'],
  ] as const)('%s %s: comes before the conversion, which is said', async (era, path, name, find, to) => {
    const { said } = await notes(diffOf(era, path, [find, to]), era);
    expect(said.map(([, reason]) => reason)).toEqual([
      expect.stringContaining(`no scenario runs the changed ${name}()`),
    ]);
  });
});

describe('a reference on direct I/O', () => {
  const IOMAP = 'fs/iomap/direct-io.c';
  const DROPS = '\tif (atomic_dec_and_test(&dio->ref))\n\t\tiomap_dio_done(dio);\n';

  it('is not followed, and a patch to its counting says so', async () => {
    const text = diffOf('6.9', IOMAP, [DROPS, '\tatomic_dec(&dio->ref);\n\tiomap_dio_done(dio);\n']);
    const { findings, said } = await notes(text, '6.12');
    expect(findings).toEqual([]);
    expect(said).toEqual([
      [
        linesWith(text, '-\tif (atomic_dec_and_test')[0],
        expect.stringMatching(
          /^who completes is decided by atomic_dec\(&dio->ref\) in iomap_dio_bio_end_io\(\), and the model takes it/,
        ),
      ],
    ]);
  });

  it('may be dropped behind the pages, which have another owner then', async () => {
    const BEHIND =
      /(\tif \(atomic_dec_and_test\(&dio->ref\)\)\n.*\n)(\n\tif )\(should_dirty\)([\s\S]*?\n\t\}\n)/;
    const text = diffOf('6.14', IOMAP, [
      BEHIND,
      '$2(dio->flags & IOMAP_DIO_BOUNCE) {\n\t\tbio_put(bio);\n\t} else if (should_dirty)$3\n$1',
    ]);
    expect(await notes(text, '6.14')).toEqual({ findings: [], said: [] });
  });

  it('is not spoken of where its counting only goes to a helper', async () => {
    const text = diffOf(
      '6.9',
      IOMAP,
      [DROPS, '\tiomap_dio_put(dio);\n'],
      [
        'void iomap_dio_bio_end_io(',
        `static void iomap_dio_put(struct iomap_dio *dio)\n{\n${DROPS}}\n\nvoid iomap_dio_bio_end_io(`,
      ],
    );
    expect(await notes(text, '6.12')).toEqual({ findings: [], said: [] });
  });
});

describe('a lock that is taken in a function that no release here has', () => {
  const patch = (added: string): string =>
    [
      '--- a/fs/xfs/xfs_file.c',
      '+++ b/fs/xfs/xfs_file.c',
      '@@ -1469,4 +1469,4 @@ xfs_demo_fault(',
      ' \telse',
      ' \t\tret = demo_fault(vmf);',
      '-\txfs_iunlock(ip, lock_mode);',
      `+\t${added}`,
      ' \treturn ret;',
      '',
    ].join('\n');

  it('is not placed where its mode changes', async () => {
    const { said } = await notes(patch('xfs_iunlock(ip, XFS_MMAPLOCK_SHARED);'), '6.12');
    expect(said.map(([line]) => line)).toEqual([6, 7]);
  });

  it('is not spoken of where only its inode has another name', async () => {
    expect((await notes(patch('xfs_iunlock(XFS_I(inode), lock_mode);'), '6.12')).said).toEqual([]);
  });
});
