/** Where everything of the drawing stands, in pixels. Widths are counted in characters, so that every viewer agrees. */

import type { LockHeld, ScenarioStep, ScenarioTimeline } from '../review/scenario-timeline.js';
import { MOVED } from './grid.js';
import { displayWidth, wrap } from './width.js';

export const LINE = 17;
export const PAD = 16;
/** Of the monospaced font at 12 px, a little more than any of the fonts named has. */
export const CHAR = 7.4;

const NUMBER = 34;
const SLOT = 15;
const MARK = 16;
const GAP = 18;
/** Characters that a lane's text, and the state column, may be wide before it wraps. */
const WIDEST_STEP = 42;
const WIDEST_STATE = 34;
const NARROWEST = 26;

export interface Lane {
  readonly x: number;
  /** Where its step texts begin. */
  readonly textX: number;
  readonly chars: number;
  readonly right: number;
}

export interface Row {
  readonly step: ScenarioStep;
  readonly y: number;
  readonly height: number;
  /** The function's name stands above the step, when the actor was elsewhere before. */
  readonly enters: readonly string[];
  readonly lines: readonly string[];
  readonly effects: readonly string[];
}

export interface Layout {
  readonly lanes: readonly Lane[];
  readonly rows: readonly Row[];
  readonly stateX: number;
  readonly placeX: number;
  readonly width: number;
  /** Of headings and rows. */
  readonly height: number;
  /** Locks in the order in which they are first taken; a bar shows its place in it. */
  readonly locks: readonly string[];
}

export const HEADING = LINE * 2;

export function layOut(timeline: ScenarioTimeline): Layout {
  const locks = [...new Set(timeline.locks.map(({ lock }) => lock))];
  const lanes = lanesOf(timeline);
  const rows = rowsOf(timeline, lanes);
  const stateX = (lanes.at(-1)?.right ?? PAD) + GAP;
  const placeX =
    stateX +
    charsOf(
      rows.flatMap(({ effects }) => effects),
      24,
    ) *
      CHAR +
    GAP;
  const places = timeline.steps.map(placeOf);
  const last = rows.at(-1);
  return {
    lanes,
    rows,
    stateX,
    placeX,
    locks,
    width: Math.ceil(placeX + charsOf(places, 12) * CHAR + PAD),
    height: (last ? last.y + last.height : HEADING) + 4,
  };
}

export const placeOf = ({ at }: ScenarioStep): string => `${at.file}:${at.line}`;

const charsOf = (texts: readonly string[], atLeast: number): number =>
  Math.max(atLeast, ...texts.map(displayWidth));

function lanesOf(timeline: ScenarioTimeline): Lane[] {
  const lanes: Lane[] = [];
  timeline.actors.forEach((name, actor) => {
    const x = (lanes.at(-1)?.right ?? PAD + NUMBER - GAP) + GAP;
    const own = timeline.steps.filter((step) => step.actor === actor);
    const texts = [heading(name, actor), ...own.flatMap((step) => [stepWords(step), step.function])];
    const chars = Math.min(WIDEST_STEP, charsOf(texts, NARROWEST));
    const textX = x + slotsOf(timeline, actor).length * SLOT + MARK;
    lanes.push({ x, textX, chars, right: Math.ceil(textX + chars * CHAR) });
  });
  return lanes;
}

export const heading = (name: string, actor: number): string => `CPU${actor}: ${name}`;

const stepWords = (step: ScenarioStep): string =>
  step.text + (step.reordered === null ? '' : MOVED[step.reordered]);

/** What the gutter of an actor's lane holds, side by side: its reordered steps, and each lock that it takes. */
function slotsOf({ steps, locks }: ScenarioTimeline, actor: number): string[] {
  const moved = steps.some((step) => step.actor === actor && step.programOrder !== null);
  const own = locks.filter((held) => held.actor === actor).map(({ lock }) => `lock ${lock}`);
  return [...(moved ? ['moved'] : []), ...new Set(own)];
}

/** The middle of a bar, or of the arrow of a reordered step. */
export function slotX(timeline: ScenarioTimeline, layout: Layout, held: LockHeld | ScenarioStep): number {
  const slot = slotsOf(timeline, held.actor).indexOf('lock' in held ? `lock ${held.lock}` : 'moved');
  return layout.lanes[held.actor]!.x + slot * SLOT + SLOT / 2;
}

function rowsOf(timeline: ScenarioTimeline, lanes: readonly Lane[]): Row[] {
  const inside = new Map<number, string>();
  let y = HEADING;
  return timeline.steps.map((step) => {
    const { chars } = lanes[step.actor]!;
    const enters = inside.get(step.actor) === step.function ? [] : wrap(`${step.function}()`, chars);
    inside.set(step.actor, step.function);
    const lines = wrap(stepWords(step), chars, 2).map((text, i) => (i === 0 ? text : `  ${text}`));
    const effects = step.effects.flatMap((effect) => wrap(effect, WIDEST_STATE, 2));
    const height = (enters.length + Math.max(lines.length, effects.length)) * LINE + 3;
    const row = { step, y, height, enters, lines, effects };
    y += height;
    return row;
  });
}

/** The middle of the first line of a step. */
export const middleOf = ({ y, enters }: Row): number => y + enters.length * LINE + LINE / 2;
