/** What is known of each property by its name alone: the slug of its rule, and whether it is one of a path. */

import type { PropertyId } from './report.js';

export const RULE_NAMES: Readonly<Record<PropertyId, string>> = {
  P1: 'stale-data-exposure',
  P2: 'stale-page-cache',
  P3: 'missed-buffered-write',
  P4: 'dio-after-free',
  P5: 'lost-write',
  P6: 'dio-count-imbalance',
  P7: 'deadlock',
  P8: 'size-ordering',
  P9: 'barrier-misuse',
};

/** Properties of a path whoever runs beside it: wrong by itself, it is wrong beside all others. */
export const OF_A_PATH: ReadonlySet<PropertyId> = new Set(['P6', 'P7']);

/** One missing wait or flush is missing beside everybody: who else takes the blocks, or drops the page, is told with it. */
export const OF_WHOM: ReadonlySet<PropertyId> = new Set(['P4', 'P5']);
