/**
 * The server's side of the thread that checks. Jobs run one after the other. A job that nobody waits for any more is
 * asked to stop at its next step; if it does not within `GRACE`, its thread is ended and another takes over.
 */

import { Worker } from 'node:worker_threads';
import type { ExportedModel } from '../render/litmus.js';
import type { ExtractedEvent } from '../review/report.js';
import type { ScenarioTimeline } from '../review/scenario-timeline.js';
import type {
  CheckInput,
  CheckProgress,
  FromWorker,
  Outcome,
  ToWorker,
  WantedModel,
  WantedTimeline,
  WorkerStart,
} from './worker-protocol.js';

/**
 * Milliseconds from the wish to stop to the end of the thread: about the quiet after an edit for which the next check
 * waits anyway, and less than a new thread takes to start.
 */
const GRACE = 200;
/** Megabytes: above any check that ends; a runaway one ends its thread and not the server. */
const MOST_MEMORY = 2048;
/** Milliseconds without an ended thread after which no spare one is kept. */
const SPARE_TIME = 60_000;

interface Job {
  readonly message: ToWorker;
  readonly progress: (progress: CheckProgress) => void;
  readonly done: (answer: FromWorker | { readonly kind: 'ended'; readonly what: string }) => void;
}

export class Analyst {
  readonly #abandoned = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  readonly #waiting: Job[] = [];
  #nextId = 1;
  #running: Job | null = null;
  #worker: Worker | null = null;
  #spare: Worker | null = null;
  #spareTimer: NodeJS.Timeout | undefined;

  /** `file`: the bundled worker. */
  constructor(
    readonly file: string,
    readonly log: (line: string) => void,
  ) {}

  /** Starts the thread before it is needed. */
  warmUp(): void {
    this.#worker ??= this.#start();
  }

  check(
    input: CheckInput,
    progress: (progress: CheckProgress) => void,
    signal: AbortSignal,
    anew: boolean,
  ): Promise<Outcome> {
    return new Promise((resolve) => {
      const message = { kind: 'check', id: this.#nextId++, input, anew } as const;
      this.#add({ message, progress, done: (answer) => resolve(outcomeOf(answer)) }, signal);
    });
  }

  timeline(input: CheckInput, wanted: WantedTimeline, signal: AbortSignal): Promise<ScenarioTimeline | null> {
    return new Promise((resolve) => {
      const message = { kind: 'timeline', id: this.#nextId++, input, wanted } as const;
      const done: Job['done'] = (answer) => resolve(answer.kind === 'timeline' ? answer.timeline : null);
      this.#add({ message, progress: () => undefined, done }, signal);
    });
  }

  model(input: CheckInput, wanted: WantedModel, signal: AbortSignal): Promise<ExportedModel | null> {
    return new Promise((resolve) => {
      const message = { kind: 'model', id: this.#nextId++, input, wanted } as const;
      const done: Job['done'] = (answer) => resolve(answer.kind === 'model' ? answer.model : null);
      this.#add({ message, progress: () => undefined, done }, signal);
    });
  }

  /** None of a check that failed. */
  events(input: CheckInput, signal: AbortSignal): Promise<readonly ExtractedEvent[]> {
    return new Promise((resolve) => {
      const message = { kind: 'events', id: this.#nextId++, input } as const;
      const done: Job['done'] = (answer) => resolve(answer.kind === 'events' ? answer.events : []);
      this.#add({ message, progress: () => undefined, done }, signal);
    });
  }

  dispose(): void {
    clearTimeout(this.#spareTimer);
    const threads = [this.#worker, this.#spare];
    this.#worker = this.#spare = null;
    for (const thread of threads) void thread?.terminate();
  }

  #add(job: Job, signal: AbortSignal): void {
    if (signal.aborted) return job.done({ kind: 'ended', what: 'abandoned' });
    this.#waiting.push(job);
    signal.addEventListener('abort', () => this.#abandon(job), { once: true });
    this.#next();
  }

  #next(): void {
    if (this.#running) return;
    const job = this.#waiting.shift();
    if (!job) return;
    this.#running = job;
    this.warmUp();
    this.#worker!.postMessage(job.message);
  }

  #abandon(job: Job): void {
    const at = this.#waiting.indexOf(job);
    if (at >= 0) {
      this.#waiting.splice(at, 1);
      return job.done({ kind: 'ended', what: 'abandoned' });
    }
    if (this.#running !== job) return;
    Atomics.store(new Int32Array(this.#abandoned), 0, job.message.id);
    setTimeout(() => {
      if (this.#running === job) this.#replace('abandoned');
    }, GRACE);
  }

  /** Ends the thread that runs; a spare one that is warm already takes over. */
  #replace(what: string): void {
    const ended = this.#worker;
    this.#worker = this.#spare ?? this.#start();
    this.#spare = this.#start();
    void ended?.terminate();
    clearTimeout(this.#spareTimer);
    this.#spareTimer = setTimeout(() => {
      const spare = this.#spare;
      this.#spare = null;
      void spare?.terminate();
    }, SPARE_TIME);
    this.#spareTimer.unref();
    this.#end({ kind: 'ended', what });
  }

  #end(answer: Parameters<Job['done']>[0]): void {
    const job = this.#running;
    this.#running = null;
    job?.done(answer);
    this.#next();
  }

  #start(): Worker {
    const start: WorkerStart = { abandoned: this.#abandoned };
    const worker = new Worker(this.file, {
      workerData: start,
      // What a library prints must not get between the messages of the protocol.
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: MOST_MEMORY },
    });
    worker.stdout.on('data', (chunk) => this.log(String(chunk).trimEnd()));
    worker.stderr.on('data', (chunk) => this.log(String(chunk).trimEnd()));
    worker.on('message', (message: FromWorker) => this.#heard(worker, message));
    worker.on('error', (error) => this.#died(worker, error.message));
    worker.on('exit', (code) => this.#died(worker, `exit ${code}`));
    worker.unref();
    return worker;
  }

  #heard(worker: Worker, message: FromWorker): void {
    if (worker !== this.#worker || message.id !== this.#running?.message.id) return;
    if (message.kind === 'progress') this.#running.progress(message.progress);
    else this.#end(message);
  }

  /** Of a thread that was not ended from here. */
  #died(worker: Worker, what: string): void {
    if (worker !== this.#worker && worker !== this.#spare) return;
    this.log(`a checking thread ended: ${what}`);
    if (worker === this.#spare) this.#spare = null;
    if (worker !== this.#worker) return;
    this.#worker = null;
    this.#end({ kind: 'ended', what });
  }
}

function outcomeOf(answer: Parameters<Job['done']>[0]): Outcome {
  return answer.kind === 'checked'
    ? answer.outcome
    : { kind: 'failed', what: answer.kind === 'ended' ? answer.what : '' };
}
