/** The server process over its own streams, with clients that keep to the protocol and clients that do not. */

import { fork, spawn } from 'node:child_process';
import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Diagnostic, Hover, Location } from 'vscode-languageserver';
import type { FunctionPair, Status, TimelineView } from '../../server/src/lsp/protocol.js';
import type { Report } from '../../server/src/review/report.js';
import { DIFF, mail } from '../cli/command-line.js';
import { LspClient, type Message } from './client.js';
import { bundleServer, type ServerBundle } from './server-bundle.js';

let bundle: ServerBundle;
beforeAll(() => {
  bundle = bundleServer();
});
afterAll(() => bundle.remove());

const clients: LspClient[] = [];
afterEach(() => clients.splice(0).forEach((client) => client.process.kill('SIGKILL')));

function start(): LspClient {
  const client = new LspClient(process.execPath, [bundle.cli, 'lsp', '--stdio']);
  clients.push(client);
  return client;
}

const URI = 'file:///mail/a.patch';
const example = (name: string): string =>
  readFileSync(fileURLToPath(new URL(`../../examples/${name}`, import.meta.url)), 'utf8');
/** Introduces one race. */
const RACE = example('complete-after-invalidation.patch');
const lineOf = (text: string, what: string): number =>
  text.split('\n').findIndex((line) => line.includes(what));

interface Published {
  readonly uri: string;
  readonly version?: number;
  readonly diagnostics: readonly Diagnostic[];
}

const published =
  (wanted: (params: Published) => boolean = () => true) =>
  ({ method, params }: Message): Published | undefined =>
    method === 'textDocument/publishDiagnostics' && wanted(params as Published)
      ? (params as Published)
      : undefined;

const withState =
  (state: Status['state']) =>
  ({ method, params }: Message): Status | undefined =>
    method === 'dioOrdering/status' && (params as Status).state === state ? (params as Status) : undefined;

const at = (line: number, character: number) => ({
  textDocument: { uri: URI },
  position: { line, character },
});
const insert = (line: number, text: string) => ({
  range: { start: { line, character: 0 }, end: { line, character: 0 } },
  text,
});

describe('a session', () => {
  it('from initialise to exit: diagnostics, hover, hints, lenses, actions, definition, timeline, and a clean end', async () => {
    const client = start();
    const { capabilities } = (await client.initialize()) as { capabilities: Record<string, unknown> };
    expect(capabilities).toMatchObject({
      positionEncoding: 'utf-16',
      hoverProvider: true,
      inlayHintProvider: { resolveProvider: true },
      codeActionProvider: { codeActionKinds: ['quickfix', 'source'] },
    });
    expect(JSON.stringify(capabilities['executeCommandProvider'])).not.toContain('compareFunction');
    client.open(URI, RACE);
    const { diagnostics } = await client.hears(published());
    expect(diagnostics.map(({ code, severity }) => [code, severity])).toEqual([['stale-page-cache', 1]]);
    const { line } = diagnostics[0]!.range.start;
    expect(RACE.split('\n')[line]).toMatch(/^-\s+return ret;$/);

    const hover = await client.request<Hover>('textDocument/hover', at(line, 3));
    expect(JSON.stringify(hover.contents)).toContain('CPU1: buffered read');
    const range = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };
    const hints = await client.request<{ label: string; tooltip: string }[]>('textDocument/inlayHint', {
      textDocument: { uri: URI },
      range,
    });
    expect(hints.map(({ label }) => label)).toEqual(['CPU0 #6 nrpages: 0', 'CPU0 #12-13 block →mapped']);
    expect(hints[0]!.tooltip).toContain('dioOrdering.inlayHints.enabled');
    const lenses = await client.request<
      { command: { title: string; command: string; arguments: unknown[] } }[]
    >('textDocument/codeLens', { textDocument: { uri: URI } });
    expect(lenses.map(({ command }) => command.title)).toEqual([
      expect.stringMatching(/^P2 stale page cache, xfs .*: introduced · show \d+ steps$/),
      'explain',
    ]);
    const actions = await client.request<{ title: string }[]>('textDocument/codeAction', {
      textDocument: { uri: URI },
      range: diagnostics[0]!.range,
      context: { diagnostics },
    });
    expect(actions).toHaveLength(6);
    const called = lineOf(RACE, 'iomap_dio_complete(dio)');
    const [definition] = await client.request<{ uri: string; range: { start: { line: number } } }[]>(
      'textDocument/definition',
      at(called, RACE.split('\n')[called]!.indexOf('iomap_dio_complete')),
    );
    const target = readFileSync(fileURLToPath(definition!.uri), 'utf8').split('\n');
    expect(target.slice(definition!.range.start.line).join(' ')).toMatch(/^[^(]*iomap_dio_complete\(/);

    const [finding] = (await client.hears(withState('done'))).findings;
    const view = await client.request<TimelineView>('dioOrdering/timeline', {
      uri: URI,
      finding: finding!.id,
    });
    expect(view.actors.length).toBeGreaterThan(1);
    expect(view.steps.some((step) => step.at.uri === URI)).toBe(true);
    const shown = await client.request<string>('workspace/executeCommand', lenses[0]!.command);
    expect(shown).toContain('CPU0: DIO write');
    const mailed = await client.request<{ text: string }>('dioOrdering/export', {
      uri: URI,
      format: 'mail',
      finding: finding!.id,
    });
    expect(mailed.text).toMatch(/^> /);
    const drawn = await client.request<{ text: string }>('dioOrdering/export', {
      uri: URI,
      format: 'svg',
      finding: finding!.id,
    });
    expect(drawn.text).toContain('<svg');
    const modelOf = (format: string) =>
      client.request<object>('dioOrdering/export', { uri: URI, format, finding: finding!.id });
    expect(await modelOf('promela')).toEqual({ text: expect.stringContaining('active proctype actor0()') });
    expect(await modelOf('litmus')).toEqual({ refused: expect.stringContaining('exists under sc already') });
    const explained = await client.request<{ text: string }>('dioOrdering/explain', { uri: URI });
    expect(explained.text).toContain('Scenarios');
    const json = await client.request<{ text: string }>('dioOrdering/export', { uri: URI, format: 'json' });
    const { explanation } = JSON.parse(json.text) as Report;
    expect(explanation.events.map(({ function: name }) => name)).toContain('iomap_dio_rw');
    for (const { text } of explanation.events) expect(explained.text).toContain(text.slice(0, 20));
    expect(await client.shutDown()).toBe(0);
    expect(client.said).toBe('');
  });

  it('follows edits: diagnostics move at once, and the result for the new text comes after', async () => {
    const client = start();
    await client.initialize({}, { settings: { debounce: 10 } });
    client.open(URI, RACE);
    const first = await client.hears(published());
    const from = client.heard.length;
    client.notify('textDocument/didChange', {
      textDocument: { uri: URI, version: 2 },
      contentChanges: [insert(0, 'One more line before the patch.\n\n')],
    });
    const moved = await client.hears(
      published(({ version }) => version === 2),
      from,
    );
    expect(moved.diagnostics[0]!.range.start.line).toBe(first.diagnostics[0]!.range.start.line + 2);
    const checked = await client.hears(withState('done'), from);
    expect(checked.findings[0]!.line).toBe(first.diagnostics[0]!.range.start.line + 2);
  });

  it('clears what it said when the document is closed, and says nothing more', async () => {
    const client = start();
    await client.initialize();
    client.open(URI, RACE);
    await client.hears(published(({ diagnostics }) => diagnostics.length > 0));
    const from = client.heard.length;
    client.notify('textDocument/didClose', { textDocument: { uri: URI } });
    const cleared = await client.hears(published(), from);
    expect(cleared).toEqual({ uri: URI, diagnostics: [] });
    expect(await client.request('textDocument/hover', at(3, 3))).toBeNull();
  });

  it('answers a pulling client for its text, and says when nothing changed', async () => {
    const client = start();
    await client.initialize({ textDocument: { diagnostic: {} } });
    client.open(URI, RACE);
    const pull = (previousResultId?: string) =>
      client.request<{ kind: string; items?: Diagnostic[]; resultId: string }>('textDocument/diagnostic', {
        textDocument: { uri: URI },
        ...(previousResultId === undefined ? {} : { previousResultId }),
      });
    const first = await pull();
    expect(first).toMatchObject({ kind: 'full', items: [{ code: 'stale-page-cache' }] });
    expect(await pull(first.resultId)).toEqual({ kind: 'unchanged', resultId: first.resultId });
    expect(client.heard.filter(({ method }) => method === 'textDocument/publishDiagnostics')).toEqual([]);
  });

  it('takes changed settings up, and asks a pulling client to pull again', async () => {
    const client = start();
    client.answers.set('workspace/configuration', () => [
      { diagnostics: { levels: { 'stale-page-cache': 'hint' } } },
    ]);
    const refresh = { refreshSupport: true };
    await client.initialize({
      textDocument: { diagnostic: {} },
      workspace: { configuration: true, diagnostics: refresh, inlayHint: refresh, codeLens: refresh },
    });
    client.open(URI, DIFF);
    await client.request('textDocument/diagnostic', { textDocument: { uri: URI } });
    const from = client.heard.length;
    client.answers.set('workspace/configuration', () => [{ memory: 'sc', hover: { enabled: false } }]);
    client.notify('workspace/didChangeConfiguration', { settings: null });
    const done = await client.hears(withState('done'), from);
    expect(done.memory).toBe('sc');
    await client.hears(({ method }) => (method === 'workspace/diagnostic/refresh' ? true : undefined), from);
    expect(await client.request('textDocument/hover', at(6, 5))).toBeNull();
  });

  it('reads no tree in a workspace that is not trusted', async () => {
    const settings = { tree: '/nonexistent' };
    const states = await Promise.all(
      [true, false].map(async (trusted) => {
        const client = start();
        await client.initialize({}, { settings, trusted });
        client.open(URI, DIFF);
        return client.hears((message) => withState('done')(message) ?? withState('failed')(message));
      }),
    );
    expect(states.map(({ state }) => state)).toEqual(['failed', 'done']);
    expect(states[0]!.summary).toContain('/nonexistent: not a readable directory');
  });

  it('shows its progress with a count, and stops when the user cancels it', async () => {
    const client = start();
    await client.initialize({ window: { workDoneProgress: true } });
    client.open(URI, DIFF);
    await client.hears(withState('done'));
    const { answer } = client.ask('dioOrdering/check', { uri: URI, workDoneToken: 'mine' });
    const progress = ({ method, params }: Message) => {
      const { token, value } = (params ?? {}) as {
        token?: string;
        value?: { kind: string; message?: string };
      };
      return method === '$/progress' && token === 'mine' ? value : undefined;
    };
    await client.hears((message) => (progress(message)?.kind === 'end' ? true : undefined));
    const said = client.heard.flatMap((message) => progress(message) ?? []);
    expect((await answer).result).toMatchObject({ state: 'done' });
    expect(said[0]).toMatchObject({ kind: 'begin' });
    expect(said.at(-1)).toMatchObject({ kind: 'end' });
    for (const { message } of said) if (message !== undefined) expect(message).toMatch(/^\d+ of \d+: /);
  });

  it('answers a cancelled check at once, and goes on', async () => {
    const client = start();
    await client.initialize();
    client.open(URI, example('dio-count-taken-late.mbox'));
    await client.hears(withState('checking'));
    const { id, answer } = client.ask('dioOrdering/check', { uri: URI });
    client.notify('$/cancelRequest', { id });
    expect((await answer).error?.code).toBe(-32800);
    client.open('file:///b.patch', DIFF);
    await client.hears(published(({ uri }) => uri === 'file:///b.patch'));
  });

  it('answers hovers while a check runs', async () => {
    const client = start();
    await client.initialize();
    client.open(URI, mail(1, 1));
    await client.hears(published());
    client.open('file:///big.mbox', example('dio-count-taken-late.mbox'));
    await client.hears((message) => {
      const status = withState('checking')(message);
      return status?.uri === 'file:///big.mbox' ? status : undefined;
    });
    const line = lineOf(mail(1, 1), 'inode_dio_begin');
    expect(await client.request('textDocument/hover', at(line, 4))).not.toBeNull();
    const done = client.heard.some((message) => withState('done')(message)?.uri === 'file:///big.mbox');
    expect(done).toBe(false);
  });
});

describe('a function that the patch changes', () => {
  it('is a document to read, with a way back, and is told of when the patch is checked anew', async () => {
    const client = start();
    const capabilities = { workspace: { textDocumentContent: {} } };
    const begun = await client.initialize(capabilities, { clientCommands: true });
    expect(begun).toMatchObject({
      capabilities: { workspace: { textDocumentContent: { schemes: ['dio-ordering'] } } },
    });
    client.open(URI, RACE);
    const line = lineOf(RACE, '+\treturn iomap_dio_complete(dio);');
    const pairs = await client.request<FunctionPair[]>('dioOrdering/functions', { uri: URI, line });
    expect(pairs).toMatchObject([{ name: 'iomap_dio_rw', patch: 1, release: '4.11' }]);
    const [pair] = pairs;
    const text = async (uri: string): Promise<string> =>
      (await client.request<{ text: string }>('workspace/textDocumentContent', { uri })).text;
    expect(await text(pair!.before)).toContain('\treturn ret;\n');
    const after = await text(pair!.after);
    expect(after.split('\n')[pair!.line]).toBe('\treturn iomap_dio_complete(dio);');

    client.open(pair!.after, after, 1, 'c');
    const inText = { textDocument: { uri: pair!.after }, position: { line: pair!.line, character: 1 } };
    const back = await client.request<Location[]>('textDocument/definition', inText);
    expect(back).toMatchObject([{ uri: URI, range: { start: { line } } }]);
    const begin = lineOf(after, 'inode_dio_begin(inode)');
    const primitive = { ...inText, position: { line: begin, character: 3 } };
    expect(await client.request<Hover>('textDocument/hover', primitive)).not.toBeNull();

    const from = client.heard.length;
    client.notify('textDocument/didChange', {
      textDocument: { uri: URI, version: 2 },
      contentChanges: [insert(0, '\n')],
    });
    const refreshed = ({ method, params }: Message) =>
      method === 'workspace/textDocumentContent/refresh' ? (params as { uri: string }).uri : undefined;
    expect([pair!.before, pair!.after]).toContain(await client.hears(refreshed, from));
    expect(await text(pair!.after)).toBe(after);
    client.notify('textDocument/didClose', { textDocument: { uri: URI } });
    expect(await text(pair!.after)).toContain('not open');
    expect(await client.shutDown()).toBe(0);
  });
});

describe('columns', () => {
  const text = mail(1, 1)
    .replace('Text.', 'Grüße 𝒟')
    .replace('smp_mb__after_atomic();', '/* 𝒟é */ smp_mb__after_atomic();');
  const line = lineOf(text, 'smp_mb__after_atomic');

  it.each([
    ['utf-8', 15],
    ['utf-16', 12],
  ])('are those of %s where the client wishes it', async (encoding, character) => {
    const client = start();
    await client.initialize({ general: { positionEncodings: [encoding] } });
    client.open(URI, text);
    const hover = await client.request<Hover>('textDocument/hover', at(line, character + 2));
    expect(hover.range?.start).toEqual({ line, character });
  });
});

describe('a client that does not keep to the protocol', () => {
  it('is refused before it initialises, and can still do so', async () => {
    const client = start();
    await expect(client.request('textDocument/hover', at(0, 0))).rejects.toThrow();
    client.notify('textDocument/didOpen', { nonsense: true });
    await client.initialize();
    client.open(URI, DIFF);
    await client.hears(published());
    expect(await client.shutDown()).toBe(0);
  });

  it('gets an error for unknown methods, and nothing for unknown documents', async () => {
    const client = start();
    await client.initialize();
    expect((await client.ask('textDocument/nonsense').answer).error?.code).toBe(-32601);
    expect(await client.request('textDocument/hover', at(0, 0))).toBeNull();
    expect(await client.request('dioOrdering/timeline', { uri: URI, finding: 'none' })).toBeNull();
    expect(await client.request('dioOrdering/content', { uri: 'dio-ordering:/../../etc/passwd' })).toBeNull();
    client.notify('textDocument/didChange', { textDocument: { uri: URI, version: 9 }, contentChanges: [] });
    client.notify('textDocument/didClose', { textDocument: { uri: URI } });
    expect(await client.shutDown()).toBe(0);
  });

  it('does not end the server with positions and texts that make no sense', async () => {
    const client = start();
    await client.initialize();
    client.open(URI, '\u0000\ud800\r\r\n@@ -1 +1 @@\n'.repeat(50));
    await client.hears(published());
    expect(await client.request('textDocument/hover', at(1e9, 1e9))).toBeNull();
    await client.request('textDocument/hover', { textDocument: null, position: null });
    client.notify('textDocument/didChange', { textDocument: { uri: URI, version: 2 }, contentChanges: null });
    client.notify('textDocument/didChange', {
      textDocument: { uri: URI, version: 3 },
      contentChanges: [
        { range: { start: { line: 9, character: 4 }, end: { line: 2, character: 1e7 } }, text: 'x' },
      ],
    });
    expect(await client.request('textDocument/documentSymbol', { textDocument: { uri: URI } })).toEqual([]);
    expect(await client.shutDown()).toBe(0);
  });

  it('that asks after shutdown is refused', async () => {
    const client = start();
    await client.initialize();
    await client.request('shutdown');
    expect((await client.ask('textDocument/hover', at(0, 0)).answer).error).toBeDefined();
    client.notify('exit');
    expect(await client.exited).toBe(0);
  });
});

describe('the end', () => {
  it('without shutdown is 1', async () => {
    const client = start();
    await client.initialize();
    client.notify('exit');
    expect(await client.exited).toBe(1);
  });

  it('comes when the client closes the streams, also in the middle of a check', async () => {
    const client = start();
    await client.initialize();
    client.open(URI, RACE);
    await client.hears(withState('checking'));
    client.process.stdin!.end();
    expect(await client.exited).toBe(1);
  });

  it('comes when the client dies and the streams stay open', async () => {
    const dying = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)']);
    const client = start();
    await client.request('initialize', { processId: dying.pid, rootUri: null, capabilities: {} });
    dying.kill('SIGKILL');
    expect(await client.exited).toBe(1);
  });
});

describe('the command line', () => {
  it('wants the transport to be named', async () => {
    const child = spawn(process.execPath, [bundle.cli, 'lsp']);
    let said = '';
    child.stderr.on('data', (chunk) => (said += String(chunk)));
    expect(await new Promise((resolve) => child.on('exit', resolve))).toBe(2);
    expect(said).toContain('--stdio');
  });
});

describe('the process that the extension starts', () => {
  it('speaks over the channel of its parent, and ends when that is gone', async () => {
    const child = fork(join(bundle.folder, 'server.cjs'), ['--node-ipc'], { stdio: 'ignore' });
    const answer = new Promise<Message>((resolve) =>
      child.on('message', (message) => resolve(message as Message)),
    );
    const params = {
      processId: process.pid,
      rootUri: null,
      capabilities: {},
      initializationOptions: { clientCommands: true },
    };
    child.send({ jsonrpc: '2.0', id: 1, method: 'initialize', params });
    expect((await answer).result).toMatchObject({
      capabilities: { executeCommandProvider: { commands: ['dioOrdering.selectFinding'] } },
    });
    child.disconnect();
    expect(await new Promise((resolve) => child.on('exit', resolve))).toBe(1);
  });
});
