/** The same server in another editor: Neovim, headless, as Debian has it. */

import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { directoryWith } from '../cli/command-line.js';
import { bundleServer, type ServerBundle } from './server-bundle.js';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const RACE = readFileSync(here('../../examples/complete-after-invalidation.patch'), 'utf8');
const hasNeovim = spawnSync('nvim', ['--version']).status === 0;

interface Seen {
  readonly diagnostics: readonly { line: number; severity: number; code: string }[];
  readonly hover: string;
  readonly drawn: readonly { line: number; text: string }[];
  readonly actions: readonly string[];
  readonly reply: string;
}

describe.skipIf(!hasNeovim)('Neovim (skipped where nvim is not installed)', () => {
  let bundle: ServerBundle;
  let seen: Seen;
  const home = directoryWith({ 'race.patch': RACE });

  beforeAll(() => {
    bundle = bundleServer();
    const command = [process.execPath, bundle.cli, 'lsp', '--stdio'];
    const lua = (value: unknown): string => JSON.stringify(value).replace(/^\[/, '{').replace(/\]$/, '}');
    const given = `lua arg_file, server_command = ${lua(join(home.path, 'race.patch'))}, ${lua(command)}`;
    const args = [
      '--headless',
      '-u',
      'NONE',
      '-i',
      'NONE',
      '-n',
      '-c',
      given,
      '-c',
      `luafile ${here('neovim.lua')}`,
      '-c',
      'qa!',
    ];
    const env = { ...process.env, XDG_STATE_HOME: home.path, XDG_CACHE_HOME: home.path, HOME: home.path };
    const out = execFileSync('nvim', args, {
      encoding: 'utf8',
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 180_000,
    });
    seen = JSON.parse(out) as Seen;
  }, 200_000);
  afterAll(() => {
    bundle.remove();
    home.remove();
  });

  it('shows the race as an error on its line', () => {
    const [one, ...others] = seen.diagnostics;
    expect(others).toEqual([]);
    expect(one).toMatchObject({ severity: 1, code: 'stale-page-cache' });
    expect(RACE.split('\n')[one!.line]).toMatch(/^-\s*return ret;$/);
  });

  it('shows the timeline on hover, as text and without links that it cannot follow', () => {
    expect(seen.hover).toContain('CPU0: DIO write');
    expect(seen.hover).toContain('CPU1: buffered read');
    expect(seen.hover).not.toContain('command:');
  });

  it('draws the inline timeline at the ends of the lines', () => {
    expect(seen.drawn.length).toBeGreaterThan(0);
    for (const { line, text } of seen.drawn) {
      expect(text).toMatch(/^CPU\d #\d+(-\d+)? \S/);
      expect(RACE.split('\n')[line]).toMatch(/^[ +-]/);
    }
  });

  it('offers the code actions, and gets the reply', () => {
    expect(seen.actions.map((title) => title.replace(/[:(].*/, '').trim())).toEqual([
      'Show the timeline',
      'Copy as mail reply',
      'Export',
      'Export as Promela model',
      'Silence stale-page-cache for this patch',
      'Explain what was checked',
    ]);
    expect(seen.reply).toMatch(/^> /);
    expect(seen.reply).toContain('CPU0: DIO write');
  });
});
