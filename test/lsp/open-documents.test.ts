import { describe, expect, it } from 'vitest';
import { Document } from '../../server/src/lsp/document.js';
import { OpenDocuments, type Analysis } from '../../server/src/lsp/open-documents.js';
import type { CheckInput, Outcome } from '../../server/src/lsp/worker-protocol.js';
import { introduced } from '../render/reports.js';

const URI = 'file:///a.patch';
const FOUND: Outcome = {
  kind: 'checked',
  report: introduced,
  definitions: {},
  patchLines: new Map(),
  functions: [],
};

interface Asked {
  readonly input: CheckInput;
  readonly signal: AbortSignal;
  readonly answer: (outcome: Outcome) => void;
}

/** Documents whose checks are answered by the test. */
function documents(analysis: Partial<Analysis> = {}) {
  const asked: Asked[] = [];
  const states: string[] = [];
  const settings: Analysis = {
    kernel: null,
    tree: null,
    memory: 'lkmm',
    silence: [],
    debounce: 5,
    ...analysis,
  };
  let cancel = (): void => undefined;
  const open = new OpenDocuments(
    {
      check: (input, _, signal) =>
        new Promise((answer) => {
          asked.push({ input, signal, answer });
        }),
    },
    () => settings,
    {
      started: (_, __, stop) => {
        cancel = stop;
        return () => undefined;
      },
      changed: ({ state }) => states.push(state),
      moved: () => states.push('moved'),
      settled: ({ outcome }) => states.push(`settled ${outcome!.kind}`),
    },
  );
  return { open, asked, states, settings, cancel: () => cancel() };
}

const ALONE = { earlier: [], later: [] };
const text = (content: string): Document => new Document(URI, 1, content, 'utf-16');
const quiet = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 30));
const whole = (content: string) => [{ text: content }];

describe('a document', () => {
  it('is checked when it is opened', async () => {
    const { open, asked, states } = documents();
    open.open(text('one'));
    await quiet();
    expect(asked.map(({ input }) => input)).toEqual([
      {
        file: 'a.patch',
        text: 'one',
        kernel: null,
        tree: null,
        memory: 'lkmm',
        all: false,
        silence: [],
        series: ALONE,
      },
    ]);
    asked[0]!.answer(FOUND);
    expect((await open.whenSettled(URI))?.checked?.report).toBe(introduced);
    expect(states).toEqual(['waiting', 'checking', 'done', 'settled checked']);
  });

  it('is checked once after several edits', async () => {
    const { open, asked } = documents();
    open.open(text('one'));
    open.change(URI, whole('two'), 2);
    open.change(URI, whole('three'), 3);
    await quiet();
    expect(asked.map(({ input }) => input.text)).toEqual(['three']);
  });

  it('abandons the check under way when it is edited, and takes no answer of it', async () => {
    const { open, asked } = documents();
    open.open(text('one'));
    await quiet();
    open.change(URI, whole('two'), 2);
    expect(asked[0]!.signal.aborted).toBe(true);
    asked[0]!.answer(FOUND);
    await quiet();
    expect(open.get(URI)).toMatchObject({ state: 'checking', checked: null });
  });

  it('keeps what was found on its lines until the new result is there', async () => {
    const { open, asked, states } = documents();
    open.open(text('a\nb\nc'));
    await quiet();
    asked[0]!.answer(FOUND);
    await open.whenSettled(URI);
    const start = { line: 0, character: 0 };
    open.change(URI, [{ range: { start, end: start }, text: 'new\n' }], 2);
    expect(open.get(URI)?.checked?.lines.now(2)).toBe(2);
    expect(open.get(URI)?.settled).toBe(false);
    expect(states.filter((state) => state === 'moved')).toHaveLength(1);
    open.change(URI, [{ range: { start, end: start }, text: 'typed in a line' }], 3);
    expect(states.filter((state) => state === 'moved')).toHaveLength(1);
  });

  it('is not checked again for a text whose result is known', async () => {
    const { open, asked } = documents();
    open.open(text('one'));
    await quiet();
    asked[0]!.answer(FOUND);
    await open.whenSettled(URI);
    open.change(URI, whole('two'), 2);
    open.change(URI, whole('one'), 3);
    expect(open.get(URI)?.state).toBe('done');
    await quiet();
    expect(asked).toHaveLength(1);
  });

  it('is checked again when the user asks, or when the settings change', async () => {
    const { open, asked, settings } = documents();
    open.open(text('one'));
    await quiet();
    asked[0]!.answer(FOUND);
    await open.whenSettled(URI);
    const again = open.recheck({ uri: URI }, new AbortController().signal);
    asked[1]!.answer(FOUND);
    expect((await again)?.state).toBe('done');
    Object.assign(settings, { memory: 'sc' });
    open.recheckAll();
    await quiet();
    expect(asked.map(({ input }) => input.memory)).toEqual(['lkmm', 'lkmm', 'sc']);
  });

  it('that was checked with the others of its series is so from then on', async () => {
    const { open, asked } = documents();
    const series = { earlier: [{ file: '1.patch', text: 'before' }], later: [] };
    open.open(text('one'));
    await quiet();
    void open.recheck({ uri: URI, series }, new AbortController().signal);
    open.change(URI, whole('two'), 2);
    await quiet();
    expect(asked.map(({ input }) => input.series)).toEqual([ALONE, series, series]);
  });

  it('is done when it holds no patch, and failed when the check fails; a failure is not remembered', async () => {
    const { open, asked } = documents();
    open.open(text('one'));
    await quiet();
    asked[0]!.answer({ kind: 'failed', what: 'out of memory' });
    expect((await open.whenSettled(URI))?.state).toBe('failed');
    open.recheckAll();
    await quiet();
    asked[1]!.answer({ kind: 'no-patch', what: 'no diff' });
    expect((await open.whenSettled(URI))?.state).toBe('done');
  });

  it('stops when the user cancels', async () => {
    const { open, asked, cancel } = documents();
    open.open(text('one'));
    await quiet();
    cancel();
    expect(asked[0]!.signal.aborted).toBe(true);
    expect(open.get(URI)).toMatchObject({ state: 'failed', outcome: { what: 'cancelled' } });
  });

  it('that is closed is not waited for, and its check is abandoned', async () => {
    const { open, asked } = documents();
    open.open(text('one'));
    await quiet();
    const waiting = open.whenSettled(URI);
    open.close(URI);
    expect(await waiting).toBeUndefined();
    expect(asked[0]!.signal.aborted).toBe(true);
    open.change(URI, whole('two'), 2);
    expect(open.all()).toEqual([]);
  });

  it('is waited for through further edits, and only as long as the client waits', async () => {
    const { open, asked } = documents();
    open.open(text('one'));
    await quiet();
    const given = new AbortController();
    const impatient = open.whenSettled(URI, given.signal);
    const patient = open.whenSettled(URI);
    open.change(URI, whole('two'), 2);
    given.abort();
    expect((await impatient)?.settled).toBe(false);
    await quiet();
    asked[1]!.answer(FOUND);
    expect((await patient)?.document.version).toBe(2);
  });
});
