// A fresh profile of the editor: settings, extensions and home folder of its own.

import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeServerEntry, editorEnvironment } from './folder.mjs';

/** Nothing asks, nothing is reported, nothing moves by itself. */
const quiet = {
  'chat.disableAIFeatures': true,
  'editor.minimap.enabled': false,
  'extensions.ignoreRecommendations': true,
  'git.openRepositoryInParentFolders': 'never',
  'security.workspace.trust.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'window.menuBarVisibility': 'compact',
  'workbench.editor.revealIfOpen': true,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
};

/** Makes a profile below `folder`, with `settings` over the quiet ones. */
export function makeProfile(folder, settings = {}) {
  const profile = {
    home: join(folder, 'home'),
    userData: join(folder, 'user-data'),
    extensions: join(folder, 'extensions'),
  };
  for (const each of Object.values(profile)) mkdirSync(each, { recursive: true });
  writeSettings(profile, settings);
  return profile;
}

/** Writes the user's settings; a running editor does not take them up. */
export function writeSettings(profile, settings) {
  mkdirSync(join(profile.userData, 'User'), { recursive: true });
  writeFileSync(join(profile.userData, 'User/settings.json'), settingsText(settings));
}

/** The text of a settings file, with `settings` over the quiet ones. */
export function settingsText(settings) {
  return JSON.stringify({ ...quiet, ...settings }, null, 2);
}

/** Arguments that make the editor use the profile. */
export function profileArguments(profile) {
  return ['--user-data-dir', profile.userData, '--extensions-dir', profile.extensions];
}

/** Installs a packaged extension into the profile. */
export function installExtension(profile, vsix) {
  const { status, stdout, stderr } = spawnSync(
    'node',
    [codeServerEntry, ...profileArguments(profile), '--install-extension', vsix],
    { env: editorEnvironment(profile.home), encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`editor: ${vsix} was not installed\n${stdout}${stderr}`);
}
