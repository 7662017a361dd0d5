/** One lens for each finding, in words; one for a patch whose races are all closed. */

import type { CodeLens, Range } from 'vscode-languageserver';
import type { Finding } from '../review/report.js';
import { silenced } from '../render/summary.js';
import { command } from './commands.js';
import { COMMAND } from './protocol.js';
import { changeOf, hasScenario, rangeNow, stepCount, titleOf, type CheckedView, type View } from './view.js';

const OFF = 'Switch these lines off with the setting dioOrdering.codeLens.enabled.';

export function codeLensesOf(view: View): CodeLens[] {
  const { checked } = view;
  if (!checked) return [];
  const { findings } = checked.report;
  const hidden = silencedLens(view, checked);
  if (findings.length > 0 && findings.every(({ change }) => change === 'fixed'))
    return [...closedLens(view, checked, findings), ...hidden];
  const shown = findings.flatMap((finding) => {
    const range = rangeNow(checked, view.document, finding.line, finding.endLine);
    if (range === null) return [];
    const title = `${titleOf(checked.report, finding)}: ${changeOf(finding)}`;
    return lensesOf(view.document.uri, atStart(range), title, finding);
  });
  return [...shown, ...hidden];
}

/** Where the first of them would stand. */
function silencedLens({ document }: View, checked: CheckedView): CodeLens[] {
  const all = checked.report.silenced ?? [];
  const ranges = all.flatMap(({ line }) => rangeNow(checked, document, line, line) ?? []);
  const first = ranges.sort((a, b) => a.start.line - b.start.line)[0];
  if (!first) return [];
  const title = silenced(checked.report);
  return [{ range: atStart(first), command: command(title, COMMAND.explain, [document.uri], OFF) }];
}

const atStart = ({ start }: Range): Range => ({ start, end: start });

/** Two lenses on a line are drawn as one text with two parts to click. */
function lensesOf(uri: string, range: Range, title: string, finding: Finding): CodeLens[] {
  if (!hasScenario(finding)) return [{ range, command: command(title, COMMAND.explain, [uri], OFF) }];
  const show = `${title} · show ${stepCount(finding)} steps`;
  return [
    { range, command: command(show, COMMAND.showTimeline, [uri, finding.id], OFF) },
    { range, command: command('explain', COMMAND.explain, [uri], OFF) },
  ];
}

function closedLens({ document }: View, checked: CheckedView, findings: readonly Finding[]): CodeLens[] {
  const shown = findings.flatMap((finding) => {
    const range = rangeNow(checked, document, finding.line, finding.endLine);
    return range === null ? [] : [{ finding, range }];
  });
  const first = shown.sort((a, b) => a.range.start.line - b.range.start.line)[0];
  if (!first) return [];
  const more = findings.length === 1 ? '' : ` and ${findings.length - 1} more`;
  const title = `closed: ${titleOf(checked.report, first.finding)}${more}`;
  return lensesOf(document.uri, atStart(first.range), title, first.finding);
}
