/** Release eras: spans of kernel releases in which the bundled paths order their events in one way. */

import type { SourceFiles } from './files.js';
import { compareReleases, parseRelease, type Release } from './releases.js';

export type EraId =
  | '4.10'
  | '4.11'
  | '4.12'
  | '4.14'
  | '4.19'
  | '5.3'
  | '5.5'
  | '5.6'
  | '5.8'
  | '5.9'
  | '5.12'
  | '5.15'
  | '6.5'
  | '6.7'
  | '6.9'
  | '6.14';

export interface Era {
  /** The name of its folder under `kernel/paths`. */
  readonly id: EraId;
  /** For people: the releases that it stands for. */
  readonly label: string;
  readonly first: string;
  /** Null for the newest era, which has no end yet. */
  readonly last: string | null;
  /** Files of older eras that these releases no longer have, or single functions of them: `fs/f.c:name`. */
  readonly removes: readonly string[];
  /** Stable trees of the era before may have this code as well: then this file of theirs names this function. */
  readonly backported?: { readonly path: string; readonly name: string };
  /** Paths that have to do with each other from these releases on: a patch that changes both kinds is not older. */
  readonly joins?: readonly (readonly [path: RegExp, path: RegExp])[];
  /** What code is called by from these releases on: a patch that has it on a line that stays is not older. */
  readonly brings?: RegExp;
}

/** Oldest first; an era has the files of the one before it except for what it replaces or removes. */
export const ERAS: readonly Era[] = [
  {
    id: '4.10',
    label: '4.8-4.10',
    first: '4.8',
    last: '4.10',
    removes: [],
  },
  {
    id: '4.11',
    label: '4.11',
    first: '4.11',
    last: '4.11',
    removes: [],
  },
  // From 4.12 on direct I/O flushes and invalidates without a look at nrpages.
  { id: '4.12', label: '4.12-4.13', first: '4.12', last: '4.13', removes: [] },
  {
    id: '4.14',
    label: '4.14-4.18',
    first: '4.14',
    last: '4.18',
    removes: ['mm/filemap.c:do_generic_file_read'],
  },
  // XFS gave up buffer heads in 4.19.
  { id: '4.19', label: '4.19-5.2', first: '4.19', last: '5.2', removes: [] },
  // 5.3 split fs/iomap.c into fs/iomap/.
  {
    id: '5.3',
    label: '5.3-5.4',
    first: '5.3',
    last: '5.4',
    removes: [
      'fs/iomap.c',
      'fs/buffer.c:__generic_write_end',
      'fs/xfs/xfs_file.c:xfs_zero_eof',
      'fs/xfs/xfs_file.c:xfs_zero_range',
      'fs/xfs/xfs_iomap.c:need_excl_ilock',
      'fs/xfs/xfs_iomap.c:xfs_iomap_write_allocate',
      'mm/filemap.c:page_cache_read',
    ],
  },
  // ext4 reads and writes directly by iomap from 5.5 on.
  {
    id: '5.5',
    label: '5.5',
    first: '5.5',
    last: '5.5',
    joins: [[/^fs\/ext4\//, /^fs\/iomap\/direct-io\.c$/]],
    removes: [
      'fs/buffer.c:end_buffer_async_write',
      'fs/buffer.c:iomap_to_bh',
      'fs/ext4/inode.c:ext4_dio_get_block',
      'fs/ext4/inode.c:ext4_dio_get_block_overwrite',
      'fs/ext4/inode.c:ext4_dio_get_block_unwritten_async',
      'fs/ext4/inode.c:ext4_dio_get_block_unwritten_sync',
      'fs/ext4/inode.c:ext4_direct_IO',
      'fs/ext4/inode.c:ext4_direct_IO_read',
      'fs/ext4/inode.c:ext4_direct_IO_write',
      'fs/ext4/inode.c:ext4_end_io_dio',
      'fs/ext4/inode.c:ext4_get_block_trans',
      'fs/ext4/inode.c:ext4_update_bh_state',
      'mm/filemap.c:__filemap_fdatawrite',
      'mm/filemap.c:filemap_fdatawrite',
      'mm/filemap.c:filemap_fdatawrite_range',
    ],
  },
  // ext4 begins a direct write with the shared lock from 5.6 on.
  { id: '5.6', label: '5.6-5.7', first: '5.6', last: '5.7', removes: [] },
  // XFS writeback allocates unwritten blocks from 5.8 on.
  { id: '5.8', label: '5.8', first: '5.8', last: '5.8', removes: [] },
  {
    id: '5.9',
    label: '5.9-5.11',
    first: '5.9',
    last: '5.11',
    removes: ['fs/ext4/inode.c:ext4_readpages'],
  },
  // iomap_dio_rw() takes flags from 5.12 on, and XFS shares the lock with unaligned overwrites.
  {
    id: '5.12',
    label: '5.12-5.14',
    first: '5.12',
    last: '5.14',
    removes: [
      'fs/xfs/xfs_file.c:xfs_file_aio_write_checks',
      'fs/xfs/xfs_file.c:xfs_file_buffered_aio_read',
      'fs/xfs/xfs_file.c:xfs_file_buffered_aio_write',
      'fs/xfs/xfs_file.c:xfs_file_dio_aio_read',
      'fs/xfs/xfs_file.c:xfs_file_dio_aio_write',
    ],
  },
  // fs/iomap/apply.c gave way to fs/iomap/iter.c in 5.15; of the others these releases need nothing.
  {
    id: '5.15',
    label: '5.15-6.4',
    first: '5.15',
    last: '6.4',
    // The mapping's invalidate_lock and iomap_iter() came with 5.15, folios with 5.16.
    brings: /\b(?:filemap_invalidate_lock\w*|iomap_iter|struct folio|folio_\w+)\b/,
    removes: [
      'fs/iomap/apply.c',
      'fs/mpage.c',
      'fs/xfs/libxfs/xfs_bmap.h',
      'fs/xfs/libxfs/xfs_format.h',
      'fs/xfs/xfs_inode.c',
      'fs/xfs/xfs_pnfs.c',
      'fs/xfs/xfs_trans.c',
      'fs/buffer.c:block_page_mkwrite_return',
      'fs/ext4/inode.c:ext4_filemap_fault',
      'fs/ext4/inode.c:ext4_readpage',
      'fs/ext4/page-io.c:ext4_end_io',
      'mm/filemap.c:generic_file_buffered_read',
      'mm/filemap.c:lock_page_maybe_drop_mmap',
    ],
  },
  // block_page_mkwrite_return() became vmf_fs_error() of include/linux/mm.h in 6.6.
  {
    id: '6.5',
    label: '6.5-6.6',
    first: '6.5',
    last: '6.6',
    removes: [
      'include/linux/buffer_head.h',
      'fs/ext4/page-io.c:ext4_bio_write_page',
      'include/linux/pagemap.h:i_blocks_per_folio',
    ],
  },
  // A read orders i_size against the data that it copies: by a barrier in 6.7, from 6.9 on in i_size_read().
  { id: '6.7', label: '6.7-6.8', first: '6.7', last: '6.8', removes: [] },
  {
    id: '6.9',
    label: '6.9-6.13',
    first: '6.9',
    last: '6.13',
    removes: ['fs/xfs/xfs_file.c:xfs_ilock_for_write_fault'],
  },
  // ext4_fallocate() takes the locks of all that it calls from 6.14 on, and leaves no page writable.
  {
    id: '6.14',
    label: '6.14 and later',
    first: '6.14',
    last: null,
    backported: { path: 'fs/ext4/extents.c', name: 'ext4_truncate_page_cache_block_range' },
    removes: [],
  },
];

/** The era of a release; null for releases before the first era. */
export function eraOf(release: Release): Era | null {
  const from = (era: Era): Release => parseRelease(era.first)!;
  return ERAS.findLast((era) => compareReleases(from(era), release) <= 0) ?? null;
}

/** The era of a kernel tree of this release: stable updates may have brought the code of the next one. */
export function eraOfTree(release: Release, tree: Pick<SourceFiles, 'read'>): Era | null {
  const own = eraOf(release);
  const next = own === null ? undefined : ERAS[ERAS.indexOf(own) + 1];
  if (!next?.backported) return own;
  const file = tree.read(next.backported.path);
  return file.ok && file.text.includes(`${next.backported.name}(`) ? next : own;
}
