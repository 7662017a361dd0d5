import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { checkAtOnce } from '../../server/src/cli/parallel.js';
import { readPatches } from '../../server/src/diff/read.js';
import { renderJson } from '../../server/src/render/json.js';
import { check, type CheckedFile, type CheckOptions } from '../../server/src/review/check.js';
import { fakeCheck, type Asked } from './fake-check.js';

const thread = fileURLToPath(new URL('../../dist/check-thread.cjs', import.meta.url));
const examples = fileURLToPath(new URL('../../examples/', import.meta.url));
const options: CheckOptions = { kernel: null, tree: null, memory: 'lkmm', jobs: 2 };

async function patches(names: readonly string[]): Promise<CheckedFile[]> {
  const files = names.map(async (file): Promise<CheckedFile> => {
    const read = await readPatches(readFileSync(`${examples}${file}`));
    if (!read.ok) throw new Error(read.what);
    return { file, input: read.input };
  });
  return Promise.all(files);
}

describe('inputs checked at the same time', () => {
  it.skipIf(!existsSync(thread))(
    'give the report of one check of all, to the byte (needs npm run build)',
    async () => {
      // Those in an mbox are series: they take longest, and are one input like the others.
      const files = await patches(readdirSync(examples).filter((name) => !name.endsWith('.mbox')));
      expect(files.length).toBeGreaterThan(4);
      const [together, alone] = [
        await checkAtOnce(files, options, { check }, thread),
        await check(files, options),
      ];
      if (!together.ok || !alone.ok) throw new Error('refused');
      expect(renderJson(together.report, true)).toBe(renderJson(alone.report, true));
    },
    120_000,
  );

  it('are checked in this thread where they are few, are one series, or one job is asked for', async () => {
    const [file] = await patches(['writeback-flags-helper.patch']);
    const many = Array.from({ length: 9 }, (_, at) => ({ ...file!, file: `${at}.patch` }));
    for (const [files, jobs] of [
      [many.slice(0, 4), 2],
      [many.map((one) => ({ ...one, series: 'one' })), 2],
      [many, 1],
    ] as const) {
      const asked: Asked = { files: [], options: null };
      await checkAtOnce(files, { ...options, jobs }, { check: fakeCheck(asked) }, '/no/such/thread.cjs');
      expect(asked.files).toHaveLength(files.length);
    }
  });
});
