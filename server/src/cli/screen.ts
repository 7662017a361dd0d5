/** How wide the output may be and whether it has colours. */

import type { Io } from './io.js';

export const COLOR = ['auto', 'always', 'never'] as const;
export type Color = (typeof COLOR)[number];

const WITHOUT_TERMINAL = 100;
const NARROWEST = 40;

/** `COLUMNS` when it is set, else the terminal's width, else 100; never less than 40. */
export function columns(io: Io): number {
  const set = Number.parseInt(io.env['COLUMNS'] ?? '', 10);
  const width = set > 0 ? set : io.stdout.isTTY === true ? io.stdout.columns : undefined;
  return Math.max(NARROWEST, width ?? WITHOUT_TERMINAL);
}

/** The option first, then NO_COLOR (no-color.org: set and not empty), FORCE_COLOR, TERM=dumb, and the terminal. */
export function colour(option: Color, io: Io): boolean {
  if (option !== 'auto') return option === 'always';
  const { NO_COLOR, FORCE_COLOR, TERM } = io.env;
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false;
  if (FORCE_COLOR !== undefined) return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
  return TERM !== 'dumb' && io.stdout.isTTY === true;
}
