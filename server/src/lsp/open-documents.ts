/**
 * The open documents and their checks: one starts when a document is opened, or a moment after its last edit; an edit
 * abandons the one under way. Results are kept by content, so that undoing an edit needs no check.
 */

import { createHash } from 'node:crypto';
import type { ProgressToken, TextDocumentContentChangeEvent } from 'vscode-languageserver';
import type { Document } from './document.js';
import { LeastRecent } from './least-recent.js';
import { LineMap, type LineEdit } from './line-map.js';
import { nameOf } from './places.js';
import { CANCELLED, type CheckParams, type Others, type Status } from './protocol.js';
import type { CheckedView, View } from './view.js';
import type { CheckInput, CheckProgress, Outcome } from './worker-protocol.js';

/** Reports kept by content; some hundred kilobytes each. */
const MOST_RESULTS = 24;

export interface Checker {
  check(
    input: CheckInput,
    progress: (progress: CheckProgress) => void,
    signal: AbortSignal,
    anew: boolean,
  ): Promise<Outcome>;
}

/** What the settings say about every check. */
export type Analysis = Pick<CheckInput, 'kernel' | 'tree' | 'memory' | 'silence'> & {
  readonly debounce: number;
};

export interface Events {
  /**
   * A check begins; `token` is that of the client's request for it. What is returned is told of its progress; `cancel`
   * ends it for the user.
   */
  started(
    open: OpenDocument,
    token: ProgressToken | undefined,
    cancel: () => void,
  ): (progress: CheckProgress | 'ended') => void;
  /** The document's state changed. */
  changed(open: OpenDocument): void;
  /** An edit moved lines on which something was found. */
  moved(open: OpenDocument): void;
  /** A result is there for the document as it is. */
  settled(open: OpenDocument): void;
}

export class OpenDocument {
  state: Status['state'] = 'waiting';
  outcome: Outcome | null = null;
  /** The finding that the user looks at; undefined until one is chosen. */
  chosen: string | null | undefined = undefined;
  /** The user had this text checked as it is: from then on no diff in it is passed over. */
  all = false;
  /** The other patches of its series, where they are known. */
  series: Others = { earlier: [], later: [] };
  /** Rules that the user silenced here, until the document is closed. */
  readonly silenced = new Set<string>();
  checked: CheckedView | null = null;
  timer: NodeJS.Timeout | undefined;
  abort: AbortController | null = null;
  waiters: (() => void)[] = [];

  constructor(public document: Document) {}

  get view(): View {
    return { document: this.document, checked: this.checked };
  }

  get settled(): boolean {
    return this.state === 'done' || this.state === 'failed';
  }
}

export class OpenDocuments {
  readonly #open = new Map<string, OpenDocument>();
  readonly #results = new LeastRecent<string, Outcome>(MOST_RESULTS);

  constructor(
    readonly checker: Checker,
    readonly analysis: () => Analysis,
    readonly events: Events,
  ) {}

  get(uri: string): OpenDocument | undefined {
    return this.#open.get(uri);
  }

  all(): readonly OpenDocument[] {
    return [...this.#open.values()];
  }

  open(document: Document): void {
    this.close(document.uri);
    const open = new OpenDocument(document);
    this.#open.set(document.uri, open);
    this.#schedule(open, 0);
  }

  change(uri: string, changes: readonly TextDocumentContentChangeEvent[], version: number): void {
    const open = this.#open.get(uri);
    if (!open) return;
    const { document, edits } = open.document.changed(changes, version);
    open.document = document;
    this.#move(open, edits);
    this.#schedule(open, this.analysis().debounce);
  }

  close(uri: string): void {
    const open = this.#open.get(uri);
    if (!open) return;
    this.#stop(open);
    this.#open.delete(uri);
    release(open);
  }

  /** Silences a rule for one document until it is closed. */
  silence(uri: string, rule: string): void {
    const open = this.#open.get(uri);
    if (!open) return;
    open.silenced.add(rule);
    this.#schedule(open, 0);
  }

  /** After the settings changed. */
  recheckAll(): void {
    for (const open of this.all()) this.#schedule(open, 0);
  }

  /** Checks now, whatever is known of the text, and says when it is done. */
  async recheck(
    { uri, all, series }: CheckParams,
    signal: AbortSignal,
    token?: ProgressToken,
  ): Promise<OpenDocument | undefined> {
    const open = this.#open.get(uri);
    if (!open) return undefined;
    open.all ||= all === true;
    open.series = series ?? open.series;
    this.#stop(open);
    this.#results.delete(keyOf(this.inputOf(open)));
    this.#check(open, true, token);
    const abort = open.abort;
    signal.addEventListener('abort', () => abort && this.#cancelled(open, abort), { once: true });
    return this.whenSettled(uri, signal);
  }

  /** The document when a result is there for it as it then is; edits in between are waited for. */
  async whenSettled(uri: string, signal?: AbortSignal): Promise<OpenDocument | undefined> {
    for (;;) {
      const open = this.#open.get(uri);
      if (!open || open.settled || signal?.aborted) return open;
      await new Promise<void>((resolve) => {
        open.waiters.push(resolve);
        signal?.addEventListener('abort', () => resolve(), { once: true });
      });
    }
  }

  inputOf({ document, all, silenced, series }: OpenDocument): CheckInput {
    const { kernel, tree, memory, silence: set } = this.analysis();
    const silence = [...set, ...[...silenced].map((rule) => ({ rule, file: null }))];
    const text = document.checkedText;
    return { file: nameOf(document.uri), text, kernel, tree, memory, all, silence, series };
  }

  #move(open: OpenDocument, edits: readonly LineEdit[]): void {
    const { checked } = open;
    const lines = checked?.lines.after(edits);
    if (!checked || !lines || lines === checked.lines) return;
    open.checked = { ...checked, lines };
    this.events.moved(open);
  }

  #stop(open: OpenDocument): void {
    clearTimeout(open.timer);
    open.abort?.abort();
    open.abort = null;
  }

  #schedule(open: OpenDocument, delay: number): void {
    this.#stop(open);
    const known = this.#results.get(keyOf(this.inputOf(open)));
    if (known) return this.#settle(open, known);
    open.state = 'waiting';
    this.events.changed(open);
    open.timer = setTimeout(() => this.#check(open, false), delay);
  }

  #check(open: OpenDocument, anew: boolean, token?: ProgressToken): void {
    const abort = new AbortController();
    const input = this.inputOf(open);
    open.abort = abort;
    open.state = 'checking';
    this.events.changed(open);
    const progress = this.events.started(open, token, () => this.#cancelled(open, abort));
    void this.checker.check(input, progress, abort.signal, anew).then((outcome) => {
      progress('ended');
      if (abort.signal.aborted) return;
      open.abort = null;
      if (outcome.kind !== 'failed') this.#results.set(keyOf(input), outcome);
      this.#settle(open, outcome);
    });
  }

  #cancelled(open: OpenDocument, abort: AbortController): void {
    if (open.abort !== abort) return;
    this.#stop(open);
    this.#settle(open, { kind: 'failed', what: CANCELLED });
  }

  #settle(open: OpenDocument, outcome: Outcome): void {
    open.outcome = outcome;
    open.checked = outcome.kind === 'checked' ? checkedView(outcome) : null;
    open.state = outcome.kind === 'checked' || outcome.kind === 'no-patch' ? 'done' : 'failed';
    this.events.changed(open);
    this.events.settled(open);
    release(open);
  }
}

function release(open: OpenDocument): void {
  for (const resolve of open.waiters.splice(0)) resolve();
}

function checkedView({
  report,
  definitions,
  functions,
  patchLines,
}: Outcome & { kind: 'checked' }): CheckedView {
  return {
    report,
    definitions,
    functions,
    lines: LineMap.same,
    patchText: (_, line) => patchLines.get(line) ?? null,
  };
}

function keyOf(input: CheckInput): string {
  return createHash('sha256').update(JSON.stringify(input)).digest('base64');
}
