import { describe, expect, it } from 'vitest';
import { lineAfter, lineBefore } from '../../client/src/race-lines.js';

describe('the next and the previous race', () => {
  const lines = [40, 12, 87];

  it('are the nearest in the text, in whatever order they were reported', () => {
    expect(lineAfter(lines, 12)).toBe(40);
    expect(lineBefore(lines, 40)).toBe(12);
  });

  it('go round the ends', () => {
    expect(lineAfter(lines, 87)).toBe(12);
    expect(lineBefore(lines, 12)).toBe(87);
  });

  it('are none where there is no race', () => {
    expect(lineAfter([], 3)).toBeNull();
    expect(lineBefore([], 3)).toBeNull();
  });
});
