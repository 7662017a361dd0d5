import { describe, expect, it } from 'vitest';
import { DEFAULTS, readOptions, readSettings } from '../../server/src/lsp/settings.js';

describe('settings', () => {
  it('that are not given have their defaults', () => {
    for (const from of [undefined, null, {}, { hover: null }, 'nonsense'])
      expect(readSettings(from)).toEqual({ settings: DEFAULTS, problems: [] });
  });

  it('are read value by value', () => {
    const { settings, problems } = readSettings({
      kernel: ' 5.7 ',
      tree: '/usr/src/linux',
      memory: 'tso',
      hover: { enabled: false },
      diagnostics: { levels: { 'stale-page-cache': 'hint' } },
      debounce: 0,
    });
    expect(problems).toEqual([]);
    expect(settings).toEqual({
      ...DEFAULTS,
      kernel: '5.7',
      tree: '/usr/src/linux',
      memory: 'tso',
      hover: { enabled: false },
      diagnostics: { enabled: true, levels: { 'stale-page-cache': 'hint' } },
      debounce: 0,
    });
  });

  it('that are not understood are named and have their defaults', () => {
    const { settings, problems } = readSettings({
      kernel: 5.7,
      memory: 'arm',
      codeLens: { enabled: 'no' },
      diagnostics: { levels: { 'stale-page-cache': 'fatal' } },
      debounce: -1,
    });
    expect(settings).toEqual(DEFAULTS);
    expect(problems).toEqual([
      'dioOrdering.kernel: 5.7 is not auto or a release: ignored',
      'dioOrdering.memory: "arm" is not one of sc, tso, lkmm: ignored',
      'dioOrdering.codeLens.enabled: "no" is not true or false: ignored',
      'dioOrdering.diagnostics.levels: {"stale-page-cache":"fatal"} is not an object of off, hint, information, warning, error by rule: ignored',
      'dioOrdering.debounce: -1 is not 0 to 10000: ignored',
    ]);
  });

  it('name levels of rules that there are; the other levels hold', () => {
    const levels = { deadlock: 'off', 'not-modelled': 'hint', 'stale-pages': 'error', toString: 'off' };
    const { settings, problems } = readSettings({ diagnostics: { levels } });
    expect(settings.diagnostics.levels).toEqual({ deadlock: 'off', 'not-modelled': 'hint' });
    expect(problems).toEqual([
      expect.stringMatching(
        /^dioOrdering\.diagnostics\.levels: stale-pages: no such rule: give one of stale-data-exposure, .*, not-judged: ignored$/,
      ),
      expect.stringMatching(/^dioOrdering\.diagnostics\.levels: toString: no such rule/),
    ]);
  });

  it('that a client does not send again are those it started with', () => {
    const base = { ...DEFAULTS, memory: 'sc' } as const;
    expect(readSettings(undefined, base).settings).toEqual(base);
    expect(readSettings({ debounce: 7 }, base).settings).toEqual({ ...base, debounce: 7 });
  });

  it('take an empty release for auto', () => {
    expect(readSettings({ kernel: '' }).settings.kernel).toBe('auto');
  });
});

describe('initialization options', () => {
  it('of a client that says nothing: trusted, without commands of its own', () => {
    expect(readOptions(undefined)).toMatchObject({
      trusted: true,
      clientCommands: false,
      settings: DEFAULTS,
    });
  });

  it('say whether the workspace is trusted, and who has the commands', () => {
    expect(readOptions({ trusted: false, clientCommands: true })).toMatchObject({
      trusted: false,
      clientCommands: true,
    });
  });
});
