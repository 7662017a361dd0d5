/** The drawing of a timeline: looked at in a browser when it changes, and compared from then on. */

import { describe, expect, it } from 'vitest';
import { renderSvg } from '../../server/src/render/svg.js';
import { expectGolden } from '../golden.js';
import { hostile, otherWay, reordered, withoutRace } from './scenario-timelines.js';

/** Element and attribute of everything that could load or run something. */
const ACTIVE = /<(script|image|foreignObject|use|a|iframe|link)\b|\bon\w+="|href|url\(|@import/i;

const texts = (svg: string): string[] =>
  [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map((found) => found[1]!);

const attribute = (element: string, name: string): number =>
  Number(new RegExp(` ${name}="([\\d.]+)"`).exec(element)![1]);

describe('a timeline as SVG', () => {
  it('is drawn as it was when somebody last looked at it', () => {
    expectGolden('timeline-reordered.svg', renderSvg(reordered));
    expectGolden('timeline-without-race.svg', renderSvg(withoutRace));
    expectGolden('timeline-other-way.svg', renderSvg(otherWay));
  });

  it('is the same whenever it is drawn', () => {
    expect(renderSvg(structuredClone(reordered))).toBe(renderSvg(reordered));
  });

  it('says what every step does, in which function, and what it changes', () => {
    const drawn = texts(renderSvg(reordered));
    const words = reordered.steps.flatMap(({ function: name, effects }) => [`${name}()`, ...effects]);
    for (const word of words) expect(drawn).toContain(word.replace(/&/g, '&amp;'));
    expect(drawn.filter((text) => /^\d$/.test(text)).length).toBeGreaterThanOrEqual(reordered.steps.length);
    expect(drawn).toContain('✖ stale data exposure (P1): a DIO read has returned stale disk blocks');
  });

  it('draws shared locks hollow and exclusive ones filled, and the open one to the end', () => {
    const svg = renderSvg(reordered);
    const [shared] = /<rect class="shared"[^>]*>/.exec(svg)!;
    const [exclusive] = /<rect class="exclusive"[^>]*>/.exec(svg)!;
    expect(attribute(shared, 'height')).toBeGreaterThan(attribute(exclusive, 'height'));
    expect(svg).toContain('<title>i_rwsem, shared, held by CPU0: DIO read</title>');
  });

  it('has an arrow from where a reordered step stands to where it takes effect', () => {
    expect(renderSvg(reordered)).toContain('<title>step 2 takes effect at step 6</title>');
    expect(renderSvg(withoutRace)).not.toContain('class="moved"');
  });

  it('tells actors apart by shape as well as by colour', () => {
    const svg = renderSvg(reordered);
    expect(svg.match(/<circle class="mark"/g)).toHaveLength(5);
    expect(svg.match(/<polygon class="mark"/g)).toHaveLength(4);
  });

  it('keeps inside of its own edges', () => {
    const svg = renderSvg(reordered);
    const width = attribute(svg, 'width');
    const ends = [...svg.matchAll(/<text[^>]* x="([\d.]+)"[^>]*>([^<]*)</g)].map(
      ([, x, text]) => Number(x) + text!.replace(/&\w+;/g, '.').length * 7.3,
    );
    expect(Math.max(...ends)).toBeLessThanOrEqual(width);
  });

  it('takes text from a patch as text, and loads nothing', () => {
    const svg = renderSvg(hostile);
    expect(ACTIVE.test(svg.replace(/>[^<]*</g, '><'))).toBe(false);
    expect(svg).toContain('&lt;script&gt;');
    expect(svg).not.toContain('\u202e');
    expect(svg.match(/https?:[^"]*/g)).toEqual(['http://www.w3.org/2000/svg']);
  });
});
