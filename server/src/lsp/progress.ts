/** Work-done progress of a check: shown when it takes longer than a moment, or at once when the user asked for it. */

import { WorkDoneProgress, type Connection, type ProgressToken } from 'vscode-languageserver';
import type { CheckProgress } from './worker-protocol.js';

/** Milliseconds for which a check may run unseen. */
const UNSEEN = 400;
/** Milliseconds between two reports: a check has hundreds of scenarios, and nobody reads ten numbers a second. */
const APART = 100;

export interface ProgressOf {
  readonly connection: Connection;
  /** What is checked, for people. */
  readonly name: string;
  /** The client's own token; else one is made, if the client lets the server make any. */
  readonly token: ProgressToken | undefined;
  readonly makesTokens: boolean;
  readonly cancel: () => void;
}

export function reportProgress(of: ProgressOf): (progress: CheckProgress | 'ended') => void {
  if (of.token === undefined && !of.makesTokens) return () => undefined;
  const shown = new ShownProgress(of);
  if (of.token !== undefined) shown.begin(reporterFor(of.connection, of.token));
  const timer = of.token === undefined ? setTimeout(() => void shown.beginUnasked(), UNSEEN) : undefined;
  return (progress) => {
    if (progress !== 'ended') return shown.report(progress);
    clearTimeout(timer);
    shown.end();
  };
}

/** What both kinds of reporters do. */
interface Reporter {
  begin(title: string, percentage?: number, message?: string, cancellable?: boolean): void;
  report(percentage: number, message: string): void;
  done(): void;
}

class ShownProgress {
  #reporter: Reporter | null = null;
  #last: CheckProgress | null = null;
  /** When the last report went out, as of `performance.now()`. */
  #shown = -Infinity;
  #ended = false;

  constructor(readonly of: ProgressOf) {}

  begin(reporter: Reporter): void {
    reporter.begin(`Checking ${this.of.name}`, 0, undefined, true);
    this.#reporter = reporter;
    if (this.#last) this.report(this.#last);
  }

  /** A client that refuses the token sees no progress. */
  async beginUnasked(): Promise<void> {
    const { connection, cancel } = this.of;
    const made = await connection.window.createWorkDoneProgress().catch(() => null);
    if (this.#ended || made === null) return;
    made.token.onCancellationRequested(cancel);
    this.begin(made);
  }

  report(progress: CheckProgress): void {
    this.#last = progress;
    if (this.#reporter === null || performance.now() - this.#shown < APART) return;
    this.#shown = performance.now();
    const { done, total, what } = progress;
    this.#reporter.report(Math.floor((100 * done) / total), `${done} of ${total}: ${what}`);
  }

  end(): void {
    this.#ended = true;
    this.#reporter?.done();
  }
}

/** A client that gave its token cancels by cancelling its request. */
function reporterFor(connection: Connection, token: ProgressToken): Reporter {
  const { type } = WorkDoneProgress;
  return {
    begin: (title) => void connection.sendProgress(type, token, { kind: 'begin', title, percentage: 0 }),
    report: (percentage, message) =>
      void connection.sendProgress(type, token, { kind: 'report', percentage, message }),
    done: () => void connection.sendProgress(type, token, { kind: 'end' }),
  };
}
