/** A report, or one finding of it, in the formats of the command line. */

import { renderJson } from '../render/json.js';
import { renderMail } from '../render/mail.js';
import { renderFindingMarkdown, renderMarkdown } from '../render/markdown.js';
import type { PatchText } from '../render/patch-text.js';
import { renderSarif } from '../render/sarif.js';
import { renderFinding, renderText } from '../render/text.js';
import type { Finding, Report } from '../review/report.js';
import type { ExportFormat, ModelFormat } from './protocol.js';

const WIDTH = 100;

/** Null where the format needs a finding and none is named. `svg` is drawn from the timeline, see `timeline.ts`;
 * models are made where the check ran, see `check-text.ts`. */
export function exportOf(
  report: Report,
  finding: Finding | null,
  format: Exclude<ExportFormat, 'svg' | ModelFormat>,
  patchText: PatchText,
): string | null {
  const shown = finding ? { ...report, findings: [finding] } : report;
  const text = { width: WIDTH, colour: false, explain: false, patchText };
  switch (format) {
    case 'text':
      return finding ? renderFinding(report, finding, { ...text, explain: true }) : renderText(report, text);
    case 'markdown':
      return finding ? renderFindingMarkdown(report, finding, { patchText }) : renderMarkdown(report, text);
    case 'json':
      return renderJson(shown, true);
    case 'sarif':
      return renderSarif(shown);
    case 'mail':
      return finding ? renderMail(report, finding, patchText) : null;
  }
}
