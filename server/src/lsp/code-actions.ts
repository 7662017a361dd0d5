/** What can be done with the findings at the cursor: look at them, take them into a reply, export them. */

import { CodeActionKind, type CodeAction, type CodeActionContext, type Range } from 'vscode-languageserver';
import { command } from './commands.js';
import { SOURCE, type DiagnosticData } from './diagnostics.js';
import { functionsAt } from './function-texts.js';
import { COMMAND, type ModelFormat } from './protocol.js';
import { findingsAt, hasScenario, stepCount, titleOf, type View } from './view.js';

export function codeActionsOf(
  view: View,
  range: Range,
  { diagnostics, only }: CodeActionContext,
  commands: boolean,
): CodeAction[] {
  const { checked, document } = view;
  const wanted = only?.some((kind) => isWithin(CodeActionKind.QuickFix, kind)) ?? true;
  if (!checked || !wanted) return [];
  const found = findingsAt(view, range.start.line, range.end.line);
  const actions = found.flatMap((finding): CodeAction[] => {
    const own = diagnostics.filter(
      ({ source, data }) => source === SOURCE && (data as DiagnosticData | undefined)?.finding === finding.id,
    );
    const title = titleOf(checked.report, finding);
    const args = [document.uri, finding.id];
    const action = (text: string, name: Parameters<typeof command>[1], format?: ModelFormat): CodeAction => ({
      title: text,
      kind: CodeActionKind.QuickFix,
      ...(own.length > 0 ? { diagnostics: own } : {}),
      command: command(text, name, format === undefined ? args : [...args, format]),
    });
    return [
      ...(hasScenario(finding)
        ? [action(`Show the timeline (${stepCount(finding)} steps): ${title}`, COMMAND.showTimeline)]
        : []),
      action(`Copy as mail reply: ${title}`, COMMAND.copyAsReply),
      action(`Export: ${title}`, COMMAND.export),
      // A race without reordering is no litmus test.
      ...(finding.memory.includes('sc') || !hasScenario(finding)
        ? []
        : [action(`Export as litmus test: ${title}`, COMMAND.export, 'litmus')]),
      ...(hasScenario(finding)
        ? [action(`Export as Promela model: ${title}`, COMMAND.export, 'promela')]
        : []),
      ...(finding.change === 'fixed' ? [] : [silenceAction(document.uri, finding.rule)]),
    ];
  });
  if (actions.length === 0) return [];
  const other = (title: string, name: Parameters<typeof command>[1], ...args: string[]): CodeAction => ({
    title,
    kind: CodeActionKind.QuickFix,
    command: command(title, name, [document.uri, ...args]),
  });
  const compared = commands ? functionsAt(view, range.start.line) : [];
  return [
    ...actions,
    ...compared.map(({ name, after }) =>
      other(`Compare ${name}() before and after`, COMMAND.compareFunction, after),
    ),
    other('Explain what was checked', COMMAND.explain),
  ];
}

function silenceAction(uri: string, rule: string): CodeAction {
  const title = `Silence ${rule} for this patch`;
  return { title, kind: CodeActionKind.QuickFix, command: command(title, COMMAND.silence, [uri, rule]) };
}

/** A kind holds those below it, `quickfix` holds `quickfix.x`; the empty kind holds all. */
const isWithin = (kind: string, wanted: string): boolean =>
  wanted === '' || kind === wanted || kind.startsWith(`${wanted}.`);
