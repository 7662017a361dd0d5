/** A language client for tests: starts the real server process and speaks LSP with it, right or wrong. */

import { spawn, type ChildProcess } from 'node:child_process';

export interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string };
}

type Answer = (params: unknown) => unknown;

export class LspClient {
  readonly process: ChildProcess;
  /** Notifications and requests of the server, in order. */
  readonly heard: Message[] = [];
  /** Everything it wrote to stderr. */
  said = '';
  readonly exited: Promise<number | null>;
  /** What the client answers to requests of the server; null to all others. */
  readonly answers = new Map<string, Answer>();
  readonly #pending = new Map<number, (message: Message) => void>();
  readonly #listeners = new Set<() => void>();
  #buffer = Buffer.alloc(0);
  #nextId = 1;

  constructor(command: string, args: readonly string[]) {
    this.process = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    this.process.stdout!.on('data', (chunk: Buffer) => this.#read(chunk));
    this.process.stderr!.on('data', (chunk: Buffer) => (this.said += chunk.toString()));
    this.process.stdin!.on('error', () => undefined);
    this.exited = new Promise((resolve) => this.process.on('exit', (code) => resolve(code)));
  }

  /** Any bytes, also such as are no message. */
  write(bytes: string): void {
    this.process.stdin!.write(bytes);
  }

  send(message: Message): void {
    const body = JSON.stringify({ jsonrpc: '2.0', ...message });
    this.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  }

  notify(method: string, params: unknown = {}): void {
    this.send({ method, params });
  }

  /** The id under which the answer comes, and the answer. */
  ask(method: string, params: unknown = {}): { readonly id: number; readonly answer: Promise<Message> } {
    const id = this.#nextId++;
    const answer = new Promise<Message>((resolve) => this.#pending.set(id, resolve));
    this.send({ id, method, params });
    return { id, answer };
  }

  async request<T>(method: string, params: unknown = {}): Promise<T> {
    const { result, error } = await this.ask(method, params).answer;
    if (error) throw new Error(`${method}: ${error.message}`);
    return result as T;
  }

  /** The first message heard, now or later, for which `wanted` gives something; from `from` on. */
  async hears<T>(wanted: (message: Message) => T | undefined, from = 0): Promise<T> {
    for (;;) {
      for (const message of this.heard.slice(from)) {
        const found = wanted(message);
        if (found !== undefined) return found;
      }
      await new Promise<void>((resolve) => {
        const once = (): void => {
          this.#listeners.delete(once);
          resolve();
        };
        this.#listeners.add(once);
      });
    }
  }

  async initialize(capabilities: object = {}, initializationOptions: object = {}): Promise<unknown> {
    const params = { processId: process.pid, rootUri: null, capabilities, initializationOptions };
    const result = await this.request('initialize', params);
    this.notify('initialized');
    return result;
  }

  open(uri: string, text: string, version = 1, languageId = 'diff'): void {
    this.notify('textDocument/didOpen', { textDocument: { uri, languageId, version, text } });
  }

  async shutDown(): Promise<number | null> {
    await this.request('shutdown');
    this.notify('exit');
    return this.exited;
  }

  #read(chunk: Buffer): void {
    this.#buffer = Buffer.concat([this.#buffer, chunk]);
    for (;;) {
      const head = /^Content-Length: (\d+)\r\n(?:[^\r\n]+\r\n)*\r\n/.exec(
        this.#buffer.toString('latin1', 0, 200),
      );
      if (!head) return;
      const end = head[0].length + Number(head[1]);
      if (this.#buffer.length < end) return;
      const body = this.#buffer.toString('utf8', head[0].length, end);
      this.#buffer = this.#buffer.subarray(end);
      this.#hear(JSON.parse(body) as Message);
    }
  }

  #hear(message: Message): void {
    if (message.method === undefined) {
      this.#pending.get(message.id!)?.(message);
      this.#pending.delete(message.id!);
      return;
    }
    this.heard.push(message);
    if (message.id !== undefined)
      this.send({ id: message.id, result: this.answers.get(message.method)?.(message.params) ?? null });
    for (const listener of [...this.#listeners]) listener();
  }
}
