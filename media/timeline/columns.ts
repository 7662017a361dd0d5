/** Which column and row of the CSS grid is whose. A lane is a gutter, with bars and arrows, and the text beside it. */

import type { LockHeld, TimelineView, ViewStep } from '../../server/src/lsp/protocol.js';

/** Row 1 holds the headings. */
export const rowOf = (n: number): number => n + 1;

export const gutterColumn = (actor: number): number => 2 + 2 * actor;
export const placeColumn = (view: TimelineView): number => 2 + 2 * view.actors.length;

const SLOT = '1.15rem';

/** Below this width of a lane, in the root's font size, a step's text reaches over the lanes to its right. */
const COMFORTABLE_LANE = 17;

export const widthWanted = (view: TimelineView): number => 9 + view.actors.length * COMFORTABLE_LANE;

/** `grid-template-columns`: number, then gutter and text of each actor, then the line. */
export function columnsOf(view: TimelineView): string {
  const lanes = view.actors.map((_, actor) => `${gutter(view, actor)} minmax(11rem, 1fr)`);
  return [NUMBER, ...lanes, 'minmax(4.5rem, max-content)'].join(' ');
}

/** A row belongs to one actor, so that only the last lane needs to have room for its text: as people draw in mail. */
export function narrowColumnsOf(view: TimelineView): string {
  const last = view.actors.length - 1;
  const lanes = view.actors.map(
    (_, actor) => `${gutter(view, actor)} ${actor === last ? 'minmax(8rem, 2fr)' : 'minmax(3rem, 1fr)'}`,
  );
  return [NUMBER, ...lanes, 'max-content'].join(' ');
}

const NUMBER = 'minmax(2.2rem, max-content)';

const gutter = (view: TimelineView, actor: number): string =>
  `calc(${slotsOf(view, actor).length} * ${SLOT} + 0.35rem)`;

/** What the gutter of an actor holds, side by side. */
function slotsOf({ steps, locks }: TimelineView, actor: number): string[] {
  const moved = steps.some((step) => step.actor === actor && step.programOrder !== null);
  const own = locks.filter((held) => held.actor === actor).map(({ lock }) => `lock ${lock}`);
  return [...(moved ? ['moved'] : []), ...new Set(own)];
}

export function slotOffset(view: TimelineView, what: LockHeld | ViewStep): string {
  const slot = slotsOf(view, what.actor).indexOf('lock' in what ? `lock ${what.lock}` : 'moved');
  return `calc(${slot} * ${SLOT} + 0.3rem)`;
}

/** Whether the function's name stands above the step: the actor was in another one before, or nowhere. */
export function enters(view: TimelineView, step: ViewStep): boolean {
  const before = view.steps.findLast(({ n, actor }) => n < step.n && actor === step.actor);
  return before?.function !== step.function;
}
