/** Before all tests: the editor is there, and a profile into which the packaged extension was installed. */

import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { installEditor } from '../../scripts/editor/install.mjs';
import { installExtension, makeProfile, type Profile } from '../../scripts/editor/profile.mjs';

const vsix = 'build/dio-ordering.vsix';

declare module 'vitest' {
  interface ProvidedContext {
    profile: Profile;
  }
}

export default function setup(project: TestProject): () => void {
  if (!existsSync(vsix)) throw new Error(`${vsix} is missing: npm run package`);
  installEditor();
  const folder = mkdtempSync(join(tmpdir(), 'dio-e2e-'));
  const profile = makeProfile(folder);
  installExtension(profile, vsix);
  project.provide('profile', profile);
  return () => {
    rmSync(folder, { recursive: true, force: true });
  };
}
