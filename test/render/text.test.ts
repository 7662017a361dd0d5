import { describe, expect, it } from 'vitest';
import type { Report } from '../../server/src/review/report.js';
import { renderText } from '../../server/src/render/text.js';
import { displayWidth } from '../../server/src/render/width.js';
import { expectGolden } from '../golden.js';
import * as reports from './reports.js';

const WIDTHS = [40, 72, 100, 140] as const;

function text(report: Report, width: number, more: { colour?: boolean; explain?: boolean } = {}): string {
  return renderText(report, { width, colour: false, explain: false, patchText: reports.patchText, ...more });
}

const GOLDEN: Readonly<Record<string, Report>> = {
  introduced: reports.introduced,
  left: reports.left,
  fixed: reports.fixed,
  nothing: reports.nothing,
  clean: reports.clean,
  damaged: reports.damaged,
  'not-modelled': reports.notModelled,
};

describe('text for a terminal', () => {
  for (const [name, report] of Object.entries(GOLDEN)) {
    for (const width of WIDTHS) {
      it(`${name} at ${width} columns is as read and accepted`, () => {
        expectGolden(`text-${name}-${width}.txt`, text(report, width));
      });
    }
  }

  it('explains releases, events, scenarios and what was skipped', () => {
    expectGolden('text-explain-100.txt', text(reports.everything, 100, { explain: true }));
  });

  it.each([...WIDTHS, 50, 60, 80, 90, 120, 200])('keeps within %i columns', (width) => {
    for (const each of text(reports.everything, width, { explain: true }).split('\n')) {
      // A patch line is shown as it is, whatever its width.
      if (!each.includes(' | ')) expect(displayWidth(each), each).toBeLessThanOrEqual(width);
    }
  });

  it.each(WIDTHS)('cuts nothing away at %i columns', (width) => {
    const letters = (of: string) => of.replace(/\s/g, '');
    const drawn = letters(text(reports.introduced, width));
    for (const finding of reports.introduced.findings) {
      expect(drawn).toContain(letters(finding.message));
    }
  });

  it('prints introduced first and fixed last, whatever the order of the report', () => {
    const headlines = text(reports.everything, 100).match(/^(INTRODUCED|LEFT|FIXED)/gm);
    expect(headlines).toEqual(['INTRODUCED', 'LEFT', 'FIXED']);
  });

  it('colours the change word only when asked to', () => {
    expect(text(reports.introduced, 100, { colour: true })).toContain('\u001b[1;31mINTRODUCED:\u001b[0m');
    expect(text(reports.introduced, 100)).not.toContain('\u001b');
  });

  it('lets no escape sequence of a patch through', () => {
    const hostile = (file: string, line: number) =>
      line === 63 ? '-\u001b[2J\u202einode_dio_begin' : reports.patchText(file, line);
    const out = renderText(reports.introduced, {
      width: 100,
      colour: false,
      explain: false,
      patchText: hostile,
    });
    expect(out).not.toMatch(/\u001b|\u202e/);
    expect(out).toContain('inode_dio_begin');
  });

  it('says one quiet line of a patch that touches nothing modelled', () => {
    expect(text(reports.nothing, 200).trimEnd().split('\n')).toHaveLength(1);
  });
});
