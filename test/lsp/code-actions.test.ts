import { describe, expect, it } from 'vitest';
import { codeActionsOf } from '../../server/src/lsp/code-actions.js';
import { diagnosticsOf } from '../../server/src/lsp/diagnostics.js';
import { DEFAULTS } from '../../server/src/lsp/settings.js';
import { clean, fixed, introduced, notModelled } from '../render/reports.js';
import { places, URI, viewOf } from './views.js';

const at = (line: number) => ({ start: { line, character: 3 }, end: { line, character: 3 } });
const titles = (view: ReturnType<typeof viewOf>, line: number, only?: string[], commands = true) =>
  codeActionsOf(view, at(line), { diagnostics: [], ...(only ? { only } : {}) }, commands).map(({ title }) =>
    title.replace(/:.*/, ''),
  );
const ALL = [
  'Show the timeline (7 steps)',
  'Copy as mail reply',
  'Export',
  'Export as Promela model',
  'Silence stale-data-exposure for this patch',
  'Explain what was checked',
];

describe('code actions', () => {
  it('on the lines of a finding show, copy and export its timeline, and explain', () => {
    expect(titles(viewOf(introduced), 62)).toEqual(ALL);
  });

  it('are there on the lines that keep a race closed', () => {
    expect(titles(viewOf(fixed), 56)).toHaveLength(6);
  });

  it('offer a litmus test of a race that needs reordering', () => {
    const own = introduced.findings.map((finding) => ({ ...finding, memory: ['lkmm'] as const }));
    const view = viewOf({ ...introduced, findings: own });
    expect(titles(view, 62)).toEqual(ALL.toSpliced(3, 0, 'Export as litmus test'));
    const { command } = codeActionsOf(view, at(62), { diagnostics: [] }, true)[3]!;
    expect(command).toMatchObject({ command: 'dioOrdering.export', arguments: [URI, 'a41f07c2', 'litmus'] });
  });

  it('explain what else is marked: code that is not modelled', () => {
    const view = viewOf(notModelled);
    const [marked] = diagnosticsOf(view, DEFAULTS.diagnostics, places);
    for (const commands of [true, false]) {
      const context = { diagnostics: [marked!] };
      const [explain, ...others] = codeActionsOf(view, at(marked!.range.start.line), context, commands);
      expect(others).toEqual([]);
      expect(explain).toMatchObject({
        title: 'Explain what was checked',
        kind: 'quickfix',
        diagnostics: [marked],
        command: { command: 'dioOrdering.explain', arguments: [URI] },
      });
    }
  });

  it('explain on any line, and where nothing was found, for a client without commands of its own', () => {
    for (const view of [viewOf(clean), viewOf(introduced)]) {
      const [explain, ...others] = codeActionsOf(view, at(10), { diagnostics: [] }, false);
      expect(others).toEqual([]);
      expect(explain).toMatchObject({ title: 'Explain what was checked', kind: 'source.explain' });
    }
    expect(titles(viewOf(clean), 10, ['source'], false)).toEqual(['Explain what was checked']);
    expect(titles(viewOf(clean), 10, ['quickfix'], false)).toEqual([]);
    expect(titles(viewOf(null), 10, undefined, false)).toEqual([]);
  });

  it('are none elsewhere', () => {
    expect(titles(viewOf(introduced), 10)).toEqual([]);
    expect(titles(viewOf(clean), 10)).toEqual([]);
    expect(titles(viewOf(null), 62)).toEqual([]);
  });

  it('are quick fixes, and none where other kinds are asked for', () => {
    expect(titles(viewOf(introduced), 62, ['quickfix'])).toEqual(ALL);
    expect(titles(viewOf(introduced), 62, [''])).toEqual(ALL);
    expect(titles(viewOf(introduced), 62, ['refactor', 'source.organizeImports'])).toEqual([]);
  });

  it('compare the function of the line, where the client has a diff editor', () => {
    const view = viewOf(introduced);
    const place = { kind: 'patch', file: 'a.patch', line: 63 } as const;
    const own = { name: 'iomap_dio_rw', patch: 1, release: '5.5', before: null };
    const other = { ...own, name: 'iomap_dio_bio_end_io', after: [] };
    const functions = [{ ...own, after: [{ text: '}', at: place }] }, other];
    const changed = { ...view, checked: { ...view.checked!, functions } };
    expect(titles(changed, 62)).toContain('Compare iomap_dio_rw() before and after');
    expect(titles(changed, 62)).toHaveLength(ALL.length + 1);
    expect(titles(changed, 62, undefined, false)).toEqual(ALL);
  });

  it('belong to the diagnostic of the finding', () => {
    const view = viewOf(introduced);
    const diagnostics = diagnosticsOf(view, DEFAULTS.diagnostics, places);
    const foreign = { ...diagnostics[0]!, source: 'checkpatch' };
    const [show] = codeActionsOf(view, at(62), { diagnostics: [foreign, ...diagnostics] }, true);
    expect(show?.diagnostics).toEqual(diagnostics);
    expect(show?.command).toMatchObject({
      command: 'dioOrdering.showTimeline',
      arguments: [URI, 'a41f07c2'],
    });
  });
});
