/** `dio-ordering timeline`: one finding alone, e.g. to put it into a reply. */

import { renderLitmus, type ExportedModel } from '../render/litmus.js';
import { renderMail } from '../render/mail.js';
import { renderFindingMarkdown } from '../render/markdown.js';
import { renderPromela } from '../render/promela.js';
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

export const TIMELINE_FORMATS = ['text', 'markdown', 'mail', 'svg', 'litmus', 'promela'] as const;
export const SIDES = ['before', 'after'] as const;

export interface TimelineFlags extends AnalysisFlags {
  readonly format: (typeof TIMELINE_FORMATS)[number];
  readonly finding: string;
  /** Of the patch; without one, the side that has the race. */
  readonly side?: (typeof SIDES)[number];
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
  if (flags.side !== undefined && flags.format !== 'svg' && flags.format !== 'litmus') {
    complain(io, '--side is of --format svg and litmus: the other formats show the side that has the race');
    return EXIT.usage;
  }
  const rendered = render(answer, finding, files, flags, io);
  if (!rendered.ok) {
    complain(io, rendered.what);
    return EXIT.usage;
  }
  io.stdout.write(rendered.text);
  return problems.some((problem) => problem.fatal) ? EXIT.usage : EXIT.clean;
}

function known({ findings }: Report): string {
  if (findings.length === 0) return 'it has none with these options';
  return `give one of ${findings.map(({ id }) => id).join(', ')}`;
}

type Answer = CheckResult & { readonly ok: true };

function render(
  { report, timeline, race }: Answer,
  finding: Finding,
  files: readonly CheckedFile[],
  flags: TimelineFlags,
  io: Io,
): ExportedModel {
  const patchText = patchTextOf(files);
  const text = (rendered: string): ExportedModel => ({ ok: true, text: rendered });
  const { side } = flags;
  switch (flags.format) {
    case 'text':
      return text(
        renderFinding(report, finding, {
          width: columns(io),
          colour: colour(flags.color, io),
          explain: true,
          patchText,
        }),
      );
    case 'markdown':
      return text(renderFindingMarkdown(report, finding, { patchText }));
    case 'mail':
      return text(renderMail(report, finding, patchText));
    case 'svg':
      return ofScenario(timeline({ finding: finding.id, side }), finding, (one) => text(renderSvg(one)));
    case 'litmus':
      return ofScenario(race(finding.id), finding, (one) => renderLitmus(one, side));
    case 'promela':
      return ofScenario(race(finding.id), finding, (one) => text(renderPromela(one)));
  }
}

/** Only a finding that comes from a scenario can be drawn and taken out. */
function ofScenario<T>(value: T | null, { id }: Finding, render: (value: T) => ExportedModel): ExportedModel {
  if (value !== null) return render(value);
  return {
    ok: false,
    what: `finding ${id} was read out of the code and has no scenario: give --format text, markdown or mail`,
  };
}
