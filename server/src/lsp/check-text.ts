/** One text to its report: what the worker does for a check. Keeps the last few checks for their timelines. */

import { patchLines } from '../diff/patch-lines.js';
import { readPatches } from '../diff/read.js';
import { renderLitmus, type ExportedModel } from '../render/litmus.js';
import { renderPromela } from '../render/promela.js';
import { check, type CheckedFile, type CheckResult } from '../review/check.js';
import type { ExtractedEvent, Report } from '../review/report.js';
import type { ScenarioTimeline } from '../review/scenario-timeline.js';
import { bundledEras, loadEra } from '../source/bundled.js';
import { definitionsOf } from './definition-index.js';
import { LeastRecent } from './least-recent.js';
import type { NamedText } from './protocol.js';
import type { CheckInput, CheckProgress, Outcome, WantedModel, WantedTimeline } from './worker-protocol.js';

/** Each holds the runs of all its scenarios: some ten megabytes. */
const MOST_KEPT = 3;

/** Thrown out of `step` by a caller that no longer wants the answer. */
export class AbandonedError extends Error {}

export interface Checked {
  readonly outcome: Outcome;
  readonly timeline: (wanted: WantedTimeline) => ScenarioTimeline | null;
  readonly model: (wanted: WantedModel) => ExportedModel | null;
  readonly events: () => readonly ExtractedEvent[];
}

export const nothingFurther = (outcome: Outcome): Checked => ({
  outcome,
  timeline: () => null,
  model: () => null,
  events: () => [],
});

const keyOf = ({ file, text, kernel, tree, memory, all, silence, series }: CheckInput): string =>
  JSON.stringify([file, kernel, tree, memory, all, silence, series, text]);

export class TextChecker {
  readonly #kept = new LeastRecent<string, Checked>(MOST_KEPT);

  /** Loads what every check needs: the C parser and the bundled paths. */
  async warmUp(): Promise<void> {
    await check([], { kernel: null, tree: null, memory: 'lkmm', jobs: 1 });
    for (const { id } of bundledEras()) loadEra(id);
  }

  forget(input: CheckInput): void {
    this.#kept.delete(keyOf(input));
  }

  /** `step` is called between units of work. */
  async check(input: CheckInput, step: (progress: CheckProgress) => void): Promise<Checked> {
    const key = keyOf(input);
    const known = this.#kept.get(key);
    if (known) return known;
    const checked = await checkText(input, step);
    this.#kept.set(key, checked);
    return checked;
  }
}

async function checkText(input: CheckInput, step: (progress: CheckProgress) => void): Promise<Checked> {
  step({ done: 0, total: 1, what: 'reading' });
  const read = await readPatches(Buffer.from(input.text));
  if (!read.ok) return nothingFurther({ kind: 'no-patch', what: read.what });
  const file: CheckedFile = { file: input.file, input: read.input, series: SERIES };
  const { kernel, tree, memory, all, silence } = input;
  const { earlier, later } = input.series;
  const files = [...(await othersIn(earlier, 'earlier')), file, ...(await othersIn(later, 'later'))];
  const result = await check(files, {
    kernel,
    tree,
    memory,
    all,
    silence,
    jobs: 1,
    step: (done, total) => step({ done, total, what: 'simulating' }),
  });
  return checkedOf(result, input, file);
}

/** There is one. */
const SERIES = 'series';

/** Those that hold a patch. */
async function othersIn(
  texts: readonly NamedText[],
  other: 'earlier' | 'later',
): Promise<readonly CheckedFile[]> {
  const read = texts.map(async ({ file, text }) => ({ file, read: await readPatches(Buffer.from(text)) }));
  return (await Promise.all(read)).flatMap(({ file, read: one }) =>
    one.ok ? [{ file, input: one.input, series: SERIES, other }] : [],
  );
}

function checkedOf(result: CheckResult, { tree }: CheckInput, { input }: CheckedFile): Checked {
  if (!result.ok) return nothingFurther({ kind: 'refused', what: result.what });
  const { report, timeline, race } = result;
  const functions = result.changedFunctions();
  return {
    outcome: {
      kind: 'checked',
      report: withoutEvents(report),
      definitions: definitionsOf(report, input, functions, tree),
      patchLines: patchLines(input),
      functions,
    },
    timeline: ({ finding, scenario, side }) => timeline({ finding, scenario, side }),
    model: ({ finding, format, side }) => {
      const model = race(finding);
      if (model === null) return null;
      return format === 'litmus' ? renderLitmus(model, side) : { ok: true, text: renderPromela(model) };
    },
    events: () => report.explanation.events,
  };
}

/** Events are read out of the runs when they are asked for, which sending the report would do. */
function withoutEvents(report: Report): Report {
  const { releases, skipped } = report.explanation;
  return { ...report, explanation: { releases, skipped, events: [] } };
}
