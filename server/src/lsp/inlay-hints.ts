/** The inline timeline: at the end of each line that takes part in the chosen finding, who runs it, when, and what it does. */

import type { InlayHint, Range } from 'vscode-languageserver';
import { stepText } from '../render/grid.js';
import { inReadingOrder } from '../render/text.js';
import type { Finding, LoadBearing, TimelineStep } from '../review/report.js';
import { findingOf, rangeNow, type View } from './view.js';

/** Longer effects are cut: the whole is in the tooltip. */
const LONGEST_EFFECT = 24;
const OFF = 'Switch these hints off with the setting dioOrdering.inlayHints.enabled.';

/** What `InlayHint.data` holds: enough to make the tooltip again. */
export interface HintData {
  readonly uri: string;
  readonly finding: string;
  /** Line of the checked text. */
  readonly line: number;
}

/** The finding whose hints are shown until one is chosen: the most serious. */
export function defaultFinding({ checked }: View): string | null {
  return checked ? (inReadingOrder(checked.report.findings)[0]?.id ?? null) : null;
}

/** Hints of one finding in `range`. */
export function inlayHintsOf(view: View, chosen: string | null, range: Range): InlayHint[] {
  const finding = chosen === null ? null : findingOf(view, chosen);
  const { document, checked } = view;
  if (!finding || !checked) return [];
  return linesOf(finding).flatMap((line): InlayHint[] => {
    const now = rangeNow(checked, document, line, line)?.start.line;
    if (now === undefined || now < range.start.line || now > range.end.line) return [];
    const data: HintData = { uri: document.uri, finding: finding.id, line };
    return [{ position: document.endOf(now), label: labelOf(finding, line), paddingLeft: true, data }];
  });
}

/** Tooltips are made when they are asked for. */
export function tooltipOf(view: View, { finding: id, line }: HintData): string | null {
  const finding = findingOf(view, id);
  if (!finding) return null;
  const steps = stepsOn(finding, line).map(
    (step) =>
      `${step.n}. CPU${step.actor}: ${finding.timeline.actors[step.actor]}, ${step.function}(): ` +
      [stepText(step), ...step.effects].join('; '),
  );
  const bearing = loadBearingOn(finding, line).map(
    ({ text }) => `Load-bearing: without "${text}" the race is back.`,
  );
  const when = finding.change === 'fixed' && steps.length > 0 ? ['Before the patch:'] : [];
  return [...when, ...steps, ...bearing, OFF].join('\n');
}

function labelOf(finding: Finding, line: number): string {
  const steps = stepsOn(finding, line).map(stepLabel);
  const bearing = loadBearingOn(finding, line).length > 0 ? ['load-bearing'] : [];
  return [...steps, ...bearing].join('  ');
}

/** `CPU1 #3 i_dio_count 0→1`: the actor as the columns of a timeline call it. */
function stepLabel(step: TimelineStep): string {
  const what = step.effects[0] ?? /: (.+)$/s.exec(step.text)?.[1] ?? step.text;
  const short = what.length > LONGEST_EFFECT ? `${what.slice(0, LONGEST_EFFECT - 1)}…` : what;
  return `CPU${step.actor} #${step.n} ${short}`.trimEnd();
}

function linesOf(finding: Finding): readonly number[] {
  const steps = finding.timeline.steps.flatMap(({ at }) => (at.kind === 'patch' ? [at.line] : []));
  const bearing = finding.loadBearing.map(({ line }) => line);
  return [...new Set([...steps, ...bearing])].sort((a, b) => a - b);
}

const stepsOn = (finding: Finding, line: number): readonly TimelineStep[] =>
  finding.timeline.steps.filter(({ at }) => at.kind === 'patch' && at.line === line);

const loadBearingOn = (finding: Finding, line: number): readonly LoadBearing[] =>
  finding.loadBearing.filter((one) => one.line === line);
