/** Reports made by hand for the render and cli tests: what a check of small patches would answer. */

import type {
  Finding,
  InputSummary,
  Place,
  Report,
  ScenarioSummary,
  TimelineStep,
  VerdictRow,
} from '../../server/src/review/report.js';
import type { PatchText } from '../../server/src/render/patch-text.js';

export const PATCH = '0001-iomap-begin-earlier.patch';

/** The patch lines of `PATCH` as the render tests see them, by 1-based line. */
const PATCH_LINES: Readonly<Record<number, string>> = {
  52: '@@ -465,6 +465,8 @@ iomap_dio_rw(struct kiocb *iocb, struct iov_iter *iter,',
  53: ' \tif (ret)',
  54: ' \t\tgoto out_free_dio;',
  55: ' ',
  56: '+\tinode_dio_begin(inode);',
  57: '+\tsmp_mb__after_atomic();',
  58: ' \tret = invalidate_inode_pages2_range(mapping,',
  59: ' \t\t\tpos >> PAGE_SHIFT, end >> PAGE_SHIFT);',
  61: '@@ -484,8 +486,6 @@ iomap_dio_rw(struct kiocb *iocb, struct iov_iter *iter,',
  62: ' ',
  63: '-\tinode_dio_begin(inode);',
  64: ' \tblk_start_plug(&plug);',
};

export const patchText: PatchText = (file, line) => (file === PATCH ? (PATCH_LINES[line] ?? null) : null);

const patch = (line: number): Place => ({ kind: 'patch', file: PATCH, line });
const bundled = (file: string, line: number): Place => ({ kind: 'bundled', file: `5.5-5.8/${file}`, line });

/** One step a row: actor, function, text, state changes, place. */
type Row = readonly [actor: number, fn: string, text: string, effects: readonly string[], at: Place];

function steps(rows: readonly Row[]): TimelineStep[] {
  return rows.map(([actor, fn, text, effects, at], index) => ({
    n: index + 1,
    actor,
    function: fn,
    text,
    effects,
    at,
  }));
}

const DIO = 'fs/iomap/direct-io.c';
const EXT4 = 'fs/ext4/inode.c';
const FILEMAP = 'mm/filemap.c';

const twoActors: Finding = {
  id: 'a41f07c2',
  rule: 'stale-data-exposure',
  property: 'P1',
  change: 'introduced',
  severity: 'error',
  file: PATCH,
  line: 63,
  endLine: 63,
  function: 'iomap_dio_rw',
  message:
    'a direct read can return stale disk blocks that a write fault allocates meanwhile (ext4, nodelalloc)',
  scenarios: ['ext4-5.5-nodelalloc-lock', 'ext4-5.5-nodelalloc-nolock', 'ext4-5.5-nodelalloc-indirect'],
  memory: ['sc', 'tso', 'lkmm'],
  assumptions: ['ret == 0 after filemap_write_and_wait_range()'],
  timeline: {
    actors: ['DIO read', 'write fault'],
    steps: steps([
      [0, 'filemap_write_and_wait_range', 'reads nrpages: 0', [], bundled(FILEMAP, 7)],
      [0, 'iomap_dio_rw', 'inode_dio_begin()', ['i_dio_count 0→1'], patch(56)],
      [1, 'ext4_page_mkwrite', 'atomic_read(&i_dio_count): 0', [], bundled(EXT4, 88)],
      [1, 'block_page_mkwrite', 'lock_page()', ['page locked'], bundled('fs/buffer.c', 9)],
      [
        1,
        'block_page_mkwrite',
        'ext4_get_block()',
        ['block 0 hole→mapped', 'disk 0 STALE'],
        bundled('fs/buffer.c', 14),
      ],
      [0, 'iomap_dio_rw', 'iomap_apply(): block 0 is mapped', [], patch(64)],
      [0, 'iomap_dio_bio_actor', 'submit_bio(): reads block 0: STALE', ['buffer STALE'], bundled(DIO, 40)],
    ]),
  },
  loadBearing: [],
};

const threeActors: Finding = {
  id: '77b0e913',
  rule: 'stale-data-exposure',
  property: 'P1',
  change: 'left',
  severity: 'error',
  file: PATCH,
  line: 56,
  endLine: 57,
  function: 'iomap_dio_rw',
  message: 'a direct read can still return stale disk blocks that writeback allocates (ext4, delalloc)',
  scenarios: ['ext4-5.5-delalloc-lock', 'ext4-5.5-delalloc-nolock'],
  memory: ['lkmm'],
  assumptions: [],
  timeline: {
    actors: ['flusher', 'DIO read', 'write fault'],
    steps: [
      ...steps([
        [0, 'ext4_writepages', 'atomic_read(&i_dio_count): 0', [], bundled(EXT4, 61)],
        [1, 'iomap_dio_rw', 'inode_dio_begin()', ['i_dio_count 0→1'], patch(56)],
      ]),
      {
        n: 3,
        actor: 1,
        function: 'invalidate_inode_pages2_range',
        text: 'reads nrpages: 0',
        effects: [],
        at: bundled('mm/truncate.c', 4),
        reordered: 'issued',
      },
      {
        n: 4,
        actor: 2,
        function: 'ext4_page_mkwrite',
        text: 'set_page_dirty()',
        effects: ['page 0 clean→dirty', 'nrpages 0→1'],
        at: bundled(EXT4, 95),
      },
      {
        n: 5,
        actor: 0,
        function: 'mpage_prepare_extent_to_map',
        text: 'finds and locks page 0',
        effects: ['page 0 locked'],
        at: bundled(EXT4, 30),
      },
      {
        n: 6,
        actor: 0,
        function: 'mpage_map_one_extent',
        text: 'ext4_map_blocks(EXT4_GET_BLOCKS_CREATE | EXT4_GET_BLOCKS_DELALLOC_RESERVE)',
        effects: ['block 0 delayed→mapped', 'disk 0 STALE'],
        at: bundled(EXT4, 44),
      },
      {
        n: 7,
        actor: 1,
        function: 'invalidate_inode_pages2_range',
        text: 'reads nrpages',
        effects: [],
        at: bundled('mm/truncate.c', 4),
        reordered: 'late',
      },
      {
        n: 8,
        actor: 1,
        function: 'iomap_dio_bio_actor',
        text: 'submit_bio(): reads block 0: STALE',
        effects: ['buffer STALE'],
        at: bundled(DIO, 40),
      },
    ],
  },
  loadBearing: [],
};

const closed: Finding = {
  id: '0c35d8aa',
  rule: 'stale-page-cache',
  property: 'P2',
  change: 'fixed',
  severity: 'warning',
  file: PATCH,
  line: 57,
  endLine: 57,
  function: 'iomap_dio_rw',
  message:
    'a buffered read can return zeros after a synchronous direct write to an unwritten block (XFS, block < page)',
  scenarios: ['xfs-5.5-sync-subpage'],
  memory: ['lkmm'],
  assumptions: [],
  timeline: {
    actors: ['DIO write, sync', 'buffered read'],
    steps: steps([
      [0, 'iomap_dio_rw', 'invalidate_inode_pages2_range()', ['page 0 dropped'], patch(58)],
      [
        1,
        'generic_file_buffered_read',
        'xfs_vm_readpage(): block 0 is unwritten',
        ['page 0 zeros'],
        bundled(FILEMAP, 30),
      ],
      [0, 'iomap_dio_complete', 'xfs_dio_write_end_io()', ['block 0 unwritten→mapped'], bundled(DIO, 70)],
      [1, 'generic_file_buffered_read', 'copy_page_to_iter(): zeros', [], bundled(FILEMAP, 41)],
    ]),
  },
  otherSide: {
    side: 'after',
    timeline: {
      actors: ['DIO write, sync', 'buffered read'],
      steps: [
        [5, 'iomap_dio_complete', 'invalidate_inode_pages2_range()', ['page 0 dropped'], patch(58)] as const,
        [8, 'generic_file_buffered_read', 'copy_page_to_iter(): data', [], bundled(FILEMAP, 41)] as const,
      ].map(([n, name, text, effects, at], actor) => ({ n, actor, function: name, text, effects, at })),
    },
  },
  loadBearing: [
    { line: 57, endLine: 57, text: 'smp_mb__after_atomic();', scenarios: ['xfs-5.5-sync-subpage'] },
  ],
};

function scenario(
  id: string,
  mount: readonly string[],
  actors: readonly string[],
  fs = 'ext4',
): ScenarioSummary {
  return { id, release: '5.5-5.8', fs, mount, actors, memory: 'lkmm' };
}

const READ_FAULT = ['DIO read', 'write fault'];
const READ_FAULT_FLUSH = ['flusher', 'DIO read', 'write fault'];

function verdict(
  property: VerdictRow['property'],
  of: ScenarioSummary,
  [before, after, change]: readonly [VerdictRow['before'], VerdictRow['after'], VerdictRow['change']],
  states: number,
): VerdictRow {
  return { file: PATCH, property, scenario: of, before, after, change, bounds: 'exhaustive', states };
}

const verdicts: readonly VerdictRow[] = [
  verdict(
    'P1',
    scenario('ext4-5.5-nodelalloc-lock', ['nodelalloc', 'dioread_lock', 'extents'], READ_FAULT),
    ['none', 'race', 'introduced'],
    1204,
  ),
  verdict(
    'P1',
    scenario('ext4-5.5-nodelalloc-nolock', ['nodelalloc', 'dioread_nolock', 'extents'], READ_FAULT),
    ['none', 'race', 'introduced'],
    1188,
  ),
  verdict(
    'P1',
    scenario('ext4-5.5-nodelalloc-indirect', ['nodelalloc', 'dioread_lock', 'indirect'], READ_FAULT),
    ['none', 'race', 'introduced'],
    1190,
  ),
  verdict(
    'P1',
    scenario('ext4-5.5-delalloc-lock', ['delalloc', 'dioread_lock', 'extents'], READ_FAULT_FLUSH),
    ['race', 'race', 'left'],
    88214,
  ),
  verdict(
    'P1',
    scenario('ext4-5.5-delalloc-nolock', ['delalloc', 'dioread_nolock', 'extents'], READ_FAULT_FLUSH),
    ['race', 'race', 'left'],
    90117,
  ),
  verdict(
    'P2',
    scenario('xfs-5.5-sync-subpage', ['block<page', 'sync'], ['DIO write, sync', 'buffered read'], 'xfs'),
    ['race', 'none', 'fixed'],
    512,
  ),
  verdict(
    'P2',
    scenario('xfs-5.5-aio-subpage', ['block<page', 'aio'], ['DIO write, AIO', 'buffered read'], 'xfs'),
    ['race', 'race', 'untouched'],
    640,
  ),
];

export const input: InputSummary = {
  file: PATCH,
  kind: 'format-patch',
  messages: 1,
  patches: [{ path: 'fs/iomap/direct-io.c', hunks: 2, damage: [] }],
};

export const nothing: Report = {
  schema: 'dio-ordering/1',
  version: '0.1.0',
  inputs: [input],
  verdicts: [],
  findings: [],
  notModelled: [],
  explanation: { releases: [], events: [], skipped: [] },
};

const only = (property: string, ...changes: string[]) =>
  verdicts.filter((row) => row.property === property && changes.includes(row.change));

export const introduced: Report = { ...nothing, findings: [twoActors], verdicts: only('P1', 'introduced') };
export const left: Report = { ...nothing, findings: [threeActors], verdicts: only('P1', 'left') };
export const fixed: Report = { ...nothing, findings: [closed], verdicts: only('P2', 'fixed', 'untouched') };

/** Scenarios ran and found no race. */
export const clean: Report = {
  ...nothing,
  verdicts: verdicts.map((row) => ({ ...row, before: 'none', after: 'none', change: 'absent' })),
};

export const damaged: Report = {
  ...clean,
  inputs: [
    {
      ...input,
      kind: 'archive-page',
      patches: [
        {
          path: 'fs/iomap/direct-io.c',
          hunks: 2,
          damage: [
            { line: 53, what: 'leading blank of a context line lost: taken as context' },
            { line: 54, what: 'leading blank of a context line lost: taken as context' },
            { line: 58, what: 'leading blank of a context line lost: taken as context' },
            { line: 52, what: 'hunk header wrapped: joined with the next line' },
          ],
        },
      ],
    },
  ],
};

export const notModelled: Report = {
  ...nothing,
  verdicts: verdicts.slice(0, 1).map((row) => ({
    ...row,
    before: 'none',
    after: 'not-modelled',
    change: 'unknown',
    bounds: 'bounded at 2000000 states',
    states: 2000000,
  })),
  notModelled: [
    {
      file: PATCH,
      line: 61,
      reason: 'hunk not placed: no bundled path of fs/ext4/fast_commit.c; give a kernel tree with --tree',
    },
    { file: PATCH, line: 57, reason: 'limit of 2000000 states reached in ext4-5.5-nodelalloc-lock' },
  ],
};

/** Everything at once, with an explanation. */
export const everything: Report = {
  ...nothing,
  findings: [closed, threeActors, twoActors],
  verdicts,
  notModelled: notModelled.notModelled.slice(0, 1),
  explanation: {
    releases: [{ file: PATCH, release: '5.5-5.8', why: 'from fs/iomap/direct-io.c and the date 2020-01-16' }],
    events: [
      {
        function: 'iomap_dio_rw',
        text: 'filemap_write_and_wait_range()',
        at: bundled(DIO, 12),
        side: 'both',
      },
      { function: 'iomap_dio_rw', text: 'inode_dio_begin()', at: patch(56), side: 'after' },
      { function: 'iomap_dio_rw', text: 'smp_mb__after_atomic()', at: patch(57), side: 'after' },
      { function: 'iomap_dio_rw', text: 'inode_dio_begin()', at: patch(63), side: 'before' },
      { function: 'ext4_page_mkwrite', text: 'lock_page()', at: bundled(EXT4, 80), side: 'both' },
    ],
    skipped: [
      {
        file: PATCH,
        scenario: 'ext4-5.5-data-journal',
        reason: 'data=journal writes no direct I/O through iomap',
      },
    ],
  },
};
