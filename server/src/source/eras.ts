/** Release eras: spans of kernel releases in which the bundled paths order their events in one way. */

import { compareReleases, parseRelease, type Release } from './releases.js';

export type EraId = '4.10' | '4.11' | '4.14' | '5.3' | '5.5' | '5.9' | '5.15' | '6.5';

export interface Era {
  /** The name of its folder under `kernel/paths`. */
  readonly id: EraId;
  /** For people: the releases that it stands for. */
  readonly label: string;
  readonly first: string;
  /** Null for the newest era, which has no end yet. */
  readonly last: string | null;
  /** Files of older eras that these releases no longer have. */
  readonly removes: readonly string[];
}

/** Oldest first; an era has the files of the one before it except for those it replaces or removes. */
export const ERAS: readonly Era[] = [
  { id: '4.10', label: '4.8-4.10', first: '4.8', last: '4.10', removes: [] },
  { id: '4.11', label: '4.11-4.13', first: '4.11', last: '4.13', removes: [] },
  { id: '4.14', label: '4.14-5.2', first: '4.14', last: '5.2', removes: [] },
  // 5.3 split fs/iomap.c into fs/iomap/.
  { id: '5.3', label: '5.3-5.4', first: '5.3', last: '5.4', removes: ['fs/iomap.c'] },
  { id: '5.5', label: '5.5-5.8', first: '5.5', last: '5.8', removes: [] },
  { id: '5.9', label: '5.9-5.14', first: '5.9', last: '5.14', removes: [] },
  // fs/iomap/apply.c gave way to fs/iomap/iter.c in 5.15; of the others these releases need nothing.
  {
    id: '5.15',
    label: '5.15-6.4',
    first: '5.15',
    last: '6.4',
    removes: [
      'fs/iomap/apply.c',
      'fs/mpage.c',
      'fs/xfs/libxfs/xfs_bmap.h',
      'fs/xfs/libxfs/xfs_format.h',
      'fs/xfs/xfs_inode.c',
      'fs/xfs/xfs_pnfs.c',
      'fs/xfs/xfs_trans.c',
    ],
  },
  // block_page_mkwrite_return() became vmf_fs_error() of include/linux/mm.h in 6.6.
  {
    id: '6.5',
    label: '6.5 and later',
    first: '6.5',
    last: null,
    removes: ['include/linux/buffer_head.h'],
  },
];

/** The era of a release; null for releases before the first era. */
export function eraOf(release: Release): Era | null {
  const from = (era: Era): Release => parseRelease(era.first)!;
  return ERAS.findLast((era) => compareReleases(from(era), release) <= 0) ?? null;
}

/** Eras up to and including this one, oldest first: where its files may stand. */
export function inheritance(id: EraId): readonly Era[] {
  return ERAS.slice(0, ERAS.findIndex((era) => era.id === id) + 1);
}
