/** What was checked and what came of it, in one sentence: also, and above all, when nothing was found. */

import { NO_STEP, NOT_JUDGED, type Change, type Report, type VerdictRow } from '../review/report.js';
import { acrossReleases } from './not-modelled.js';
import { count, number } from './words.js';

/** True when the input is whole and touches nothing that is modelled: there is nothing to say about it. */
export function isSilent(report: Report, file: string): boolean {
  const of = (entry: { readonly file: string }) => entry.file === file;
  return (
    !report.verdicts.some(of) &&
    !report.findings.some(of) &&
    !report.notModelled.some(of) &&
    !report.inputs.some((input) => of(input) && input.incomplete === 'changes') &&
    !(report.silenced ?? []).some(of)
  );
}

/** One line; empty when no scenario was run and nothing refused. */
export function summary(report: Report): string {
  if (
    report.silenced === undefined &&
    report.verdicts.length === 0 &&
    report.findings.length === 0 &&
    report.notModelled.length === 0 &&
    !isIncomplete(report)
  )
    return '';
  return [races(report), silenced(report), untouched(report), explored(report), unknown(report)]
    .filter((part) => part !== '')
    .join('; ');
}

/** Whether anything was judged: where nothing was, it cannot be said that there is no race. */
export const hasVerdict = ({ verdicts, findings }: Report): boolean =>
  findings.length > 0 || verdicts.some((row) => row.change !== 'unknown');

/** Something of the patch was placed, no scenario has another step for it, and none came to what is not modelled. */
export const changesNoStep = (report: Report): boolean => {
  const { skipped } = report.explanation;
  if (hasVerdict(report) || report.verdicts.length > 0 || isIncomplete(report)) return false;
  return skipped.length > 0 && skipped.every(({ reason }) => reason === NO_STEP);
};

const isIncomplete = ({ inputs }: Report): boolean =>
  inputs.some(({ incomplete }) => incomplete === 'changes');

function races(report: Report): string {
  if (changesNoStep(report)) return 'what is modelled of it changes no step';
  if (!hasVerdict(report)) return 'no verdict';
  if (report.findings.length === 0 && report.silenced === undefined) {
    const parts = [
      ...(isIncomplete(report) ? ['there'] : []),
      ...(report.notModelled.length === 0 ? [] : ['modelled']),
    ];
    const some = parts.length === 0 ? '' : ` by what is ${parts.join(' and ')} of it`;
    return `no race introduced, left or fixed${some}`;
  }
  const found = (change: Change) => report.findings.filter((finding) => finding.change === change).length;
  return `${number(found('introduced'))} introduced, ${number(found('left'))} left, ${number(found('fixed'))} fixed`;
}

/** What the user silenced stays in sight as a number. */
export function silenced({ silenced: all = [] }: Report): string {
  const rules = [...new Set(all.map(({ rule }) => rule))].join(', ');
  return all.length === 0 ? '' : `${number(all.length)} silenced (${rules})`;
}

/** Races that the patch neither makes nor touches are no findings, but they are not hidden either. */
function untouched(report: Report): string {
  const rows = report.verdicts.filter((row) => row.change === 'untouched').length;
  return rows === 0 ? '' : `untouched in ${count(rows, 'verdict')}`;
}

function explored(report: Report): string {
  if (report.verdicts.length === 0) return '';
  const scenarios = new Set(report.verdicts.map((row) => JSON.stringify([row.file, row.scenario.id])));
  const states = number(statesOf(report.verdicts));
  return `${count(scenarios.size, 'scenario')} run${notJudged(report)}, ${states} states, ${bounds(report.verdicts)}`;
}

/** Scenarios of the changed functions that came to something which is not modelled: no verdict speaks of them. */
function notJudged({ explanation: { skipped } }: Report): string {
  const lost = skipped.filter(({ reason }) => reason.startsWith(NOT_JUDGED)).length;
  return lost === 0 ? '' : ` and ${number(lost)} not judged`;
}

/**
 * Distinct states over all scenarios. The rows of one scenario, one a property, may come from one exploration and
 * then carry its number each: it is counted once.
 */
function statesOf(rows: readonly VerdictRow[]): number {
  const byScenario = new Map<string, number>();
  for (const row of rows) {
    const key = JSON.stringify([row.file, row.scenario.id, row.scenario.memory]);
    byScenario.set(key, Math.max(byScenario.get(key) ?? 0, row.states));
  }
  return [...byScenario.values()].reduce((sum, states) => sum + states, 0);
}

/** `exhaustive`, or how many verdicts are not and why. */
function bounds(rows: readonly VerdictRow[]): string {
  const total = count(rows.length, 'verdict');
  const bounded = rows.filter((row) => !row.bounds.startsWith('exhaustive'));
  if (bounded.length > 0) {
    const reasons = [...new Set(bounded.map((row) => row.bounds))].join(', ');
    return `${number(bounded.length)} of ${total} not exhaustive: ${reasons}`;
  }
  const limited = rows.filter((row) => row.bounds !== 'exhaustive');
  if (limited.length === 0) return 'exhaustive';
  return `exhaustive (${number(limited.length)} of ${total} with ${limitsOf(limited)})`;
}

/** `exhaustive for sc and tso; lkmm: multi-copy atomic, ...` of some rows: each limit once, behind its memory model. */
function limitsOf(rows: readonly VerdictRow[]): string {
  const byModel = new Map<string, Set<string>>();
  for (const { bounds: said } of rows) {
    const [, model = '', limits] = /^exhaustive for [^;]*; (?:(\w+): )?(.*)$/.exec(said)!;
    const known = byModel.get(model) ?? new Set();
    for (const limit of limits!.split(', ')) known.add(limit);
    byModel.set(model, known);
  }
  const told = [...byModel].map(
    ([model, limits]) => (model === '' ? '' : `${model}: `) + [...limits].join(', '),
  );
  return told.join('; ');
}

function unknown(report: Report): string {
  const rows = report.verdicts.filter((row) => row.change === 'unknown').length;
  const unknowns = `${number(rows)} of ${count(report.verdicts.length, 'verdict')} unknown`;
  return [rows === 0 ? '' : unknowns, unmodelled(report)].filter((part) => part !== '').join('; ');
}

/** `2 not modelled`, or empty. */
export function unmodelled(report: Report): string {
  const places = acrossReleases(report.notModelled).length;
  return places === 0 ? '' : `${number(places)} not modelled`;
}
