import type { MarkupContent } from 'vscode-languageserver';
import { describe, expect, it } from 'vitest';
import { hoverOf, type HoverOptions } from '../../server/src/lsp/hover.js';
import { structureOf } from '../../server/src/lsp/structure.js';
import type { Report } from '../../server/src/review/report.js';
import { fixed, introduced, left } from '../render/reports.js';
import { DIFF } from '../cli/command-line.js';
import { documentOf, viewOf } from './views.js';

const VSCODE: HoverOptions = { commands: true, markdown: true };
const OTHER: HoverOptions = { commands: false, markdown: true };

async function hover(
  report: Report | null,
  line: number,
  options = VSCODE,
  character = 4,
): Promise<string | null> {
  const view = viewOf(report);
  const found = hoverOf(view, { parts: [], lines: new Map() }, { line, character }, null, options);
  return found ? (found.contents as MarkupContent).value : null;
}

/** Over a word of a real diff. */
async function overWord(text: string, word: string) {
  const document = documentOf(text);
  const line = text.split('\n').findIndex((one) => one.includes(word));
  const position = { line, character: document.line(line).indexOf(word) + 1 };
  return hoverOf(viewOf(null, document), await structureOf(document), position, null, VSCODE);
}

describe('hover on a primitive', () => {
  it('says in two lines what it does and orders, for its name alone', async () => {
    const found = await overWord(DIFF, 'smp_mb__after_atomic');
    expect((found?.contents as MarkupContent).value.split('\n\n')).toEqual([
      expect.stringMatching(/^`smp_mb__after_atomic`: Full barrier/),
      expect.stringMatching(/\w/),
    ]);
    expect(found?.range).toEqual({ start: { line: 7, character: 2 }, end: { line: 7, character: 22 } });
  });

  it('tells calls apart by their arguments', async () => {
    const looks = (what: string) =>
      overWord(DIFF.replace('ret = 0;', `ret = atomic_read(&inode->${what});`), 'atomic_read');
    expect(await looks('i_dio_count')).not.toBeNull();
    expect(await looks('i_writecount')).toBeNull();
  });

  it('is nothing outside of the patch, or on other names', async () => {
    expect(await overWord(`inode_dio_begin is discussed here\n\n${DIFF}`, 'inode_dio_begin is')).toBeNull();
    expect(await overWord(DIFF, 'blk_start_plug')).toBeNull();
  });
});

describe('hover on a finding', () => {
  it('has the verdict first, then the timeline with a column per actor, then where it exists', async () => {
    expect((await hover(introduced, 62))!.split('\n\n')).toEqual([
      '**introduced: P1 stale data exposure, ext4 nodelalloc dioread_lock extents**',
      'a direct read can return stale disk blocks that a write fault allocates meanwhile (ext4, nodelalloc)',
      [
        '|  | CPU0: DIO read | CPU1: write fault | state |',
        '| --- | --- | --- | --- |',
        '| 1 | `reads nrpages: 0` |  |  |',
        '| 2 | `inode_dio_begin()` |  | i_dio_count 0→1 |',
        '| 3 |  | `atomic_read(&i_dio_count): 0` |  |',
        '| 4 |  | `lock_page()` | page locked |',
        '| 5 |  | `ext4_get_block()` | block 0 hole→mapped, disk 0 STALE |',
        '| 6 | `iomap_apply(): block 0 is mapped` |  |  |',
        '| 7 | `submit_bio(): reads block 0: STALE` |  | buffer STALE |',
      ].join('\n'),
      expect.stringMatching(/^=\\> stale data exposure \(P1\): /),
      expect.stringMatching(/^exists in: ext4 5\.5-5\.8, nodelalloc.*\n.*memory: sc, tso, lkmm/s),
      expect.stringMatching(
        /^\[Show all 7 steps\]\(command:dioOrdering\.showTimeline\?.*\) · \[Copy as mail reply\].* · \[Export\].* · \[Explain\]/,
      ),
      'Switch hovers off with the setting `dioOrdering.hover.enabled`.',
    ]);
  });

  it('shows at most eight steps, the last and those that the race turns on among them', async () => {
    const [finding] = introduced.findings;
    const last = finding!.timeline.steps.at(-1)!;
    const locks = Array.from({ length: 20 }, () => finding!.timeline.steps[3]!);
    const steps = [...locks, ...finding!.timeline.steps.slice(0, -1), last].map((step, at) => ({
      ...step,
      n: at + 1,
    }));
    const report = { ...introduced, findings: [{ ...finding!, timeline: { ...finding!.timeline, steps } }] };
    const rows = (await hover(report, 62))!.split('\n').filter((line) => /^\| \d/.test(line));
    expect(rows).toHaveLength(8);
    expect(rows.map((row) => Number(/\d+/.exec(row)![0]))).toEqual([1, 2, 3, 4, 22, 25, 26, 27]);
  });

  it('is drawn in text for a client without the commands, and has no link', async () => {
    const text = (await hover(introduced, 62, OTHER))!;
    expect(text).toContain('```\n   CPU0: DIO read');
    expect(text).not.toContain('command:');
    expect(text).not.toContain('| --- |');
  });

  it('is plain for a client that shows no Markdown', async () => {
    const text = (await hover(introduced, 62, { commands: false, markdown: false }))!;
    expect(text).toMatch(/^INTRODUCED: a direct read/);
    expect(text).not.toMatch(/\*\*|```/);
  });

  it('says for a closed race that its timeline is that of before', async () => {
    expect(await hover(fixed, 56)).toContain('\n\nBefore the patch:\n\n');
  });

  it('is there on all its lines and nowhere else', async () => {
    expect(await hover(left, 55)).toContain('**left: ');
    expect(await hover(left, 56)).toContain('**left: ');
    expect(await hover(left, 57)).toBeNull();
    expect(await hover(null, 55)).toBeNull();
  });

  it('escapes what the patch may hold', async () => {
    const [finding] = introduced.findings;
    const report = { ...introduced, findings: [{ ...finding!, message: '<img src=x> [x](command:y) `' }] };
    expect(await hover(report, 62)).toContain('\\<img src=x\\> \\[x\\](command:y) \\`');
  });
});
