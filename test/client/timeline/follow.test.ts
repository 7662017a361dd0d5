import { describe, expect, it } from 'vitest';
import { stepsOn } from '../../../client/src/timeline/follow.js';
import { PATCH, viewOf } from '../../media/view.js';
import { reordered } from '../../render/scenario-timelines.js';

const view = viewOf(reordered);

describe('a line of an editor', () => {
  it('has the steps that stand on it', () => {
    expect(stepsOn(view, PATCH, 29)).toEqual([4]);
    expect(stepsOn(view, PATCH, 91)).toEqual([2, 6]);
    expect(stepsOn(view, 'dio-ordering:/5.5/fs/ext4/inode.c', 103)).toEqual([3]);
  });

  it('has none where nothing stands, and in other documents', () => {
    expect(stepsOn(view, PATCH, 30)).toEqual([]);
    expect(stepsOn(view, 'file:///other.patch', 29)).toEqual([]);
  });
});
