/** The thread that checks: one job at a time, so that the server's own thread always answers. */

import { parentPort, workerData } from 'node:worker_threads';
import { AbandonedError, nothingFurther, TextChecker, type Checked } from './check-text.js';
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
    return answerOf(message, await checker.check(message.input, step));
  } catch (error) {
    return answerOf(message, nothingFurther(failure(error)));
  }
}

function answerOf(message: ToWorker, { outcome, timeline, model, events }: Checked): FromWorker {
  const { id } = message;
  switch (message.kind) {
    case 'check':
      return { kind: 'checked', id, outcome };
    case 'timeline':
      return { kind: 'timeline', id, timeline: timeline(message.wanted) };
    case 'model':
      return { kind: 'model', id, model: model(message.wanted) };
    case 'events':
      return { kind: 'events', id, events: events() };
  }
}

function failure(error: unknown): Outcome {
  if (error instanceof AbandonedError) return { kind: 'failed', what: 'abandoned' };
  return { kind: 'failed', what: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}
