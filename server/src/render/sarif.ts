/** The findings as SARIF 2.1.0 (OASIS standard, 2020). Section numbers in comments are those of the standard. */

import type {
  Change,
  Finding,
  Place,
  Report,
  Severity,
  SilencedFinding,
  TimelineStep,
} from '../review/report.js';
import { stepText } from './grid.js';
import { RULES, type Rule } from './rules.js';
import { violation } from './words.js';

const SCHEMA_URI =
  'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

/** The patch is the change from a baseline, the code before it (3.27.24). */
const BASELINE: Readonly<Partial<Record<Change, string>>> = {
  introduced: 'new',
  left: 'unchanged',
  fixed: 'absent',
};
const LEVELS: Readonly<Record<Severity, string>> = {
  error: 'error',
  warning: 'warning',
  information: 'note',
};
const RULE_LIST: readonly Rule[] = Object.values(RULES);

/** Ends with a newline; byte-identical for the same report. */
export function renderSarif(report: Report): string {
  const run = {
    tool: { driver: driver(report) },
    invocations: [{ executionSuccessful: true, toolExecutionNotifications: notifications(report) }],
    originalUriBaseIds: {
      KERNEL_TREE: { description: { text: 'The kernel tree that was given with --tree.' } },
      BUNDLED_PATHS: { description: { text: 'The kernel paths that come with dio-ordering, by release.' } },
    },
    columnKind: 'utf16CodeUnits',
    results: [
      ...report.findings.map((finding) => result(report, finding)),
      ...(report.silenced ?? []).map(suppressed),
    ],
  };
  return `${JSON.stringify({ $schema: SCHEMA_URI, version: '2.1.0', runs: [run] }, null, 2)}\n`;
}

function driver(report: Report) {
  return {
    name: 'dio-ordering',
    semanticVersion: report.version,
    rules: RULE_LIST.map((rule) => ({
      id: rule.slug,
      name: rule.slug.replace(/(^|-)(.)/g, (_, __, letter: string) => letter.toUpperCase()),
      shortDescription: { text: `${rule.title} (${rule.property})` },
      fullDescription: { text: `Reported when ${rule.violated}.` },
      defaultConfiguration: { level: 'error' },
      properties: { tags: ['race', 'direct-io', rule.property] },
    })),
  };
}

function result(report: Report, finding: Finding) {
  // A result that is not a failure has the level "none" (3.27.10).
  const failed = finding.change !== 'fixed';
  return {
    ruleId: finding.rule,
    ruleIndex: RULE_LIST.findIndex((rule) => rule.slug === finding.rule),
    kind: failed ? 'fail' : 'informational',
    level: failed ? LEVELS[finding.severity] : 'none',
    ...(BASELINE[finding.change] === undefined ? {} : { baselineState: BASELINE[finding.change] }),
    message: { text: messageOf(finding) },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: uriOf(finding.file) },
          region: { startLine: finding.line, endLine: finding.endLine },
        },
        logicalLocations: [{ name: finding.function, kind: 'function' }],
      },
    ],
    relatedLocations: finding.loadBearing.map((load, at) => ({
      id: at + 1,
      physicalLocation: {
        artifactLocation: { uri: uriOf(finding.file) },
        region: { startLine: load.line, endLine: load.endLine },
      },
      message: { text: `Without it the race is back: ${load.text}` },
    })),
    partialFingerprints: { 'dioOrderingFinding/v1': finding.id },
    codeFlows: [{ message: { text: flowMessage(finding) }, threadFlows: threadFlows(finding) }],
    properties: {
      change: finding.change,
      memory: finding.memory,
      assumptions: finding.assumptions,
      scenarios: finding.scenarios,
      bounds: boundsOf(report, finding),
      ...(finding.condition === undefined ? {} : { condition: finding.condition }),
    },
  };
}

/** Suppressed outside of the code (3.27.23, 3.35). */
function suppressed({ id, rule, change, file, line, message }: SilencedFinding) {
  return {
    ruleId: rule,
    ruleIndex: RULE_LIST.findIndex(({ slug }) => slug === rule),
    message: { text: message },
    locations: [
      { physicalLocation: { artifactLocation: { uri: uriOf(file) }, region: { startLine: line } } },
    ],
    partialFingerprints: { 'dioOrderingFinding/v1': id },
    suppressions: [{ kind: 'external', status: 'accepted' }],
    properties: { change },
  };
}

function messageOf(finding: Finding): string {
  const proviso = finding.condition === undefined ? '' : `; conditional: ${finding.condition}`;
  return `${finding.message}: ${violation(finding)}${proviso}`;
}

function flowMessage(finding: Finding): string {
  return finding.change === 'fixed'
    ? 'The interleaving before the patch.'
    : 'The interleaving after the patch.';
}

/** First everything in execution order, since a viewer in wide use shows the first flow only; then one flow an actor. */
function threadFlows(finding: Finding) {
  const { actors, steps } = finding.timeline;
  const flow = (id: string, message: string, own: readonly TimelineStep[]) => ({
    id,
    message: { text: message },
    locations: own.map((step) => flowLocation(step, actors)),
  });
  const own = actors.map((name, actor) => ({
    name,
    actor,
    steps: steps.filter((step) => step.actor === actor),
  }));
  return [
    flow('interleaving', 'All actors in execution order', steps),
    // A thread flow holds at least one location (3.37.6).
    ...own
      .filter((each) => each.steps.length > 0)
      .map((each) => flow(`cpu${each.actor}`, each.name, each.steps)),
  ];
}

function flowLocation(step: TimelineStep, actors: readonly string[]) {
  const effects = step.effects.length === 0 ? '' : ` [${step.effects.join(', ')}]`;
  return {
    location: {
      physicalLocation: physical(step.at),
      logicalLocations: [{ name: step.function, kind: 'function' }],
      message: {
        text: `CPU${step.actor} ${actors[step.actor] ?? ''}: ${step.function}(): ${stepText(step)}${effects}`,
      },
    },
    executionOrder: step.n,
    importance: 'essential',
  };
}

function physical(at: Place) {
  const uri = uriOf(at.file);
  const base: Readonly<Record<Place['kind'], object>> = {
    patch: {},
    tree: { uriBaseId: 'KERNEL_TREE' },
    bundled: { uriBaseId: 'BUNDLED_PATHS' },
  };
  return { artifactLocation: { uri, ...base[at.kind] }, region: { startLine: at.line } };
}

function boundsOf(report: Report, finding: Finding): string[] {
  const rows = report.verdicts.filter(
    (row) =>
      row.file === finding.file &&
      row.property === finding.property &&
      finding.scenarios.includes(row.scenario.id),
  );
  return [...new Set(rows.map((row) => row.bounds))];
}

function notifications(report: Report) {
  const refused = report.notModelled.map(({ file, line, reason }) =>
    notification(file, line, `not modelled: ${reason}`),
  );
  const provisos = report.inputs.flatMap(({ file, conditions = [], passedOver = [] }) => [
    ...conditions.map(({ line, text }) => notification(file, line, `conditional: ${text}`)),
    ...passedOver.map(({ line, text }) => notification(file, line, `not judged: ${text}`)),
  ]);
  const skipped = report.explanation.skipped.map((entry) => ({
    level: 'note',
    message: { text: `scenario ${entry.scenario} skipped: ${entry.reason}` },
    locations: [{ physicalLocation: { artifactLocation: { uri: uriOf(entry.file) } } }],
  }));
  return [...refused, ...provisos, ...skipped];
}

function notification(file: string, line: number, text: string) {
  return {
    level: 'note',
    message: { text },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: uriOf(file) },
          region: { startLine: Math.max(1, line) },
        },
      },
    ],
  };
}

/** A file name as a relative URI reference; `<stdin>` and blanks are encoded (3.4.3). */
function uriOf(file: string): string {
  return file.split('/').map(encodeURIComponent).join('/');
}
