/** `dio-ordering check`: judges the patches that are named and prints what came of it. */

import { renderJson } from '../render/json.js';
import { renderMarkdown } from '../render/markdown.js';
import { renderSarif } from '../render/sarif.js';
import { renderText } from '../render/text.js';
import type { CheckedFile } from '../review/check.js';
import type { Change, Report } from '../review/report.js';
import { complain, EXIT, type ExitCode, type Io } from './io.js';
import { load } from './load.js';
import { checkOptions, type AnalysisFlags } from './options.js';
import { checkAtOnce } from './parallel.js';
import { patchTextOf } from './patch-lines.js';
import { colour, columns } from './screen.js';
import type { Services } from './services.js';

export const CHECK_FORMATS = ['text', 'json', 'sarif', 'markdown'] as const;
export const FAIL_ON = ['introduced', 'left', 'any'] as const;

export interface CheckFlags extends AnalysisFlags {
  readonly format: (typeof CHECK_FORMATS)[number];
  readonly failOn: (typeof FAIL_ON)[number];
  readonly explain?: true;
  readonly stats?: true;
}

/** The changes of findings that make the exit code 1. */
const FAILING: Readonly<Record<CheckFlags['failOn'], readonly Change[] | 'all'>> = {
  introduced: ['introduced'],
  left: ['introduced', 'left'],
  any: 'all',
};

/** Prints the results of what could be checked and complains of the rest. */
export async function checkCommand(
  operands: readonly string[],
  flags: CheckFlags,
  io: Io,
  services: Services,
): Promise<ExitCode> {
  const { files, problems } = await load(operands, io, services);
  for (const problem of problems) complain(io, problem.what);
  if (files.length === 0) return EXIT.usage;
  const answer = await checkAtOnce(files, { ...checkOptions(flags), stats: flags.stats === true }, services);
  if (!answer.ok) {
    complain(io, answer.what);
    return EXIT.usage;
  }
  io.stdout.write(render(answer.report, files, flags, io));
  if (problems.some((problem) => problem.fatal)) return EXIT.usage;
  return fails(answer.report, flags.failOn) ? EXIT.findings : EXIT.clean;
}

function render(report: Report, files: readonly CheckedFile[], flags: CheckFlags, io: Io): string {
  const explain = flags.explain === true;
  const patchText = patchTextOf(files);
  switch (flags.format) {
    case 'text':
      return renderText(report, { width: columns(io), colour: colour(flags.color, io), explain, patchText });
    case 'json':
      return renderJson(report, explain);
    case 'sarif':
      return renderSarif(report);
    case 'markdown':
      return renderMarkdown(report, { explain, patchText });
  }
}

function fails(report: Report, failOn: CheckFlags['failOn']): boolean {
  const failing = FAILING[failOn];
  return report.findings.some((finding) => failing === 'all' || failing.includes(finding.change));
}
