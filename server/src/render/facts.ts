/** What is said of a finding beside its timeline, as label and lines: every format for people prints these. */

import type { Finding, MissingBarrier, Report } from '../review/report.js';
import { describeScenarios, scenariosOf } from './scenarios.js';
import { lineRanges } from './words.js';

export interface Fact {
  readonly label: string;
  readonly lines: readonly string[];
}

const REORDERED =
  'the CPU goes on past an issued access, which takes effect late: the memory model allows it';

/** What was explored again, and what came of it. */
function barrierText({ barrier, earlier, later }: MissingBarrier): string {
  const within = earlier.function === later.function ? '' : ` in ${earlier.function}()`;
  const pair = `${earlier.text}${within} and ${later.text} in ${later.function}()`;
  return `${pair} are reordered: with ${barrier} between them the race is gone`;
}

/** Where the race exists, under which memory models, and what the trace takes for granted; empty facts are left out. */
export function factsOf(report: Report, finding: Finding): Fact[] {
  const closed = finding.change === 'fixed';
  const facts: Fact[] = [
    {
      label: closed ? 'closed in' : 'exists in',
      lines: namedScenarios(report, finding.file, finding.scenarios),
    },
    {
      label: 'memory',
      lines: finding.memory.length === 0 ? [] : [finding.memory.join(', ')],
    },
    { label: 'barrier', lines: (finding.missingBarriers ?? []).map(barrierText) },
    { label: 'assuming', lines: finding.assumptions },
    {
      label: 'reordered',
      lines: finding.timeline.steps.some((step) => step.reordered !== undefined) ? [REORDERED] : [],
    },
  ];
  return facts.filter((fact) => fact.lines.length > 0);
}

/** The scenarios in words; an id that no verdict explains stands for itself. */
export function namedScenarios(report: Report, file: string, ids: readonly string[]): string[] {
  const known = scenariosOf(report, file, ids);
  return known.length === 0 ? [...ids] : describeScenarios(known);
}

/** Every `git format-patch` mail ends so: reported as data, and nothing to tell a person. */
const EVERYDAY = 'signature after the last hunk: left out';

/** The repairs of one input, like ones together: `context line lost its blank (lines 12, 14-20)`. */
export function repairsOf(input: Report['inputs'][number]): string[] {
  const byWhat = new Map<string, number[]>();
  for (const { line, what } of input.patches.flatMap((patch) => patch.damage)) {
    if (what === EVERYDAY) continue;
    const lines = byWhat.get(what);
    if (lines === undefined) byWhat.set(what, [line]);
    else lines.push(line);
  }
  return [...byWhat].map(
    ([what, lines]) => `${what} (${lines.length === 1 ? 'line' : 'lines'} ${lineRanges(lines)})`,
  );
}
