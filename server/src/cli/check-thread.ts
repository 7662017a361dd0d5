/** A thread that checks what it is given, one question after the other. */

import { parentPort } from 'node:worker_threads';
import { check } from '../review/check.js';
import type { Question, ReportResult } from './parallel.js';

parentPort!.on('message', ({ files, options }: Question) => {
  void check(files, options).then((result) => {
    const answer: ReportResult = result.ok ? { ok: true, report: result.report } : result;
    parentPort!.postMessage(answer);
  });
});
