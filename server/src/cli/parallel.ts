/** `--jobs`: inputs that have nothing to do with each other are checked at the same time, in threads of their own. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { CheckedFile, CheckOptions } from '../review/check.js';
import type { Report } from '../review/report.js';
import type { Services } from './services.js';

export type ReportResult =
  { readonly ok: true; readonly report: Report } | { readonly ok: false; readonly what: string };

/** What a thread is asked; it answers with a `ReportResult`. */
export interface Question {
  readonly files: readonly CheckedFile[];
  readonly options: Omit<CheckOptions, 'step'>;
}

/** So many inputs make a thread worth while: it spends a second getting warm. */
const WORTH_A_THREAD = 4;

/** The bundled thread, beside the bundled command; where there is none, everything is checked one after the other. */
const threadFile = (): string | null => {
  const file = typeof __dirname === 'string' ? join(__dirname, 'check-thread.cjs') : '';
  return existsSync(file) ? file : null;
};

/** The same report as one check of all files, whatever the number of threads. */
export async function checkAtOnce(
  files: readonly CheckedFile[],
  options: CheckOptions,
  { check }: Pick<Services, 'check'>,
  thread: string | null = threadFile(),
): Promise<ReportResult> {
  const units = unitsOf(files);
  const others = Math.min(options.jobs, Math.ceil(units.length / WORTH_A_THREAD)) - 1;
  if (thread === null || others < 1) return check(files, options);
  const waiting = units.map((unit, at) => ({ unit, at }));
  const answers: ReportResult[] = [];
  const work = async (answer: (unit: readonly CheckedFile[]) => Promise<ReportResult>): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) answers[next.at] = await answer(next.unit);
  };
  const threads = Array.from({ length: others }, () => new Worker(thread));
  try {
    await Promise.all([
      ...threads.map((one) => work((unit) => ask(one, { files: unit, options }))),
      // The threads are started before the first unit keeps this one busy.
      work(async (unit) => check(unit, options)),
    ]);
  } finally {
    for (const one of threads) void one.terminate();
  }
  return joined(answers);
}

/** Files of one series belong together; all others stand for themselves. */
function unitsOf(files: readonly CheckedFile[]): readonly (readonly CheckedFile[])[] {
  const units = new Map<string, CheckedFile[]>();
  files.forEach((file, at) => {
    const key = file.series === undefined ? `file:${at}` : `series:${file.series}`;
    units.set(key, [...(units.get(key) ?? []), file]);
  });
  return [...units.values()];
}

function ask(thread: Worker, question: Question): Promise<ReportResult> {
  return new Promise((resolve, reject) => {
    thread.once('message', resolve);
    thread.once('error', reject);
    thread.postMessage(question);
  });
}

function joined(answers: readonly ReportResult[]): ReportResult {
  const refused = answers.find((answer) => !answer.ok);
  if (refused) return refused;
  const reports = answers.flatMap((answer) => (answer.ok ? [answer.report] : []));
  return {
    ok: true,
    report: {
      ...reports[0]!,
      inputs: reports.flatMap(({ inputs }) => inputs),
      verdicts: reports.flatMap(({ verdicts }) => verdicts),
      findings: reports.flatMap(({ findings }) => findings),
      notModelled: reports.flatMap(({ notModelled }) => notModelled),
      ...optional(reports),
      explanation: {
        releases: reports.flatMap(({ explanation }) => explanation.releases),
        skipped: reports.flatMap(({ explanation }) => explanation.skipped),
        get events() {
          return reports.flatMap(({ explanation }) => explanation.events);
        },
      },
    },
  };
}

/** Parts that a report has only where there is something to say. */
function optional(reports: readonly Report[]): Pick<Report, 'silenced' | 'stats'> {
  const silenced = reports.flatMap((report) => report.silenced ?? []);
  const stats = reports.flatMap((report) => report.stats ?? []);
  return { ...(silenced.length === 0 ? {} : { silenced }), ...(stats.length === 0 ? {} : { stats }) };
}
