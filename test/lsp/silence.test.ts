/** Nothing is shown of what has no say in direct I/O: the server over its streams, asked on every word. */

import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CodeAction, CodeLens, Diagnostic, Hover, MarkupContent } from 'vscode-languageserver';
import type { Status } from '../../server/src/lsp/protocol.js';
import { CONTROL_FLOW } from '../fixtures/harmless/control-flow.js';
import { EQUIVALENTS } from '../fixtures/harmless/equivalents.js';
import { HELPERS } from '../fixtures/harmless/helpers-split.js';
import { MESSAGES } from '../fixtures/harmless/messages.js';
import { REDUNDANT } from '../fixtures/harmless/redundant.js';
import { RENAMES } from '../fixtures/harmless/renames.js';
import { SPELLING } from '../fixtures/harmless/spelling.js';
import { UNRELATED } from '../fixtures/harmless/unrelated.js';
import { diffOfWritten, mailOf } from '../review/written.js';
import { LspClient, type Message } from './client.js';
import { bundleServer, type ServerBundle } from './server-bundle.js';

let bundle: ServerBundle;
let client: LspClient;
beforeAll(async () => {
  bundle = bundleServer();
  client = new LspClient(process.execPath, [bundle.cli, 'lsp', '--stdio']);
  await client.initialize({ textDocument: { hover: { contentFormat: ['markdown'] } } });
});
afterAll(async () => {
  await client.shutDown();
  bundle.remove();
});

interface Shown {
  readonly summary: string;
  readonly findings: Status['findings'];
  readonly diagnostics: readonly Diagnostic[];
  readonly hints: readonly object[];
  readonly lenses: readonly CodeLens[];
  readonly actions: readonly string[];
  readonly messages: readonly Message[];
}

const NOTHING = { findings: [], diagnostics: [], hints: [], lenses: [], actions: [], messages: [] };
/** A client without commands asks for actions where others have their palette: what was checked is explained on request. */
const SILENT = { ...NOTHING, actions: ['Explain what was checked'] };

let opened = 0;

/** Opens a text, and closes it when `look` has looked at it. */
async function opening<T>(text: string, kernel: string, look: (uri: string, from: number) => Promise<T>) {
  client.notify('workspace/didChangeConfiguration', { settings: { dioOrdering: { kernel } } });
  const uri = `file:///mail/${++opened}.patch`;
  const from = client.heard.length;
  client.open(uri, text);
  try {
    return await look(uri, from);
  } finally {
    client.notify('textDocument/didClose', { textDocument: { uri } });
  }
}

/** All that an editor shows of a text by itself. */
const shownOf = (text: string, kernel = 'auto'): Promise<Shown> =>
  opening(text, kernel, async (uri, from) => {
    const about = <T>(wanted: string, is: (params: T) => boolean) =>
      client.hears(({ method, params }) => {
        const one = params as (T & { readonly uri: string }) | undefined;
        return method === wanted && one?.uri === uri && is(one) ? one : undefined;
      }, from);
    const { summary, findings } = await about<Status>('dioOrdering/status', ({ state }) => state === 'done');
    type Published = { readonly diagnostics: readonly Diagnostic[] };
    const { diagnostics } = await about<Published>('textDocument/publishDiagnostics', () => true);
    const textDocument = { uri };
    const range = { start: { line: 0, character: 0 }, end: { line: text.split('\n').length, character: 0 } };
    const hints = await client.request<object[]>('textDocument/inlayHint', { textDocument, range });
    const lenses = await client.request<CodeLens[]>('textDocument/codeLens', { textDocument });
    const actions = await client.request<CodeAction[] | null>('textDocument/codeAction', {
      textDocument,
      range,
      context: { diagnostics: [] },
    });
    const messages = client.heard.slice(from).filter(({ method }) => method?.startsWith('window/'));
    return { summary, findings, diagnostics, hints, lenses, actions: titlesOf(actions), messages };
  });

const titlesOf = (actions: readonly CodeAction[] | null) => actions?.map(({ title }) => title) ?? [];

/** What hovers say, by line and word, of every word in a text. */
const hoversOf = (text: string, kernel = 'auto') =>
  opening(text, kernel, async (uri) => {
    const words = text
      .split('\n')
      .flatMap((line, at) => [...line.matchAll(/\w+/g)].map(({ index, 0: word }) => ({ at, index, word })));
    const all = await Promise.all(
      words.map(async ({ at, index, word }) => {
        const position = { line: at, character: index };
        const params = { textDocument: { uri }, position };
        const hover = await client.request<Hover | null>('textDocument/hover', params);
        return hover === null ? [] : [{ at, word, said: (hover.contents as MarkupContent).value }];
      }),
    );
    return all.flat();
  });

const firstHunk = (text: string): number => text.split('\n').findIndex((line) => line.startsWith('@@'));

/** On primitives in the hunks, of which the first line may name a function: their two lines, and no more. */
async function expectQuietHovers(text: string, kernel = 'auto'): Promise<void> {
  for (const { at, word, said } of await hoversOf(text, kernel)) {
    expect(at, said).toBeGreaterThanOrEqual(firstHunk(text));
    expect(said.split('\n\n')).toEqual([expect.stringMatching(`^\`${word}\`: [^\n]+$`), expect.any(String)]);
  }
}

describe('of a mail about something else nothing is shown', () => {
  it.each(UNRELATED)('%s', async (_, mail) => {
    expect(await shownOf(mail)).toEqual({ ...SILENT, summary: 'nothing here is modelled' });
    await expectQuietHovers(mail);
  });
});

/** One of each kind is enough here: of every one of them the report is empty (`test/review/harmless.test.ts`). */
const HARMLESS = [MESSAGES, CONTROL_FLOW, EQUIVALENTS, HELPERS, REDUNDANT, RENAMES, SPELLING].map(
  ([first]) => ({ what: first![0], era: first![1], written: first! }),
);

describe('of a patch that changes no ordering nothing is shown', () => {
  it.each(HARMLESS)('$era: $what', async ({ what, era, written }) => {
    const mail = mailOf(`[PATCH] ${what}`, diffOfWritten(written));
    const { summary, ...shown } = await shownOf(mail, era);
    expect(summary).toMatch(/^(nothing here is modelled|no race found)$/);
    expect(shown).toEqual(SILENT);
    await expectQuietHovers(mail, era);
  });
});

describe('what is no patch', () => {
  const letter = 'From: a@example.org\nSubject: locking\n\ninode_dio_begin() comes before the flush.\n';

  it.each([
    ['a mail about direct I/O', letter],
    ['an empty text', ''],
  ])('shows nothing: %s', async (_, text) => {
    expect(await shownOf(text)).toEqual({ ...NOTHING, summary: 'no patch found' });
    expect(await hoversOf(text)).toEqual([]);
  });
});

describe('a patch whose races are all closed', () => {
  it('has one lens that says so, and no diagnostic', async () => {
    const path = new URL('../../examples/invalidate-in-completion.patch', import.meta.url);
    const { summary, diagnostics, lenses } = await shownOf(readFileSync(path, 'utf8'));
    expect(summary).toMatch(/^\d+ races? fixed$/);
    expect(diagnostics).toEqual([]);
    expect(lenses.map(({ command }) => command?.title)).toEqual([
      expect.stringMatching(/^closed: /),
      'explain',
    ]);
  });
});
