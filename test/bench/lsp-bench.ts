/** The language server as its user meets it: how long until a race is marked, and whether it stays quick and small. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { Diagnostic } from 'vscode-languageserver';
import { LspClient, type Message } from '../lsp/client.js';

/** A reviewer should see the result of opening a patch within this. */
const LIMIT_SECONDS = 1;
const HOVER_LIMIT_MS = 50;
const RUNS = 5;
const OPENS = 200;
/** Opens after which caches are full, and memory is looked at for the first time. */
const SETTLED = 50;
/** Milliseconds, as in collect-garbage.mjs. */
const COLLECTED_EVERY = 200;

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

/** Seconds that the work takes. */
async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

/** The result for a document has come. */
const doneWith =
  (uri: string) =>
  ({ method, params }: Message): true | undefined => {
    const status = params as { uri?: string; state?: string } | undefined;
    return method === 'dioOrdering/status' && status?.uri === uri && status.state === 'done'
      ? true
      : undefined;
  };

class Bench {
  #opened = 0;

  constructor(
    readonly root: string,
    readonly race: string,
    readonly quick: string,
  ) {}

  async start(node: readonly string[] = []): Promise<LspClient> {
    const cli = join(this.root, 'dist', 'cli.cjs');
    const client = new LspClient(process.execPath, [...node, cli, 'lsp', '--stdio']);
    await client.initialize({}, { clientCommands: true });
    return client;
  }

  /** Another text each time, so that nothing is answered from memory. */
  fresh(text: string): { readonly uri: string; readonly text: string } {
    this.#opened++;
    return { uri: `file:///bench/${this.#opened}.patch`, text: `${text}\nno. ${this.#opened}\n` };
  }

  async open(client: LspClient, text: string): Promise<string> {
    const document = this.fresh(text);
    const from = client.heard.length;
    client.open(document.uri, document.text);
    await client.hears(doneWith(document.uri), from);
    return document.uri;
  }
}

function line(name: string, seconds: readonly number[], limit = LIMIT_SECONDS): string {
  const value = median(seconds);
  return `${name}: ${value.toFixed(3)} s, ${(value / limit).toFixed(2)} of the limit`;
}

async function openings(bench: Bench): Promise<string[]> {
  const cold: number[] = [];
  const warm: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    let client: LspClient | undefined;
    const first = await timed(async () => {
      client = await bench.start();
      await bench.open(client, bench.race);
    });
    cold.push(first);
    await bench.open(client!, bench.race);
    warm.push(await timed(() => bench.open(client!, bench.race)));
    await client!.shutDown();
  }
  return [
    line('open to first diagnostic, cold: process, wasm, paths', cold),
    line('open to first diagnostic, warm', warm),
  ];
}

/** From a keystroke below the patch to the result for the text with it, the server's wait for quiet included. */
async function keystrokes(bench: Bench, client: LspClient): Promise<string> {
  const uri = await bench.open(client, bench.race);
  const seconds: number[] = [];
  for (let version = 2; version < 2 + RUNS; version++) {
    const start = { line: bench.race.split('\n').length, character: 0 };
    const contentChanges = [{ range: { start, end: start }, text: 'x' }];
    const one = await timed(async () => {
      const from = client.heard.length;
      client.notify('textDocument/didChange', { textDocument: { uri, version }, contentChanges });
      await client.hears(doneWith(uri), from);
    });
    seconds.push(one);
  }
  return line('keystroke to diagnostic, 0.2 s of debounce included', seconds);
}

/** The line on which a race is marked. */
const racesOf =
  (uri: string) =>
  ({ method, params }: Message): number | undefined => {
    const published = params as { uri?: string; diagnostics?: readonly Diagnostic[] } | undefined;
    return method === 'textDocument/publishDiagnostics' && published?.uri === uri
      ? published.diagnostics?.[0]?.range.start.line
      : undefined;
  };

/** Over a race, with its timeline: a hover that finds nothing is no work. */
async function hovers(bench: Bench, client: LspClient): Promise<string> {
  const uri = await bench.open(client, bench.race);
  const position = { line: await client.hears(racesOf(uri)), character: 4 };
  const hover = async (): Promise<number> => {
    let answer: unknown;
    const seconds = await timed(async () => {
      answer = await client.request('textDocument/hover', { textDocument: { uri }, position });
    });
    if (answer === null) throw new Error(`hover at line ${position.line + 1}: nothing there`);
    return 1000 * seconds;
  };
  const idle: number[] = [];
  for (let time = 0; time < 20; time++) idle.push(await hover());
  const busy: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const open = { done: false };
    const checking = bench.open(client, bench.race).then(() => (open.done = true));
    while (!open.done) {
      busy.push(await hover());
      await pause(10);
    }
    await checking;
  }
  const [typical, worst] = [median(busy), Math.max(...busy)];
  return (
    `hover while a check runs: ${typical.toFixed(1)} ms, worst of ${busy.length} ${worst.toFixed(1)} ms, ` +
    `${(worst / HOVER_LIMIT_MS).toFixed(2)} of the limit; idle ${median(idle).toFixed(1)} ms`
  );
}

/** When each thread of the server has been idle for long enough to collect its garbage. */
async function megabytes(pid: number): Promise<number> {
  await pause(4 * COLLECTED_EVERY);
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024;
}

/** With garbage collected all the time: its rise and fall is larger than any growth. */
async function memory(bench: Bench): Promise<string> {
  const collector = pathToFileURL(join(bench.root, 'test', 'bench', 'collect-garbage.mjs')).href;
  const client = await bench.start(['--expose-gc', '--import', collector]);
  const pid = client.process.pid!;
  const openAndClose = async (times: number): Promise<void> => {
    for (let time = 0; time < times; time++) {
      const uri = await bench.open(client, bench.quick);
      client.notify('textDocument/didClose', { textDocument: { uri } });
    }
  };
  await openAndClose(SETTLED);
  const before = await megabytes(pid);
  await openAndClose(OPENS - SETTLED);
  const after = await megabytes(pid);
  await client.shutDown();
  return (
    `memory in use after ${OPENS} opens and closes: ${after.toFixed(0)} MB, ` +
    `${(after / before).toFixed(2)} of what it was after ${SETTLED}`
  );
}

export async function benchServer(root: string): Promise<string[]> {
  const example = (name: string): string => readFileSync(join(root, 'examples', name), 'utf8');
  const bench = new Bench(
    root,
    example('complete-after-invalidation.patch'),
    example('writeback-flags-helper.patch'),
  );
  const opened = await openings(bench);
  const client = await bench.start();
  const rest = [await keystrokes(bench, client), await hovers(bench, client)];
  await client.shutDown();
  const small = await memory(bench);
  return [`language server on one example, median of ${RUNS}`, ...opened, ...rest, small];
}
