/** Which finding a command is for: the one it was given, else the one the cursor is nearest to. */

import { window } from 'vscode';
import { type Status } from '../../server/src/lsp/protocol.js';
import type { Statuses } from './statuses.js';
import { type Address, targetUri } from './target.js';

export interface Target {
  readonly uri: string;
  readonly finding: string;
}

export function targetFinding(
  statuses: Statuses,
  address: Address,
  finding: string | undefined,
): Target | null {
  const uri = targetUri(address);
  if (uri === undefined) return null;
  if (finding !== undefined) return { uri: uri.toString(), finding };
  const line = window.activeTextEditor?.selection.active.line ?? 0;
  const nearest = nearestFinding(statuses.of(uri), line);
  return nearest === undefined ? null : { uri: uri.toString(), finding: nearest };
}

function nearestFinding(status: Status | undefined, line: number): string | undefined {
  const byDistance = [...(status?.findings ?? [])].sort(
    (a, b) => Math.abs(a.line - line) - Math.abs(b.line - line),
  );
  return byDistance[0]?.id;
}
