/** Chooses the release that patches are judged for. */

import { commands, ConfigurationTarget, type ExtensionContext, l10n, window, workspace } from 'vscode';
import { SECTION } from './settings.js';

/** The part of package.json that lists the releases at which the kernel's ordering changed. */
interface Manifest {
  readonly contributes: {
    readonly configuration: {
      readonly properties: { readonly 'dioOrdering.kernel': { readonly examples: readonly string[] } };
    };
  };
}

export function registerRelease(context: ExtensionContext): void {
  const manifest = context.extension.packageJSON as Manifest;
  const releases = manifest.contributes.configuration.properties['dioOrdering.kernel'].examples;
  const choose = async (): Promise<void> => {
    const now = workspace.getConfiguration(SECTION).get<string>('kernel');
    const items = releases.map((release) => ({
      label: release,
      description: [describe(release), release === now ? l10n.t('chosen') : ''].filter(Boolean).join(' · '),
    }));
    const chosen = await window.showQuickPick(items, {
      placeHolder: l10n.t('Release to judge patches for; any other can be set in dioOrdering.kernel'),
    });
    if (chosen !== undefined) await set(chosen.label);
  };
  context.subscriptions.push(commands.registerCommand('dioOrdering.chooseRelease', choose));
}

function describe(release: string): string {
  return release === 'auto'
    ? l10n.t('where the patch fits, then its subject, then its date')
    : l10n.t('and later, until the next of this list');
}

/** Where the user has it already, else for this workspace. */
async function set(release: string): Promise<void> {
  const settings = workspace.getConfiguration(SECTION);
  const there = settings.inspect('kernel');
  const everywhere = workspace.workspaceFolders === undefined || there?.globalValue !== undefined;
  const target =
    there?.workspaceValue === undefined && everywhere
      ? ConfigurationTarget.Global
      : ConfigurationTarget.Workspace;
  await settings.update('kernel', release, target);
}
