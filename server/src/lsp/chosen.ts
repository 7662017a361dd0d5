/**
 * Which finding the user looks at: inlay hints show that one. LSP does not say where the cursor is; editors ask for code
 * actions where it stands. Away from all findings the last one stays, so that no text jumps.
 */

import type { Finding } from '../review/report.js';
import { defaultFinding } from './inlay-hints.js';
import type { OpenDocument } from './open-documents.js';
import type { Served } from './served.js';
import { findingOf } from './view.js';

/** One that is not there any more is as good as none chosen. */
export function chosenFinding({ chosen, view }: OpenDocument): string | null {
  if (chosen === null) return null;
  return chosen !== undefined && findingOf(view, chosen) ? chosen : defaultFinding(view);
}

export function choose(served: Pick<Served, 'hintsChanged'>, open: OpenDocument, id: string | null): void {
  if (chosenFinding(open) === id) return;
  open.chosen = id;
  served.hintsChanged();
}

/** The cursor is in these findings. */
export function lookAt(
  served: Pick<Served, 'hintsChanged'>,
  open: OpenDocument,
  findings: readonly Finding[],
): void {
  const [first] = findings;
  if (first && !findings.some(({ id }) => id === chosenFinding(open))) choose(served, open, first.id);
}
