/** What the providers answer from: a document as it is, and what was found in it when it was last checked. */

import type { Range } from 'vscode-languageserver';
import type { PatchText } from '../render/patch-text.js';
import { RULES } from '../render/rules.js';
import type { ChangedFunction } from '../review/changed-functions.js';
import type { Finding, Report, ScenarioSummary } from '../review/report.js';
import type { Document } from './document.js';
import type { LineMap } from './line-map.js';
import type { Definition } from './worker-protocol.js';

export interface View {
  readonly document: Document;
  readonly checked: CheckedView | null;
}

export interface CheckedView {
  readonly report: Report;
  readonly definitions: Readonly<Record<string, Definition>>;
  readonly functions: readonly ChangedFunction[];
  /** Lines of the text that was checked, as lines of the document. */
  readonly lines: LineMap;
  readonly patchText: PatchText;
}

/** The lines of a finding, step or note as they stand now; null where all of them were deleted. */
export function rangeNow(
  { lines }: CheckedView,
  document: Document,
  first: number,
  last: number,
): Range | null {
  const there: number[] = [];
  for (let line = first; line <= last; line++) {
    const now = lines.now(line);
    if (now !== null && now < document.lineCount) there.push(now);
  }
  return there.length === 0 ? null : document.linesRange(Math.min(...there), Math.max(...there));
}

export function touches(range: Range | null, first: number, last = first): boolean {
  return range !== null && range.start.line <= last && range.end.line >= first;
}

/** The findings at some lines of the document: where they are shown, and where what closes them stands. */
export function findingsAt({ document, checked }: View, first: number, last = first): readonly Finding[] {
  if (!checked) return [];
  return checked.report.findings.filter((finding) =>
    [finding, ...finding.loadBearing].some(({ line, endLine }) =>
      touches(rangeNow(checked, document, line, endLine), first, last),
    ),
  );
}

export function findingOf({ checked }: View, id: string): Finding | null {
  return checked?.report.findings.find((finding) => finding.id === id) ?? null;
}

/** The scenario that a finding shows. */
export function scenarioOf(report: Report, finding: Finding): ScenarioSummary | null {
  const row = report.verdicts.find(
    ({ file, scenario }) => file === finding.file && scenario.id === finding.scenarios[0],
  );
  return row?.scenario ?? null;
}

/** `P1 stale data exposure, ext4 nodelalloc hole`; with the actors where another finding of the file has the same title. */
export function titleOf(report: Report, finding: Finding): string {
  const title = shortTitle(report, finding);
  const others = report.findings.filter(
    (other) => other.id !== finding.id && other.file === finding.file && shortTitle(report, other) === title,
  );
  const actors = others.length === 0 ? [] : tellingActors(report, finding, others);
  return [title, ...actors].join(', ');
}

function shortTitle(report: Report, finding: Finding): string {
  const scenario = scenarioOf(report, finding);
  const where = scenario ? `, ${[scenario.fs, ...scenario.mount].join(' ')}` : '';
  return `${finding.property} ${RULES[finding.property].title}${where}`;
}

/** Those that are in none of the others; all where others have them all and more. */
function tellingActors(report: Report, finding: Finding, others: readonly Finding[]): readonly string[] {
  const actorsOf = (one: Finding): readonly string[] => scenarioOf(report, one)?.actors ?? [];
  const elsewhere = new Set(others.flatMap(actorsOf));
  const own = actorsOf(finding).filter((actor) => !elsewhere.has(actor));
  return own.length > 0 ? own : actorsOf(finding);
}

/** What was read out of the code has no scenario, which could be drawn or taken out. */
export const hasScenario = ({ scenarios }: Finding): boolean => scenarios.length > 0;

/** All steps, as the timeline view counts them. */
export const stepCount = ({ timeline }: Finding): number => timeline.steps.length;

/** `introduced`, `introduced (conditional)` */
export const changeOf = ({ change, condition }: Finding): string =>
  condition === undefined ? change : `${change} (conditional)`;
