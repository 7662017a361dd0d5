/** What can be done at the cursor: look at its findings, take them into a reply, export them; and have all explained. */

import {
  CodeActionKind,
  type CodeAction,
  type CodeActionContext,
  type Diagnostic,
  type Range,
} from 'vscode-languageserver';
import type { Finding, Report } from '../review/report.js';
import { command } from './commands.js';
import { SOURCE, type DiagnosticData } from './diagnostics.js';
import { functionsAt } from './function-texts.js';
import { COMMAND, type FunctionPair, type ModelFormat } from './protocol.js';
import { findingsAt, hasScenario, stepCount, titleOf, type View } from './view.js';

/** Of the whole text, as all of `source` are: an editor that hints at fixes of a line does not hint at it. */
const EXPLAIN_KIND: CodeActionKind = `${CodeActionKind.Source}.explain`;

type Name = Parameters<typeof command>[1];

/** Without `commands` the client has no other way to have the text explained than an action: that is there on every line. */
export function codeActionsOf(
  view: View,
  range: Range,
  { diagnostics, only }: CodeActionContext,
  commands: boolean,
): CodeAction[] {
  const wants = (kind: CodeActionKind): boolean => only?.some((one) => isWithin(kind, one)) ?? true;
  const own = diagnostics.filter(({ source }) => source === SOURCE);
  const fixes = wants(CodeActionKind.QuickFix) ? fixesOf(view, range, own, commands) : [];
  if (fixes.length > 0 || commands || !view.checked || !wants(EXPLAIN_KIND)) return fixes;
  return [{ ...explainAction(view), kind: EXPLAIN_KIND }];
}

/** Of the line's findings and of all else that is marked there. */
function fixesOf(
  view: View,
  range: Range,
  diagnostics: readonly Diagnostic[],
  commands: boolean,
): CodeAction[] {
  const { checked, document } = view;
  if (!checked) return [];
  const found = findingsAt(view, range.start.line, range.end.line);
  const actions = found.flatMap((finding) =>
    findingActions(
      checked.report,
      document.uri,
      finding,
      diagnostics.filter(({ data }) => (data as DiagnosticData | undefined)?.finding === finding.id),
    ),
  );
  if (actions.length === 0 && diagnostics.length === 0) return [];
  const compared = commands && actions.length > 0 ? functionsAt(view, range.start.line) : [];
  return [
    ...actions,
    ...compared.map((pair) => compareAction(document.uri, pair)),
    { ...explainAction(view), ...fixing(diagnostics) },
  ];
}

const fixing = (diagnostics: readonly Diagnostic[]): Pick<CodeAction, 'diagnostics'> =>
  diagnostics.length === 0 ? {} : { diagnostics: [...diagnostics] };

function findingActions(
  report: Report,
  uri: string,
  finding: Finding,
  diagnostics: readonly Diagnostic[],
): CodeAction[] {
  const title = titleOf(report, finding);
  const action = (text: string, name: Name, format?: ModelFormat): CodeAction => ({
    title: `${text}: ${title}`,
    kind: CodeActionKind.QuickFix,
    ...fixing(diagnostics),
    command: command(`${text}: ${title}`, name, [uri, finding.id, ...(format === undefined ? [] : [format])]),
  });
  return [
    ...(hasScenario(finding)
      ? [action(`Show the timeline (${stepCount(finding)} steps)`, COMMAND.showTimeline)]
      : []),
    action('Copy as mail reply', COMMAND.copyAsReply),
    action('Export', COMMAND.export),
    // A race without reordering is no litmus test.
    ...(finding.memory.includes('sc') || !hasScenario(finding)
      ? []
      : [action('Export as litmus test', COMMAND.export, 'litmus')]),
    ...(hasScenario(finding) ? [action('Export as Promela model', COMMAND.export, 'promela')] : []),
    ...(finding.change === 'fixed' ? [] : [silenceAction(uri, finding.rule)]),
  ];
}

function compareAction(uri: string, { name, after }: FunctionPair): CodeAction {
  const title = `Compare ${name}() before and after`;
  return {
    title,
    kind: CodeActionKind.QuickFix,
    command: command(title, COMMAND.compareFunction, [uri, after]),
  };
}

function explainAction({ document }: View): CodeAction {
  const title = 'Explain what was checked';
  return {
    title,
    kind: CodeActionKind.QuickFix,
    command: command(title, COMMAND.explain, [document.uri]),
  };
}

function silenceAction(uri: string, rule: string): CodeAction {
  const title = `Silence ${rule} for this patch`;
  return { title, kind: CodeActionKind.QuickFix, command: command(title, COMMAND.silence, [uri, rule]) };
}

/** A kind holds those below it, `quickfix` holds `quickfix.x`; the empty kind holds all. */
const isWithin = (kind: string, wanted: string): boolean =>
  wanted === '' || kind === wanted || kind.startsWith(`${wanted}.`);
