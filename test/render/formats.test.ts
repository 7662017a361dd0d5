import { describe, expect, it } from 'vitest';
import { renderMail } from '../../server/src/render/mail.js';
import { renderFindingMarkdown, renderMarkdown } from '../../server/src/render/markdown.js';
import type { Finding } from '../../server/src/review/report.js';
import { expectGolden } from '../golden.js';
import { everything, introduced, nothing, patchText } from './reports.js';

const [closed, left, started] = everything.findings as readonly [Finding, Finding, Finding];

describe('mail', () => {
  it.each([
    ['introduced', started],
    ['left', left],
    ['fixed', closed],
  ] as const)('%s is as read and accepted', (name, finding) => {
    expectGolden(`mail-${name}.txt`, renderMail(everything, finding, patchText));
  });

  it('quotes the hunk with its tabs and keeps everything else within 72 columns of ASCII', () => {
    const lines = everything.findings.flatMap((finding) =>
      renderMail(everything, finding, patchText).split('\n'),
    );
    expect(lines).toContain('> +\tinode_dio_begin(inode);');
    for (const each of lines.filter((text) => !text.startsWith('>'))) {
      expect(each.length, each).toBeLessThanOrEqual(72);
      expect(each).toMatch(/^[\x20-\x7e]*$/);
    }
  });
});

describe('Markdown', () => {
  it('of a whole report is as read and accepted', () => {
    expectGolden('markdown-everything.md', renderMarkdown(everything, { patchText, explain: true }));
  });

  it('of a patch that touches nothing is one line', () => {
    expect(renderMarkdown(nothing, { patchText, explain: false }).trimEnd().split('\n')).toHaveLength(1);
  });

  it('lets patch text neither end a table cell nor open a tag or a code span', () => {
    const [finding] = introduced.findings as readonly [Finding];
    const [first] = finding.timeline.steps;
    if (first === undefined) throw new Error('the fixture has steps');
    const hostile: Finding = {
      ...finding,
      message: 'a <img src=x> | `b`',
      timeline: { ...finding.timeline, steps: [{ ...first, text: 'f(a | b) <b>', function: 'g`|' }] },
    };
    const out = renderFindingMarkdown(introduced, hostile, { patchText });
    expect(out).toContain('a \\<img src=x\\> \\| \\`b\\`');
    expect(out).toContain('`f(a \\| b) <b>`');
    const cells = out
      .split('\n')
      .filter((row) => row.startsWith('| '))
      .map((row) => row.split(/(?<!\\)\|/).length);
    expect(new Set(cells).size).toBe(1);
  });
});
