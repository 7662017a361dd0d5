/** `dio-ordering timeline`: one finding alone, e.g. to put it into a reply. */

import { renderMail } from '../render/mail.js';
import { renderFindingMarkdown } from '../render/markdown.js';
import { renderSvg } from '../render/svg.js';
import { renderFinding } from '../render/text.js';
import type { CheckedFile, CheckResult } from '../review/check.js';
import type { Finding, Report } from '../review/report.js';
import { complain, EXIT, type ExitCode, type Io } from './io.js';
import { load } from './load.js';
import { checkOptions, type AnalysisFlags } from './options.js';
import { patchTextOf } from './patch-lines.js';
import { colour, columns } from './screen.js';
import type { Services } from './services.js';

export const TIMELINE_FORMATS = ['text', 'markdown', 'mail', 'svg'] as const;

export interface TimelineFlags extends AnalysisFlags {
  readonly format: (typeof TIMELINE_FORMATS)[number];
  readonly finding: string;
}

/** Exit 0 when the finding is there and printed, whatever it says. */
export async function timelineCommand(
  operand: string,
  flags: TimelineFlags,
  io: Io,
  services: Services,
): Promise<ExitCode> {
  const { files, problems } = await load([operand], io, services);
  for (const problem of problems) complain(io, problem.what);
  if (files.length === 0) return EXIT.usage;
  const answer = await services.check(files, checkOptions(flags));
  if (!answer.ok) {
    complain(io, answer.what);
    return EXIT.usage;
  }
  const finding = answer.report.findings.find(({ id }) => id === flags.finding);
  if (finding === undefined) {
    complain(io, `${operand}: no finding ${flags.finding} in it: ${known(answer.report)}`);
    return EXIT.usage;
  }
  io.stdout.write(render(answer, finding, files, flags, io));
  return problems.some((problem) => problem.fatal) ? EXIT.usage : EXIT.clean;
}

function known({ findings }: Report): string {
  if (findings.length === 0) return 'it has none with these options';
  return `give one of ${findings.map(({ id }) => id).join(', ')}`;
}

type Answer = CheckResult & { readonly ok: true };

function render(
  { report, timeline }: Answer,
  finding: Finding,
  files: readonly CheckedFile[],
  flags: TimelineFlags,
  io: Io,
): string {
  const patchText = patchTextOf(files);
  switch (flags.format) {
    case 'text':
      return renderFinding(report, finding, {
        width: columns(io),
        colour: colour(flags.color, io),
        explain: true,
        patchText,
      });
    case 'markdown':
      return renderFindingMarkdown(report, finding, { patchText });
    case 'mail':
      return renderMail(report, finding, patchText);
    case 'svg':
      return svgOf(timeline({ finding: finding.id }), finding);
  }
}

/** Every finding comes from a judged scenario, which can be drawn. */
function svgOf(timeline: ReturnType<Answer['timeline']>, { id }: Finding): string {
  if (timeline === null) throw new Error(`finding ${id} has no scenario to draw`);
  return renderSvg(timeline);
}
