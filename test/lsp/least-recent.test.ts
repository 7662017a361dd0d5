import { expect, it } from 'vitest';
import { LeastRecent } from '../../server/src/lsp/least-recent.js';

it('forgets what was not used for longest', () => {
  const map = new LeastRecent<string, number>(2);
  map.set('a', 1);
  map.set('b', 2);
  expect(map.get('a')).toBe(1);
  map.set('c', 3);
  expect(['a', 'b', 'c'].map((key) => map.get(key))).toEqual([1, undefined, 3]);
  map.delete('a');
  expect(map.get('a')).toBeUndefined();
});
