/**
 * The contracted JSON, `dio-ordering/1`: every field is named here, in its order, so that the same input gives the
 * same bytes whatever order the report was put together in. `schema/dio-ordering-1.schema.json` is its schema.
 */

import type {
  Explanation,
  Finding,
  InputSummary,
  LineNote,
  LoadBearing,
  MissingBarrier,
  NotModelled,
  Place,
  Report,
  ScenarioStats,
  SilencedFinding,
  Timeline,
  TimelineStep,
  VerdictRow,
} from '../review/report.js';

/** `explain` adds `explanation`. Ends with a newline. */
export function renderJson(report: Report, explain: boolean): string {
  const value = {
    schema: report.schema,
    version: report.version,
    inputs: report.inputs.map(input),
    verdicts: report.verdicts.map(verdict),
    findings: report.findings.map(finding),
    notModelled: report.notModelled.map(notModelled),
    ...(report.silenced === undefined ? {} : { silenced: report.silenced.map(silenced) }),
    ...(report.stats === undefined ? {} : { stats: report.stats.map(scenarioStats) }),
    ...(explain ? { explanation: explanation(report.explanation) } : {}),
  };
  return `${JSON.stringify(value, null, 2)}\n`;
}

function input({ file, kind, messages, patches, conditions, passedOver }: InputSummary) {
  return {
    file,
    kind,
    messages,
    patches: patches.map(({ path, hunks, damage }) => ({
      path,
      hunks,
      damage: damage.map(({ line, what }) => ({ line, what })),
    })),
    ...(conditions === undefined ? {} : { conditions: conditions.map(lineNote) }),
    ...(passedOver === undefined
      ? {}
      : { passedOver: passedOver.map(({ line, kind, text }) => ({ line, kind, text })) }),
  };
}

function lineNote({ line, text }: LineNote) {
  return { line, text };
}

function verdict(row: VerdictRow) {
  const { file, property, scenario, before, after, change, bounds, states, condition } = row;
  const { id, release, fs, mount, actors, memory } = scenario;
  return {
    file,
    property,
    scenario: { id, release, fs, mount, actors, memory },
    before,
    after,
    change,
    bounds,
    states,
    ...(condition === undefined ? {} : { condition }),
  };
}

function finding(of: Finding) {
  return {
    id: of.id,
    rule: of.rule,
    property: of.property,
    change: of.change,
    severity: of.severity,
    file: of.file,
    line: of.line,
    endLine: of.endLine,
    function: of.function,
    message: of.message,
    scenarios: of.scenarios,
    memory: of.memory,
    assumptions: of.assumptions,
    timeline: timeline(of.timeline),
    ...(of.otherSide === undefined
      ? {}
      : { otherSide: { side: of.otherSide.side, timeline: timeline(of.otherSide.timeline) } }),
    loadBearing: of.loadBearing.map(loadBearing),
    ...(of.condition === undefined ? {} : { condition: of.condition }),
    ...(of.missingBarriers === undefined ? {} : { missingBarriers: of.missingBarriers.map(missingBarrier) }),
  };
}

function timeline({ actors, steps }: Timeline) {
  return { actors, steps: steps.map(step) };
}

function missingBarrier({ barrier, actor, earlier, later }: MissingBarrier) {
  return { barrier, actor, earlier: barrierEnd(earlier), later: barrierEnd(later) };
}

function barrierEnd(of: MissingBarrier['earlier']) {
  return { function: of.function, text: of.text, at: place(of.at) };
}

function step(of: TimelineStep) {
  return {
    n: of.n,
    actor: of.actor,
    function: of.function,
    text: of.text,
    effects: of.effects,
    at: place(of.at),
    ...(of.calledAt === undefined ? {} : { calledAt: place(of.calledAt) }),
    ...(of.reordered === undefined ? {} : { reordered: of.reordered }),
    ...(of.quiet === undefined ? {} : { quiet: of.quiet }),
  };
}

function place({ kind, file, line }: Place) {
  return { kind, file, line };
}

function loadBearing({ line, endLine, text, scenarios }: LoadBearing) {
  return { line, endLine, text, scenarios };
}

function notModelled({ file, line, reason }: NotModelled) {
  return { file, line, reason };
}

function scenarioStats({ file, scenario, states, milliseconds, bytes }: ScenarioStats) {
  return { file, scenario, states, milliseconds, bytes };
}

function silenced({ id, rule, change, file, line, message }: SilencedFinding) {
  return { id, rule, change, file, line, message };
}

function explanation({ releases, events, skipped }: Explanation) {
  return {
    releases: releases.map(({ file, release, why }) => ({ file, release, why })),
    events: events.map((event) => ({
      function: event.function,
      text: event.text,
      at: place(event.at),
      side: event.side,
    })),
    skipped: skipped.map(({ file, scenario, reason }) => ({ file, scenario, reason })),
  };
}
