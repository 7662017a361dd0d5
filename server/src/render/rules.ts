/** What each property is called, and what it means that it is violated. Every face takes its words from here. */

import type { PropertyId } from '../review/report.js';

export interface Rule {
  readonly property: PropertyId;
  readonly slug: string;
  readonly title: string;
  /** Continues "it is violated when ...". */
  readonly violated: string;
}

export const RULES: Readonly<Record<PropertyId, Rule>> = {
  P1: {
    property: 'P1',
    slug: 'stale-data-exposure',
    title: 'stale data exposure',
    violated: 'a read, direct or buffered, returns disk contents that were never written to the file',
  },
  P2: {
    property: 'P2',
    slug: 'stale-page-cache',
    title: 'stale page cache',
    violated:
      'after a direct write, or a call that takes blocks away, a later buffered read returns older data or zeros',
  },
  P3: {
    property: 'P3',
    slug: 'missed-buffered-write',
    title: 'missed buffered write',
    violated: 'a direct read that starts after a buffered write has returned does not see it',
  },
  P4: {
    property: 'P4',
    slug: 'dio-after-free',
    title: 'direct I/O after free',
    violated: 'a bio in flight reads or writes blocks that truncate, punch hole or the like has freed',
  },
  P5: {
    property: 'P5',
    slug: 'lost-write',
    title: 'lost write',
    violated:
      'data that was written is dropped before it is on disk, or overwritten with older data or zeros',
  },
  P6: {
    property: 'P6',
    slug: 'dio-count-imbalance',
    title: 'i_dio_count imbalance',
    violated: 'a path leaves inode_dio_begin() without inode_dio_end(), or ends twice',
  },
  P7: {
    property: 'P7',
    slug: 'deadlock',
    title: 'deadlock',
    violated: 'no actor can go on, or a path returns with a lock held or drops one that it does not hold',
  },
  P8: {
    property: 'P8',
    slug: 'size-ordering',
    title: 'size ordering',
    violated:
      'between extent conversion and the i_size update a reader sees stale or zero bytes, or data beyond EOF',
  },
  P9: {
    property: 'P9',
    slug: 'barrier-misuse',
    title: 'barrier misuse',
    violated: 'a barrier orders nothing where it stands, or the protocol holds only if one were there',
  },
};
