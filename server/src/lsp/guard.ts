/** Keeps the server alive: a request that fails is logged and answered with nothing. */

import { LSPErrorCodes, ResponseError, type CancellationToken } from 'vscode-languageserver';

export type Log = (line: string) => void;

export interface Guard {
  readonly log: Log;
  /** Before `initialize` and after `shutdown` nothing is answered; null in between. */
  refusal(): ResponseError<never> | null;
}

export const textOf = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);

/** `handle` with its failures turned into `fallback`, and a cancelled request answered as such. */
export function guarded<P, R>(
  guard: Guard,
  name: string,
  fallback: R,
  handle: (params: P, signal: AbortSignal) => R | Promise<R>,
): (params: P, token?: CancellationToken) => Promise<R | ResponseError<never>> {
  return async (params, token) => {
    const refusal = guard.refusal();
    if (refusal) return refusal;
    try {
      const result = await handle(params, signalOf(token));
      if (!token?.isCancellationRequested) return result;
      return new ResponseError(LSPErrorCodes.RequestCancelled, 'cancelled');
    } catch (error) {
      guard.log(`${name}: ${textOf(error)}`);
      return fallback;
    }
  };
}

/** The same for a notification, which has no answer. */
export function survived<P>(
  guard: Guard,
  name: string,
  handle: (params: P) => void | Promise<void>,
): (params: P) => Promise<void> {
  return async (params) => {
    if (guard.refusal()) return;
    try {
      await handle(params);
    } catch (error) {
      guard.log(`${name}: ${textOf(error)}`);
    }
  };
}

function signalOf(token: CancellationToken | undefined): AbortSignal {
  const abort = new AbortController();
  if (token?.isCancellationRequested) abort.abort();
  token?.onCancellationRequested(() => abort.abort());
  return abort.signal;
}
