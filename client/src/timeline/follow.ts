/** From a place in an editor to the steps of the timeline. */

import type { TimelineView } from '../../../server/src/lsp/protocol.js';

/** `n` of the steps that stand on a line (1-based) of a document. */
export const stepsOn = (view: TimelineView, uri: string, line: number): readonly number[] =>
  view.steps.filter(({ at }) => at.uri === uri && at.line === line).map(({ n }) => n);
