/** The slug of the rule of each property. */

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
