/** What the timeline view and the extension say to each other. Both ends read what they are sent through here. */

import type { Side, TimelineView, ViewStep } from '../../../server/src/lsp/protocol.js';
import { isBoolean, isCount, isString, listOf, nullOr, objectOf, oneOf, type Check } from './shape.js';

export type ToView =
  | { readonly type: 'waiting' }
  | { readonly type: 'failed'; readonly message: string }
  | { readonly type: 'show'; readonly view: TimelineView }
  /** The editor's cursor stands on the line of these steps, by `n`; at least one. */
  | { readonly type: 'cursor'; readonly steps: readonly number[] };

export type FromView =
  /** The view has nothing to show: it has just been made, or somebody asks for another try. */
  | { readonly type: 'ready' }
  | { readonly type: 'choose'; readonly scenario: string; readonly side: Side }
  /** Show the line of step `n` in its editor, and go there if `focus`. */
  | { readonly type: 'reveal'; readonly n: number; readonly focus: boolean }
  | { readonly type: 'saveAsSvg' };

/** What the view keeps over a reload of the window: enough to ask for the same again. */
export interface KeptState {
  readonly uri: string;
  readonly finding: string;
  readonly scenario: string;
  readonly side: Side;
  readonly screen: KeptScreen;
}

export interface KeptScreen {
  /** `n` of the chosen step. */
  readonly step: number;
  /** The steps are shown as a table. */
  readonly table: boolean;
  /** Steps that the race does not turn on are hidden. */
  readonly keySteps: boolean;
}

const isSide = oneOf<Side>('before', 'after');
const isProperty = oneOf('P1', 'P2', 'P3', 'P4', 'P5', 'P6', 'P7', 'P8', 'P9');
const isVerdict = oneOf('race', 'none', 'not-modelled');

const isStep: Check<ViewStep> = objectOf<ViewStep>({
  n: isCount,
  actor: isCount,
  function: isString,
  text: isString,
  effects: listOf(isString),
  at: objectOf<ViewStep['at']>({
    kind: oneOf('patch', 'tree', 'bundled'),
    file: isString,
    line: isCount,
    uri: isString,
  }),
  programOrder: nullOr(isCount),
  reordered: nullOr(oneOf('issued', 'late')),
  quiet: isBoolean,
  differs: isBoolean,
  loadBearing: isBoolean,
  state: listOf(isString),
});

export const isTimelineView: Check<TimelineView> = objectOf<TimelineView>({
  uri: isString,
  finding: objectOf<TimelineView['finding']>({
    id: isString,
    property: isProperty,
    rule: isString,
    change: oneOf('introduced', 'fixed', 'left', 'untouched', 'absent', 'unknown'),
    message: isString,
    line: isCount,
  }),
  scenarios: listOf(
    objectOf<TimelineView['scenarios'][number]>({
      id: isString,
      label: isString,
      before: isVerdict,
      after: isVerdict,
      bounds: isString,
    }),
  ),
  scenario: isString,
  side: isSide,
  violation: nullOr(
    objectOf<NonNullable<TimelineView['violation']>>({ property: isProperty, text: isString }),
  ),
  memory: oneOf('sc', 'tso', 'lkmm'),
  actors: listOf(isString),
  steps: listOf(isStep),
  locks: listOf(
    objectOf<TimelineView['locks'][number]>({
      lock: isString,
      mode: oneOf('exclusive', 'shared'),
      actor: isCount,
      from: isCount,
      to: nullOr(isCount),
    }),
  ),
  stateNames: listOf(isString),
  initial: listOf(isString),
  loadBearing: listOf(
    objectOf<TimelineView['loadBearing'][number]>({ line: isCount, endLine: isCount, text: isString }),
  ),
});

type Checks<M extends { readonly type: string }> = {
  readonly [Type in M['type']]: Check<Extract<M, { readonly type: Type }>>;
};

const TO_VIEW: Checks<ToView> = {
  waiting: objectOf({ type: oneOf('waiting') }),
  failed: objectOf({ type: oneOf('failed'), message: isString }),
  show: objectOf({ type: oneOf('show'), view: isTimelineView }),
  cursor: objectOf({ type: oneOf('cursor'), steps: listOf(isCount) }),
};

const FROM_VIEW: Checks<FromView> = {
  ready: objectOf({ type: oneOf('ready') }),
  choose: objectOf({ type: oneOf('choose'), scenario: isString, side: isSide }),
  reveal: objectOf({ type: oneOf('reveal'), n: isCount, focus: isBoolean }),
  saveAsSvg: objectOf({ type: oneOf('saveAsSvg') }),
};

const some =
  <T>(checks: readonly Check<T>[]) =>
  (value: unknown): T | null => {
    const check = checks.find((one) => one(value));
    return check ? (value as T) : null;
  };

/** Null for anything that is no such message. */
export const readToView = some<ToView>(Object.values(TO_VIEW));
export const readFromView = some<FromView>(Object.values(FROM_VIEW));
export const readKeptState = some<KeptState>([
  objectOf<KeptState>({
    uri: isString,
    finding: isString,
    scenario: isString,
    side: isSide,
    screen: objectOf<KeptScreen>({ step: isCount, table: isBoolean, keySteps: isBoolean }),
  }),
]);
