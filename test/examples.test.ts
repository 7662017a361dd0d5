/** The patches in examples/ give what README.md says of them. */

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { run } from '../server/src/cli/run.js';
import { readPatches } from '../server/src/diff/read.js';
import { check } from '../server/src/review/check.js';
import type { Finding, Report } from '../server/src/review/report.js';
import type { MemoryModel } from '../server/src/sim/exploration.js';

const place = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));

async function reportOn(name: string, memory: MemoryModel = 'lkmm'): Promise<Report> {
  const file = `examples/${name}`;
  const read = await readPatches(readFileSync(place(file)));
  if (!read.ok) throw new Error(read.what);
  const options = { kernel: null, tree: null, memory, jobs: 1 };
  const answer = await check([{ file, input: read.input }], options);
  if (!answer.ok) throw new Error(answer.what);
  return answer.report;
}

const findingsIn = async (name: string, memory?: MemoryModel): Promise<readonly Finding[]> =>
  (await reportOn(name, memory)).findings;

const inShort = ({ change, property, timeline, scenarios }: Finding): string =>
  `${change} ${property} ${timeline.actors.join(' + ')} in ${scenarios[0]!}`;

const DELALLOC = 'DIO read + write fault + flusher in ext4/dio-read+fault+writeback/delalloc';

describe('an example', () => {
  it.each([
    [
      'complete-after-invalidation.patch',
      ['introduced P2 DIO write + buffered read in xfs/dio-write+buffered-read/block=page/unwritten@4.11'],
    ],
    [
      'invalidate-in-completion.patch',
      [
        'fixed P2 AIO DIO write + AIO completion, then its waiter + buffered read in ' +
          'xfs/aio-dio-write+buffered-read/block=page/mapped@4.11',
      ],
    ],
    ['writeback-allocates-written.patch', [`introduced P1 ${DELALLOC}/dioread_nolock/hole@5.6-5.7`]],
    ['writeback-flags-helper.patch', []],
    [
      'dio-count-taken-late.mbox',
      [
        `introduced P1 ${DELALLOC}/hole@5.6-5.7[2/2]`,
        `left P1 ${DELALLOC}/indirect-blocks/hole@5.6-5.7[1/2]`,
        `left P1 ${DELALLOC}/indirect-blocks/hole@5.6-5.7[2/2]`,
        `fixed P1 ${DELALLOC}/hole@5.6-5.7[1/2]`,
      ],
    ],
    [
      'dio-count-without-barrier.mbox',
      [
        `introduced P1 ${DELALLOC}/hole@5.6-5.7[2/2]`,
        `left P1 ${DELALLOC}/indirect-blocks/hole@5.6-5.7[1/2]`,
        `fixed P1 ${DELALLOC}/hole@5.6-5.7[1/2]`,
      ],
    ],
  ])('%s', async (name, expected) => {
    expect((await findingsIn(name)).map(inShort)).toEqual(expected);
  });

  it.each(readdirSync(place('examples/')))('%s is modelled throughout', async (name) => {
    expect((await reportOn(name)).notModelled).toEqual([]);
  });

  it.each(['sc', 'tso'] as const)('that drops the barrier introduces nothing under %s', async (memory) => {
    const changes = (await findingsIn('dio-count-without-barrier.mbox', memory)).map(({ change }) => change);
    expect(changes).toEqual(['left', 'fixed']);
  });

  it('says the same of a patch and of its damaged form', async () => {
    const what = (found: readonly Finding[]): unknown =>
      found.map(({ change, property, message, scenarios, memory, timeline }) => ({
        ...{ change, property, message, scenarios, memory },
        steps: timeline.steps.map(({ actor, text, effects }) => ({ actor, text, effects })),
      }));
    const whole = await findingsIn('invalidate-before-end-io.patch');
    expect(whole.map(({ change }) => change)).toEqual(['introduced', 'introduced']);
    expect(what(await findingsIn('invalidate-before-end-io-damaged.eml'))).toEqual(what(whole));
  });
});

/** `UPDATE_GOLDEN=1` writes what is printed now into README.md, to be read before it is committed. */
it('is shown in README.md as it is printed', async () => {
  const name = 'examples/complete-after-invalidation.patch';
  const written: string[] = [];
  const out = { write: (text: string) => written.push(text) };
  const stdin = (async function* () {})();
  process.chdir(place('.'));
  await run(['check', name], { env: {}, stdin, stdout: out, stderr: out }, { readPatches, check });
  const block = /(<!-- output of: dio-ordering check \S+ -->\n\n```text\n)[\s\S]*?```\n/;
  const readme = readFileSync(place('README.md'), 'utf8');
  expect(readme).toMatch(block);
  const shown = readme.replace(block, (_, head: string) => `${head}${written.join('')}\`\`\`\n`);
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(place('README.md'), shown);
  expect(readFileSync(place('README.md'), 'utf8')).toBe(shown);
});
