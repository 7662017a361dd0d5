/**
 * Which finding the user looks at: inlay hints show that one. LSP does not say where the cursor is; VS Code asks for code
 * actions where it stands, and so has no hints until it comes to a finding or one is chosen. Others ask only when the user
 * does: theirs show the most serious finding from the start, or would never show any. Away from all findings the last one
 * stays, so that no text jumps.
 */

import type { Finding } from '../review/report.js';
import type { Client } from './capabilities.js';
import { defaultFinding } from './inlay-hints.js';
import type { OpenDocument } from './open-documents.js';
import { findingOf } from './view.js';

type CursorClient = Pick<Client, 'followsCursor'>;

interface Choosing {
  readonly client: CursorClient;
  hintsChanged(): void;
}

/** One that is not there any more is as good as none chosen. */
export function chosenFinding({ chosen, view }: OpenDocument, client: CursorClient): string | null {
  if (chosen === null) return null;
  if (chosen !== undefined && findingOf(view, chosen)) return chosen;
  return client.followsCursor ? null : defaultFinding(view);
}

export function choose(served: Choosing, open: OpenDocument, id: string | null): void {
  if (chosenFinding(open, served.client) === id) return;
  open.chosen = id;
  served.hintsChanged();
}

/** The cursor is in these findings. */
export function lookAt(served: Choosing, open: OpenDocument, findings: readonly Finding[]): void {
  const [first] = findings;
  const now = chosenFinding(open, served.client);
  if (first && !findings.some(({ id }) => id === now)) choose(served, open, first.id);
}
