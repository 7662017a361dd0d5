import { describe, expect, it } from 'vitest';
import { codeLensesOf } from '../../server/src/lsp/code-lenses.js';
import { clean, everything, fixed, introduced } from '../render/reports.js';
import { URI, viewOf } from './views.js';

const titles = (view: ReturnType<typeof viewOf>) =>
  codeLensesOf(view).map(({ range, command }) => [range.start.line, command!.title]);

describe('code lenses', () => {
  it('are one a finding, in words, with what can be clicked', () => {
    expect(titles(viewOf(everything))).toEqual([
      [56, 'P2 stale page cache, xfs block<page sync: fixed · show 4 steps'],
      [56, 'explain'],
      [55, 'P1 stale data exposure, ext4 delalloc dioread_lock extents: left · show 8 steps'],
      [55, 'explain'],
      [62, 'P1 stale data exposure, ext4 nodelalloc dioread_lock extents: introduced · show 7 steps'],
      [62, 'explain'],
    ]);
  });

  it('name the actors where two findings would have the same title', () => {
    const [finding] = introduced.findings;
    const [row] = introduced.verdicts;
    const twice = (own: readonly string[], others: readonly string[]) => ({
      ...introduced,
      findings: [finding!, { ...finding!, id: 'other', scenarios: ['other'] }],
      verdicts: [
        { ...row!, scenario: { ...row!.scenario, actors: own } },
        { ...row!, scenario: { ...row!.scenario, id: 'other', actors: others } },
      ],
    });
    const named = (own: readonly string[], others: readonly string[]) =>
      titles(viewOf(twice(own, others))).flatMap(
        ([, title]) => /extents, (.*): /.exec(String(title))?.[1] ?? [],
      );
    expect(named(['DIO write', 'buffered read'], ['AIO DIO write', 'completion', 'buffered read'])).toEqual([
      'DIO write',
      'AIO DIO write, completion',
    ]);
    expect(named(['DIO write'], ['DIO write', 'flusher'])).toEqual(['DIO write', 'flusher']);
  });

  it('carry the commands with the document and the finding', () => {
    const [show, explain] = codeLensesOf(viewOf(introduced));
    expect(show?.command).toMatchObject({
      command: 'dioOrdering.showTimeline',
      arguments: [URI, 'a41f07c2'],
    });
    expect(explain?.command).toMatchObject({ command: 'dioOrdering.explain', arguments: [URI] });
    expect(show?.command?.tooltip).toContain('dioOrdering.codeLens.enabled');
  });

  it('offer no timeline of what has no scenario', () => {
    const [finding] = introduced.findings;
    const read = { ...introduced, findings: [{ ...finding!, scenarios: [] }] };
    const [only, ...more] = codeLensesOf(viewOf(read));
    expect(more).toEqual([]);
    expect(only!.command).toMatchObject({
      title: expect.not.stringContaining('show') as string,
      command: 'dioOrdering.explain',
    });
  });

  it('are one for a patch whose races are all closed', () => {
    const twice = {
      ...fixed,
      findings: [fixed.findings[0]!, { ...fixed.findings[0]!, id: 'other', line: 64, endLine: 64 }],
    };
    expect(titles(viewOf(twice))).toEqual([
      [56, expect.stringMatching(/^closed: P2 stale page cache, .* and 1 more · show 4 steps$/)],
      [56, 'explain'],
    ]);
  });

  it('are none without a finding', () => {
    expect(titles(viewOf(clean))).toEqual([]);
    expect(titles(viewOf(null))).toEqual([]);
  });
});
