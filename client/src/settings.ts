/** The settings of the extension, and what is wrong with them: said in the status item and the log, never in a pop-up. */

import {
  EventEmitter,
  type Event,
  type ExtensionContext,
  l10n,
  type LogOutputChannel,
  workspace,
} from 'vscode';

export const SECTION = 'dioOrdering';

export interface SettingsCheck {
  /** One line for each setting that is not understood. */
  readonly problems: readonly string[];
  readonly onDidChange: Event<void>;
}

/** A release as `chooseEras()` of the server reads it. */
export const RELEASE = /^(auto|v?\d+\.\d+(\.\d+)?(-rc\d+)?)$/;

export function registerSettingsCheck(context: ExtensionContext, log: LogOutputChannel): SettingsCheck {
  const changed = new EventEmitter<void>();
  const check = { problems: settingsProblems(), onDidChange: changed.event };
  const say = (): void => {
    for (const problem of check.problems) log.warn(problem);
  };
  say();
  context.subscriptions.push(
    changed,
    workspace.onDidChangeConfiguration((event) => {
      if (!event.affectsConfiguration(SECTION)) return;
      check.problems = settingsProblems();
      say();
      changed.fire();
    }),
  );
  return check;
}

function settingsProblems(): readonly string[] {
  const settings = workspace.getConfiguration(SECTION);
  const kernel = settings.get<unknown>('kernel');
  if (typeof kernel === 'string' && RELEASE.test(kernel.trim())) return [];
  return [
    l10n.t('dioOrdering.kernel: "{release}" is not a release. Write auto, or a release such as 5.7.', {
      release: String(kernel),
    }),
  ];
}
