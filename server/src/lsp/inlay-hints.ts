/** The inline timeline: at the end of each line that takes part in the chosen finding, who runs it, when, and what it does. */

import type { InlayHint, Range } from 'vscode-languageserver';
import { stepText } from '../render/grid.js';
import { shortForm } from '../render/short-form.js';
import { inReadingOrder } from '../render/text.js';
import type { Finding, LoadBearing, TimelineStep } from '../review/report.js';
import { shortWords } from './short-words.js';
import { stepsThatMatter } from './steps-that-matter.js';
import { findingOf, rangeNow, type View } from './view.js';

const OFF = 'Switch these hints off with the setting dioOrdering.inlayHints.enabled.';

/** What `InlayHint.data` holds: enough to make the tooltip again. */
export interface HintData {
  readonly uri: string;
  readonly finding: string;
  /** Line of the checked text. */
  readonly line: number;
}

/** Where the client does not say what is looked at: the most serious finding. */
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
  const parts = partsOf(finding, line);
  const steps = parts.map(({ actor, numbers, words }, at) =>
    [...(parts[at - 1]?.actor === actor ? [] : [`CPU${actor}`]), `#${numbers}`, words].join(' ').trimEnd(),
  );
  const bearing = loadBearingOn(finding, line).length > 0 ? ['load-bearing'] : [];
  return [...steps, ...bearing].join('  ');
}

/** Steps of a line that are shown as one: `CPU1 #3 i_dio_count 0→1`, the actor as the columns of a timeline call it. */
interface Part {
  readonly actor: number;
  readonly numbers: string;
  readonly words: string;
}

/** A step that stands on the line is a part of its own; those that a call on it leads to are one an actor. */
function partsOf(finding: Finding, line: number): readonly Part[] {
  const steps = stepsOn(finding, line);
  const groups = steps.map((step) =>
    standsIn(step) ? [step] : steps.filter((one) => one.actor === step.actor && !standsIn(one)),
  );
  return groups.flatMap((group, at): Part[] => {
    const [first] = group;
    if (first !== steps[at]) return [];
    const [main] = stepsThatMatter(finding, 1, (step) => group.includes(step));
    return [
      {
        actor: first!.actor,
        numbers: numbersOf(group, finding),
        words: shortWords(main ?? first!),
      },
    ];
  });
}

/** `12-14,17`: steps are in a row where the actor, whatever the others do, takes no other step between them. */
function numbersOf(group: readonly TimelineStep[], { timeline }: Finding): string {
  const own = shortForm(timeline).shown.steps.filter(({ actor }) => actor === group[0]!.actor);
  const runs: TimelineStep[][] = [];
  for (const step of group) {
    const run = runs.at(-1);
    if (run && own.indexOf(step) === own.indexOf(run.at(-1)!) + 1) run.push(step);
    else runs.push([step]);
  }
  return runs.map((run) => [...new Set([run[0]!.n, run.at(-1)!.n])].join('-')).join();
}

function linesOf(finding: Finding): readonly number[] {
  const steps = shortForm(finding.timeline).shown.steps.flatMap((step) => lineOf(step) ?? []);
  const bearing = finding.loadBearing.map(({ line }) => line);
  return [...new Set([...steps, ...bearing])].sort((a, b) => a - b);
}

const standsIn = ({ at }: TimelineStep): boolean => at.kind === 'patch';

/** The line of the patch that the step stands on, or else that of the call which leads to it. */
function lineOf({ at, calledAt }: TimelineStep): number | null {
  return at.kind === 'patch' ? at.line : (calledAt?.line ?? null);
}

const stepsOn = ({ timeline }: Finding, line: number): readonly TimelineStep[] =>
  shortForm(timeline).shown.steps.filter((step) => lineOf(step) === line);

const loadBearingOn = (finding: Finding, line: number): readonly LoadBearing[] =>
  finding.loadBearing.filter((one) => one.line === line);
