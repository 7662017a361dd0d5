/** What is said of a finding beside its timeline, as label and lines: every format for people prints these. */

import type { Finding, InputSummary, MissingBarrier, Report } from '../review/report.js';
import { OF_A_PATH } from '../review/rule-names.js';
import type { MemoryModel } from '../sim/exploration.js';
import { describeScenarios, scenariosOf } from './scenarios.js';
import { count, lineRanges } from './words.js';

export interface Fact {
  readonly label: string;
  readonly lines: readonly string[];
}

const REORDERED =
  'the CPU goes on past an issued access, which takes effect late: the memory model allows it';

const LATE_ATOMICS =
  'a load, or an atomic operation that returns nothing, may take effect after later accesses';

/**
 * Which machines have a race that needs reordering, by the strongest model that has it, and what they lack for it:
 * Documentation/memory-barriers.txt, arch/x86, arch/arm64 and arch/powerpc include/asm/barrier.h and atomic.h of 6.12.
 */
const MACHINES: Readonly<Record<MemoryModel, readonly string[]>> = {
  sc: [],
  tso: [
    'x86: a store may take effect after later loads (store buffer)',
    `arm64, powerpc: also there; ${LATE_ATOMICS} as well`,
  ],
  lkmm: [
    `arm64: ${LATE_ATOMICS} where no barrier is between`,
    'powerpc: the same, and a store may reach one CPU before another',
    'not x86: loads stay in order there, and an atomic operation is a full barrier',
  ],
};

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
      lines: whereOf(report, finding),
    },
    {
      label: 'memory',
      lines: finding.memory.length === 0 ? [] : [memoryText(finding.memory)],
    },
    { label: 'machines', lines: MACHINES[strongest(finding.memory)] },
    { label: 'condition', lines: finding.condition === undefined ? [] : [finding.condition] },
    { label: 'barrier', lines: (finding.missingBarriers ?? []).map(barrierText) },
    { label: 'assuming', lines: finding.assumptions },
    {
      label: 'reordered',
      lines: finding.timeline.steps.some((step) => step.reordered !== undefined) ? [REORDERED] : [],
    },
  ];
  return facts.filter((fact) => fact.lines.length > 0);
}

const STRENGTHS: readonly MemoryModel[] = ['sc', 'tso', 'lkmm'];

const strongest = (models: readonly MemoryModel[]): MemoryModel =>
  STRENGTHS.find((model) => models.includes(model)) ?? 'sc';

/** `lkmm alone, not sc or tso`: a race that needs reordering says so. */
function memoryText(models: readonly MemoryModel[]): string {
  const without = STRENGTHS.slice(0, STRENGTHS.indexOf(strongest(models)));
  return without.length === 0 ? models.join(', ') : `${models.join(', ')} alone, not ${without.join(' or ')}`;
}

/** A path that is wrong by itself is wrong whoever runs beside it: those scenarios are counted only. */
function whereOf(report: Report, { property, file, scenarios }: Finding): readonly string[] {
  const known = scenariosOf(report, file, scenarios);
  const alone = known.filter(({ mount }) => mount.includes('failing calls'));
  const beside = known.length - alone.length;
  if (!OF_A_PATH.has(property) || alone.length === 0 || beside === 0)
    return namedScenarios(report, file, scenarios);
  const others = beside === 1 ? 'a scenario' : `${beside} scenarios`;
  return [...describeScenarios(alone), `and in ${others} with others beside it`];
}

/** The scenarios in words; an id that no verdict explains stands for itself. */
export function namedScenarios(report: Report, file: string, ids: readonly string[]): string[] {
  const known = scenariosOf(report, file, ids);
  return known.length === 0 ? [...ids] : describeScenarios(known);
}

/** Every `git format-patch` mail ends so: reported as data, and nothing to tell a person. */
const EVERYDAY = 'signature after the last hunk: left out';

interface Repairs {
  readonly what: string;
  readonly lines: readonly number[];
}

/** How much was lost in one place: `2 context lines`. */
const COUNTED = /\b(a|\d+) (context|added|removed) lines?\b/;

/** Like repairs together, with what they count added up. */
export function likeRepairs({ patches }: InputSummary): readonly Repairs[] {
  const damage = patches.flatMap((patch) => patch.damage).filter(({ what }) => what !== EVERYDAY);
  const likeness = (what: string): string => what.replace(COUNTED, '$2 lines');
  return [...new Set(damage.map(({ what }) => likeness(what)))].map((one) => {
    const alike = damage.filter(({ what }) => likeness(what) === one);
    const total = alike.reduce((sum, { what }) => sum + countIn(what), 0);
    const what = alike[0]!.what.replace(COUNTED, (_, _count, kind: string) => count(total, `${kind} line`));
    return { what, lines: alike.map(({ line }) => line) };
  });
}

const countIn = (what: string): number => Number(COUNTED.exec(what)?.[1]) || 1;

/** `leading blank of 3 context lines lost (lines 12, 14-20)`. */
export const repairText = ({ what, lines }: Repairs): string =>
  `${what} (${lines.length === 1 ? 'line' : 'lines'} ${lineRanges(lines)})`;

/** All repairs of one input, in words. */
export const repairsOf = (input: InputSummary): readonly string[] => likeRepairs(input).map(repairText);
