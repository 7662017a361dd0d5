/** The thread that checks: one job at a time, so that the server's own thread always answers. */

import { parentPort, workerData } from 'node:worker_threads';
import { AbandonedError, TextChecker } from './check-text.js';
import type { CheckProgress, FromWorker, Outcome, ToWorker, WorkerStart } from './worker-protocol.js';

const abandoned = new Int32Array((workerData as WorkerStart).abandoned);
const checker = new TextChecker();
const say = (message: FromWorker): void => parentPort!.postMessage(message);

const warm = checker.warmUp();

parentPort!.on('message', (message: ToWorker) => {
  void warm.then(() => answer(message)).then(say);
});

async function answer(message: ToWorker): Promise<FromWorker> {
  const { id } = message;
  const step = (progress: CheckProgress): void => {
    if (Atomics.load(abandoned, 0) >= id) throw new AbandonedError();
    say({ kind: 'progress', id, progress });
  };
  try {
    if (message.kind === 'check' && message.anew) checker.forget(message.input);
    const { outcome, timeline, model } = await checker.check(message.input, step);
    if (message.kind === 'check') return { kind: 'checked', id, outcome };
    if (message.kind === 'model') return { kind: 'model', id, model: model(message.wanted) };
    return { kind: 'timeline', id, timeline: timeline(message.wanted) };
  } catch (error) {
    if (message.kind === 'model') return { kind: 'model', id, model: null };
    if (message.kind === 'timeline') return { kind: 'timeline', id, timeline: null };
    return { kind: 'checked', id, outcome: failure(error) };
  }
}

function failure(error: unknown): Outcome {
  if (error instanceof AbandonedError) return { kind: 'failed', what: 'abandoned' };
  return { kind: 'failed', what: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}
