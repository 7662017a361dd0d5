/** A report as diagnostics: one for each race that the patch introduces or leaves, on the lines that carry the blame. */

import {
  DiagnosticSeverity,
  type Diagnostic,
  type DiagnosticRelatedInformation,
  type Range,
} from 'vscode-languageserver';
import { likeRepairs, repairText } from '../render/facts.js';
import { gridOf, stepText } from '../render/grid.js';
import { acrossReleases } from '../render/not-modelled.js';
import { conditionsOf, passedOverOf } from '../render/provisos.js';
import { isSilent } from '../render/summary.js';
import type { Finding, TimelineStep } from '../review/report.js';
import { RULE_NAMES } from '../review/rule-names.js';
import type { Settings } from './protocol.js';
import type { OpenDocument } from './open-documents.js';
import { rulePage, type Places } from './places.js';
import { stepsThatMatter } from './steps-that-matter.js';
import { rangeNow, type CheckedView, type View } from './view.js';

export const SOURCE = 'dio-ordering';
/** Codes of what is no race; they can be switched off in `diagnostics.levels` like a rule. */
export const NOT_MODELLED = 'not-modelled';
export const DAMAGE = 'damaged-mail';
export const CONDITIONAL = 'conditional';
export const NOT_JUDGED = 'not-judged';
/** A setting names what there is not; always shown. */
const REFUSED = 'not-checked';
/** Whatever `Diagnostic.code` can be. */
export const CODES: readonly string[] = [
  ...Object.values(RULE_NAMES),
  NOT_MODELLED,
  DAMAGE,
  CONDITIONAL,
  NOT_JUDGED,
];

type Level = Settings['diagnostics']['levels'][string];

const SEVERITIES: Readonly<Record<Exclude<Level, 'off'>, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

export const JUDGE_IT = 'the command Check DIO Ordering judges it';

/** What `Diagnostic.data` holds: enough to find the finding again. */
export interface DiagnosticData {
  readonly finding: string;
}

/** What stands at a document: what was found, or why nothing could be, as for a release that nobody knows. */
export function diagnosticsFor(
  { view, outcome }: Pick<OpenDocument, 'view' | 'outcome'>,
  settings: Settings['diagnostics'],
  places: Places,
): Diagnostic[] {
  if (outcome?.kind !== 'refused') return diagnosticsOf(view, settings, places);
  const first = view.document.linesRange(0, 0);
  return settings.enabled ? [coded(REFUSED, `not checked: ${outcome.what}`, first, 'warning')] : [];
}

/** All diagnostics of a document, where their lines stand now. */
export function diagnosticsOf(
  { document, checked }: View,
  settings: Settings['diagnostics'],
  places: Places,
): Diagnostic[] {
  if (!checked || !settings.enabled) return [];
  const races = checked.report.findings.filter(({ change }) => change !== 'fixed');
  const findings = races.flatMap((finding): Diagnostic[] => {
    const range = rangeNow(checked, document, finding.line, finding.endLine);
    if (range === null) return [];
    const related = relatedSteps(finding, checked, document, places);
    const data: DiagnosticData = { finding: finding.id };
    return [
      {
        ...coded(finding.rule, messageOf(finding), range, finding.severity),
        relatedInformation: related,
        data,
      },
    ];
  });
  const all = [
    ...findings,
    ...notModelled({ document, checked }),
    ...provisos({ document, checked }),
    ...damage({ document, checked }),
  ];
  return all.flatMap((one) => withLevel(one, settings.levels[String(one.code)]));
}

const messageOf = ({ message, condition }: Finding): string =>
  condition === undefined ? message : `${message}\nconditional: ${condition}`;

type Shown = View & { readonly checked: CheckedView };

function coded(code: string, message: string, range: Range, severity: Exclude<Level, 'off'>): Diagnostic {
  const page = rulePage(code);
  return {
    range,
    severity: SEVERITIES[severity],
    code,
    ...(page === null ? {} : { codeDescription: { href: page } }),
    source: SOURCE,
    message,
  };
}

/** The user's level of a rule goes before that of its change. */
function withLevel(diagnostic: Diagnostic, level: Level | undefined): Diagnostic[] {
  if (level === undefined) return [diagnostic];
  return level === 'off' ? [] : [{ ...diagnostic, severity: SEVERITIES[level] }];
}

/** The actor that runs the lines of the finding; null when none of its steps stands there. */
function ownActor({ timeline, line, endLine, function: name }: Finding): number | null {
  const onLines = ({ at }: TimelineStep): boolean =>
    at.kind === 'patch' && at.line >= line && at.line <= endLine;
  const step = timeline.steps.find(onLines) ?? timeline.steps.find((one) => one.function === name);
  return step?.actor ?? null;
}

/** More than these push the hover, which shows them above the timeline, out of sight. */
const MOST_RELATED = 6;

/** The other actors' steps that the race turns on most, in order. */
function relatedSteps(
  finding: Finding,
  checked: CheckedView,
  document: View['document'],
  places: Places,
): DiagnosticRelatedInformation[] {
  const own = ownActor(finding);
  const { headings } = gridOf(finding.timeline);
  return stepsThatMatter(finding, MOST_RELATED, ({ actor }) => actor !== own).flatMap((step) => {
    const range =
      step.at.kind === 'patch'
        ? rangeNow(checked, document, step.at.line, step.at.line)
        : startOfLine(step.at.line - 1);
    if (range === null) return [];
    const effects = step.effects.length === 0 ? '' : ` [${step.effects.join(', ')}]`;
    const message = `${step.n}. ${headings[step.actor]}, ${step.function}(): ${stepText(step)}${effects}`;
    return [{ location: { uri: places.uriOf(step.at, document.uri), range }, message }];
  });
}

const startOfLine = (line: number): Range => ({
  start: { line, character: 0 },
  end: { line, character: 0 },
});

/** Reasons of one line are one diagnostic. */
function notModelled({ document, checked }: Shown): Diagnostic[] {
  const byLine = new Map<number, string[]>();
  for (const { line, reason } of acrossReleases(checked.report.notModelled))
    byLine.set(line, [...(byLine.get(line) ?? []), reason]);
  return [...byLine].flatMap(([line, reasons]) => {
    const range = rangeNow(checked, document, line, line);
    if (range === null) return [];
    return [coded(NOT_MODELLED, `not modelled: ${reasons.join('; ')}`, range, 'information')];
  });
}

/** What no finding says: a condition of patches without one, and diffs that were not judged. */
function provisos({ document, checked }: Shown): Diagnostic[] {
  const { report } = checked;
  const unsaid = new Set(conditionsOf(report).map(({ text }) => text));
  return report.inputs.flatMap((input) => {
    const conditions = isSilent(report, input.file) ? [] : (input.conditions ?? []);
    const firsts = conditions.filter(
      ({ text }, at) => unsaid.has(text) && conditions.findIndex((one) => one.text === text) === at,
    );
    return [
      ...firsts.flatMap(({ line, text }) =>
        onLine({ document, checked }, line, CONDITIONAL, `conditional: ${text}`),
      ),
      ...passedOverOf(report, input).flatMap(({ line, text }) =>
        onLine({ document, checked }, line, NOT_JUDGED, `not judged: ${text}; ${JUDGE_IT}`),
      ),
    ];
  });
}

function onLine({ document, checked }: Shown, line: number, code: string, text: string): Diagnostic[] {
  const range = rangeNow(checked, document, line, line);
  return range === null ? [] : [coded(code, text, range, 'information')];
}

/** Like repairs are one diagnostic, on the first of their lines; none in a whole patch that touches nothing modelled. */
function damage({ document, checked }: Shown): Diagnostic[] {
  const inputs = checked.report.inputs.filter(
    ({ file, incomplete }) => !isSilent(checked.report, file) || incomplete !== undefined,
  );
  return inputs.flatMap((input) =>
    likeRepairs(input).flatMap((repairs) => {
      const line = Math.min(...repairs.lines);
      const range = rangeNow(checked, document, line, line);
      return range === null ? [] : [coded(DAMAGE, `repaired: ${repairText(repairs)}`, range, 'information')];
    }),
  );
}
