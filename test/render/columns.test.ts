import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawTimeline } from '../../server/src/render/columns.js';
import { gridOf } from '../../server/src/render/grid.js';
import { paint } from '../../server/src/render/line.js';
import { displayWidth } from '../../server/src/render/width.js';
import type { Timeline, TimelineStep } from '../../server/src/review/report.js';

const word = fc.stringMatching(/^[a-z_]{1,30}(\(\))?$/);
const ACTORS = ['DIO read', 'write fault', 'flusher', 'buffered read'];

const timeline: fc.Arbitrary<Timeline> = fc
  .tuple(
    fc.integer({ min: 1, max: 4 }),
    fc.array(fc.tuple(fc.nat(3), word, word, fc.array(word, { maxLength: 3 })), {
      minLength: 1,
      maxLength: 20,
    }),
  )
  .map(([actors, rows]) => ({
    actors: ACTORS.slice(0, actors),
    steps: rows.map(([actor, fn, text, effects], at): TimelineStep => ({
      n: at + 1,
      actor: actor % actors,
      function: fn,
      text,
      effects,
      at: { kind: 'patch', file: 'a.patch', line: at + 100 },
    })),
  }));

function draw(of: Timeline, width: number): string[] {
  return paint(drawTimeline(of, { width, places: true }), false)
    .trimEnd()
    .split('\n');
}

describe('a timeline in columns', () => {
  it('keeps within the width, whatever it holds', () => {
    fc.assert(
      fc.property(timeline, fc.integer({ min: 40, max: 160 }), (of, width) => {
        for (const line of draw(of, width)) expect(displayWidth(line), line).toBeLessThanOrEqual(width);
      }),
    );
  });

  it('numbers every step once, in execution order', () => {
    fc.assert(
      fc.property(timeline, fc.integer({ min: 40, max: 160 }), (of, width) => {
        const numbers = draw(of, width).flatMap((line) => /^ *(\d+) /.exec(line)?.[1] ?? []);
        expect(numbers.map(Number)).toEqual(of.steps.map((step) => step.n));
      }),
    );
  });

  it('leaves out no letter of a step, a function or a state change', () => {
    const count = (text: string) => text.replace(/[^a-z_()]/g, '').length;
    fc.assert(
      fc.property(timeline, (of) => {
        const cells = gridOf(of).rows.map((row) =>
          row.kind === 'enter' ? `${row.function}()` : row.step.text + row.step.effects.join(''),
        );
        const headings = count(gridOf(of).headings.join(''));
        expect(count(draw(of, 90).join(''))).toBeGreaterThanOrEqual(count(cells.join('')) + headings);
      }),
    );
  });

  it('names a function again when the actor comes back to it', () => {
    const step = (n: number, fn: string): TimelineStep => ({
      n,
      actor: 0,
      function: fn,
      text: 'x',
      effects: [],
      at: { kind: 'patch', file: 'a', line: n },
    });
    const names = gridOf({
      actors: ['a'],
      steps: [step(1, 'f'), step(2, 'f'), step(3, 'g'), step(4, 'f')],
    }).rows.flatMap((row) => (row.kind === 'enter' ? [row.function] : []));
    expect(names).toEqual(['f', 'g', 'f']);
  });
});
