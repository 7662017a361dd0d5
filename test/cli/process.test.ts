import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DIFF, directoryWith } from './command-line.js';

const dir = directoryWith({ 'introduced.patch': DIFF });
const cli = join(dir.path, 'cli.cjs');

/** The real executable, with the stand-in for the analysis. */
beforeAll(async () => {
  await build({
    entryPoints: [fileURLToPath(new URL('../../server/src/cli/main.ts', import.meta.url))],
    outfile: cli,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    logLevel: 'error',
    plugins: [
      {
        name: 'fake-check',
        setup({ onResolve, onLoad }) {
          onResolve({ filter: /review\/check\.js$/ }, () => ({ path: 'check', namespace: 'fake' }));
          onLoad({ filter: /.*/, namespace: 'fake' }, () => ({
            contents: "import { fakeCheck } from './fake-check.ts'; export const check = fakeCheck();",
            resolveDir: fileURLToPath(new URL('.', import.meta.url)),
          }));
        },
      },
    ],
  });
});
afterAll(() => dir.remove());

function dioOrdering(args: readonly string[], input = '') {
  return spawnSync(process.execPath, [cli, ...args], {
    input,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] },
  });
}

describe('the process', () => {
  it('reads stdin to its end and ends with the code of the command', () => {
    expect(dioOrdering(['check', '-'], DIFF)).toMatchObject({ status: 0, stderr: '' });
    expect(dioOrdering(['check', join(dir.path, 'introduced.patch')])).toMatchObject({
      status: 1,
      stderr: '',
    });
    expect(dioOrdering(['check'], '')).toMatchObject({ status: 2, stdout: '' });
  });

  it('prints the same bytes each time', () => {
    const once = () => dioOrdering(['check', '--format', 'json', join(dir.path, 'introduced.patch')]).stdout;
    expect(once()).toBe(once());
  });

  it('says nothing when the reader of its output goes away', async () => {
    const child = spawn(process.execPath, [cli, 'check', join(dir.path, 'introduced.patch')]);
    child.stdout.destroy();
    let said = '';
    child.stderr.on('data', (chunk) => (said += String(chunk)));
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect([code, said]).toEqual([1, '']);
  });
});
