/** Progress of a check that the user asked for: the server's own count, in a notification that can cancel it. */

import { type CancellationToken, l10n, type Progress, ProgressLocation, window } from 'vscode';
import type { Middleware } from 'vscode-languageclient/node';

type Report = Parameters<NonNullable<Middleware['handleWorkDoneProgress']>>[1];
type UserProgress = Progress<{ message?: string; increment?: number }>;

/** The checks that the user waits for, by the end of the server's title: the name of the document. */
const waiting = new Map<string, UserProgress>();
/** Progress of the server that is shown in a notification, and how far it is. */
const shown = new Map<string | number, { readonly progress: UserProgress; reached: number }>();

/** Takes the server's progress out of the status bar where the user waits for it in a notification. */
export const handleWorkDoneProgress: NonNullable<Middleware['handleWorkDoneProgress']> = (
  token,
  report,
  next,
) => {
  if (report.kind === 'begin') takeOver(token, report.title);
  if (!show(token, report)) next(token, report);
};

/** Runs a check of a document with the given name. */
export function withProgress<T>(name: string, check: (token: CancellationToken) => Promise<T>): Promise<T> {
  const options = {
    location: ProgressLocation.Notification,
    title: l10n.t('Checking DIO ordering of {name}', { name }),
    cancellable: true,
  };
  const run = async (progress: UserProgress, token: CancellationToken): Promise<T> => {
    waiting.set(name, progress);
    try {
      return await check(token);
    } finally {
      waiting.delete(name);
    }
  };
  return Promise.resolve(window.withProgress(options, run));
}

function takeOver(token: string | number, title: string): void {
  for (const [name, progress] of waiting)
    if (title.endsWith(` ${name}`)) shown.set(token, { progress, reached: 0 });
}

/** False where the progress is not one that the user waits for. */
function show(token: string | number, report: Report): boolean {
  const own = shown.get(token);
  if (own === undefined) return false;
  if (report.kind === 'end') shown.delete(token);
  if (report.kind === 'report') {
    const percentage = report.percentage ?? own.reached;
    own.progress.report({ message: report.message ?? '', increment: percentage - own.reached });
    own.reached = percentage;
  }
  return true;
}
