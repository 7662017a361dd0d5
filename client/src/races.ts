/** From race to race in the active patch, and what the menus know of it. */

import { commands, type ExtensionContext, Range, Selection, TextEditorRevealType, window } from 'vscode';
import type { Status } from '../../server/src/lsp/protocol.js';
import { lineAfter, lineBefore } from './race-lines.js';
import type { Statuses } from './statuses.js';

type Choose = (lines: readonly number[], from: number) => number | null;

export function registerRaces(context: ExtensionContext, statuses: Statuses): void {
  const go = (choose: Choose) => (): void => {
    const editor = window.activeTextEditor;
    if (editor === undefined) return;
    const line = choose(raceLines(statuses.of(editor.document.uri)), editor.selection.active.line);
    if (line === null) return;
    editor.selection = new Selection(line, 0, line, 0);
    editor.revealRange(new Range(line, 0, line, 0), TextEditorRevealType.InCenterIfOutsideViewport);
  };
  const tellMenus = (): void => {
    const uri = window.activeTextEditor?.document.uri;
    const there = uri !== undefined && raceLines(statuses.of(uri)).length > 0;
    void commands.executeCommand('setContext', 'dioOrdering.hasRace', there);
  };
  context.subscriptions.push(
    commands.registerCommand('dioOrdering.nextRace', go(lineAfter)),
    commands.registerCommand('dioOrdering.previousRace', go(lineBefore)),
    statuses.onDidChange(tellMenus),
    window.onDidChangeActiveTextEditor(tellMenus),
  );
}

function raceLines(status: Status | undefined): readonly number[] {
  return status?.findings.map((finding) => finding.line) ?? [];
}
