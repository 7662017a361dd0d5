import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { Analyst } from '../../server/src/lsp/analyst.js';
import type { CheckInput } from '../../server/src/lsp/worker-protocol.js';
import { directoryWith } from '../cli/command-line.js';

/** A thread that answers, tells its thread's id, counts, hangs, throws or dies, as the text says. */
const THREAD = `
const { parentPort, threadId, workerData } = require('node:worker_threads');
const abandoned = new Int32Array(workerData.abandoned);
parentPort.on('message', ({ id, input: { text } }) => {
  const say = (what) => parentPort.postMessage({ kind: 'checked', id, outcome: { kind: 'no-patch', what } });
  if (text === 'progress') parentPort.postMessage({ kind: 'progress', id, progress: { done: 1, total: 2, what: 'x' } });
  if (text === 'hang') for (;;);
  if (text === 'gentle') while (Atomics.load(abandoned, 0) < id);
  if (text === 'print') console.log('not a message');
  if (text === 'throw') throw new Error('a bug');
  if (text === 'die') process.exit(1);
  say(text + ' ' + threadId);
});
`;
const folder = directoryWith({ 'thread.cjs': THREAD });
afterAll(() => folder.remove());

const started: Analyst[] = [];
afterEach(() => started.splice(0).forEach((one) => one.dispose()));

function analyst() {
  const log: string[] = [];
  const one = new Analyst(join(folder.path, 'thread.cjs'), (line) => log.push(line));
  started.push(one);
  const check = async (text: string, signal = new AbortController().signal): Promise<string> => {
    const input: CheckInput = {
      file: 'a',
      text,
      kernel: null,
      tree: null,
      memory: 'sc',
      all: false,
      silence: [],
      series: { earlier: [], later: [] },
    };
    const outcome = await one.check(input, ({ what }) => log.push(`progress ${what}`), signal, false);
    return outcome.kind === 'checked' ? outcome.kind : `${outcome.kind}: ${outcome.what}`;
  };
  return { check, log };
}

const thread = (said: string): number => Number(/\d+$/.exec(said)![0]);

describe('checks', () => {
  it('run one after the other in one thread', async () => {
    const { check } = analyst();
    const said = await Promise.all(['a', 'b', 'c'].map((text) => check(text)));
    expect(said.map((one) => one.replace(/ \d+$/, ''))).toEqual([
      'no-patch: a',
      'no-patch: b',
      'no-patch: c',
    ]);
    expect(new Set(said.map(thread)).size).toBe(1);
  });

  it('tell their progress', async () => {
    const { check, log } = analyst();
    await check('progress');
    expect(log).toEqual(['progress x']);
  });

  it('that wait are taken out when nobody wants them any more', async () => {
    const { check } = analyst();
    const abort = new AbortController();
    const first = check('a');
    const second = check('b', abort.signal);
    abort.abort();
    expect(await second).toBe('failed: abandoned');
    expect(await first).toContain('no-patch: a');
    expect(await check('c', abort.signal)).toBe('failed: abandoned');
  });

  it('that stop when they are asked to keep their thread', async () => {
    const { check } = analyst();
    const before = thread(await check('a'));
    const abort = new AbortController();
    const gentle = check('gentle', abort.signal);
    setTimeout(() => abort.abort(), 20);
    await gentle;
    expect(thread(await check('b'))).toBe(before);
  });

  it('that do not stop are ended, and a warm spare thread takes over from then on', async () => {
    const { check } = analyst();
    const before = thread(await check('a'));
    const ended = [];
    for (let time = 0; time < 2; time++) {
      const abort = new AbortController();
      const hanging = check('hang', abort.signal);
      setTimeout(() => abort.abort(), 20);
      ended.push(await hanging);
    }
    expect(ended).toEqual(['failed: abandoned', 'failed: abandoned']);
    expect(thread(await check('b'))).toBeGreaterThan(before);
  });
});

describe('a thread', () => {
  it('that throws or ends fails its check and no other', async () => {
    const { check, log } = analyst();
    expect(await check('throw')).toBe('failed: a bug');
    expect(await check('die')).toMatch(/^failed: /);
    expect(await check('a')).toContain('no-patch: a');
    expect(log[0]).toBe('a checking thread ended: a bug');
  });

  it('that prints does not print into the protocol', async () => {
    const { check, log } = analyst();
    await check('print');
    await check('a');
    expect(log).toEqual(['not a message']);
  });
});
