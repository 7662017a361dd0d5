/** What the timeline view and the extension accept of each other. */

import { describe, expect, it } from 'vitest';
import {
  isTimelineView,
  readFromView,
  readKeptState,
  readToView,
} from '../../../client/src/timeline/messages.js';
import { viewOf } from '../../media/view.js';
import { reordered, withoutRace } from '../../render/scenario-timelines.js';

const view = viewOf(reordered);

describe('a timeline', () => {
  it('is accepted with steps and without', () => {
    expect(isTimelineView(view)).toBe(true);
    expect(isTimelineView(viewOf(withoutRace))).toBe(true);
  });

  it('is accepted as it comes over the wire', () => {
    expect(isTimelineView(JSON.parse(JSON.stringify(view)))).toBe(true);
  });

  it.each([
    ['null', null],
    ['a list', []],
    ['no steps', { ...view, steps: undefined }],
    ['a side that there is not', { ...view, side: 'between' }],
    ['a step without a place', { ...view, steps: [{ ...view.steps[0], at: null }] }],
    ['a step with a line that is no number', { ...view, steps: [{ ...view.steps[0], n: '1' }] }],
    ['a lock held in a mode that there is not', { ...view, locks: [{ ...view.locks[0], mode: 'mine' }] }],
    ['a property that there is not', { ...view, finding: { ...view.finding, property: 'P0' } }],
  ])('is refused: %s', (_, value) => {
    expect(isTimelineView(value)).toBe(false);
  });
});

describe('messages', () => {
  it('to the view are read by their type, with all that the type needs', () => {
    expect(readToView({ type: 'show', view })).toEqual({ type: 'show', view });
    expect(readToView({ type: 'cursor', steps: [3] })).toEqual({ type: 'cursor', steps: [3] });
    expect(readToView({ type: 'waiting' })).toEqual({ type: 'waiting' });
    expect(readToView({ type: 'failed', message: 'why' })).toEqual({ type: 'failed', message: 'why' });
    for (const wrong of [
      { type: 'show' },
      { type: 'cursor', steps: [-1] },
      { type: 'failed' },
      'waiting',
      undefined,
    ])
      expect(readToView(wrong)).toBeNull();
  });

  it('from the view name a step, and never a file', () => {
    expect(readFromView({ type: 'reveal', n: 2, focus: true })).toEqual({
      type: 'reveal',
      n: 2,
      focus: true,
    });
    expect(readFromView({ type: 'choose', scenario: 's', side: 'before' })).not.toBeNull();
    for (const wrong of [
      { type: 'reveal', uri: 'file:///etc/passwd', focus: true },
      { type: 'reveal', n: 1.5, focus: true },
      { type: 'choose', scenario: 's', side: 'between' },
      { type: 'show', view },
      null,
    ])
      expect(readFromView(wrong)).toBeNull();
  });

  it('kept over a reload come back whole or not at all', () => {
    const screen = { step: 3, table: false, keySteps: true };
    const kept = { uri: 'file:///p', finding: 'p1-0', scenario: 's', side: 'after', screen };
    expect(readKeptState(kept)).toEqual(kept);
    expect(readKeptState({ ...kept, screen: { ...screen, step: 'x' } })).toBeNull();
    expect(readKeptState(undefined)).toBeNull();
  });
});
