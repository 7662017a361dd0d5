/** VS Code's door to the extension. The client does no analysis: what it shows comes from the server. */

import { type ExtensionContext, l10n, window } from 'vscode';
import { registerCheck } from './check.js';
import { createClient, startWithFirstDocument } from './client.js';
import { registerCopyAsReply } from './copy-as-reply.js';
import { registerExample } from './example.js';
import { registerExplain } from './explain.js';
import { registerExport } from './export.js';
import { registerCompareFunction } from './compare-function.js';
import { registerFolderCheck } from './folder.js';
import { registerGitCheck } from './git.js';
import { registerLanguageOffer } from './language.js';
import { openLog } from './log.js';
import { registerRaces } from './races.js';
import { registerRelease } from './release.js';
import { registerRestart } from './restart.js';
import { registerSettingsCheck } from './settings.js';
import { registerShowTimeline } from './show-timeline.js';
import { registerSilence } from './silence.js';
import { registerStatusItem } from './status-item.js';
import { Statuses } from './statuses.js';
import { registerTrust } from './trust.js';

/** What the activation cost, for whoever measures it. */
export interface Activated {
  readonly milliseconds: number;
}

export function activate(context: ExtensionContext): Activated {
  const started = performance.now();
  const log = openLog(context);
  try {
    register(context, log);
  } catch (error) {
    // VS Code itself says nothing when an activation fails.
    log.error(error instanceof Error ? error : String(error));
    void window.showErrorMessage(l10n.t('DIO Ordering could not start. Its log says why.'));
    throw error;
  }
  const milliseconds = performance.now() - started;
  log.info(`activated in ${milliseconds.toFixed(1)} ms`);
  return { milliseconds };
}

function register(context: ExtensionContext, log: ReturnType<typeof openLog>): void {
  const client = createClient(context, log);
  const statuses = new Statuses(context, client);
  const languageOffer = registerLanguageOffer(context);

  registerCheck(context, client, log, languageOffer);
  registerRaces(context, statuses);
  registerExplain(context, client, statuses);
  registerCopyAsReply(context, client, statuses);
  registerExport(context, client, statuses);
  registerShowTimeline(context, client, statuses);
  registerCompareFunction(context, client);
  registerFolderCheck(context, client, log);
  registerGitCheck(context, log);
  registerRelease(context);
  registerRestart(context, client, log);
  registerExample(context);
  registerSilence(context);
  const settings = registerSettingsCheck(context, log);
  registerTrust(context, client, log);
  registerStatusItem(context, statuses, settings);
  startWithFirstDocument(context, client, log);
}
