/** Timelines as the server sends them: with the documents in which the steps stand. */

import type { ScenarioTimeline } from '../../server/src/review/scenario-timeline.js';
import type { TimelineView } from '../../server/src/lsp/protocol.js';

export const PATCH = 'file:///mail/dio.patch';

export const viewOf = (timeline: ScenarioTimeline): TimelineView => ({
  ...timeline,
  uri: PATCH,
  steps: timeline.steps.map((step) => ({
    ...step,
    at: { ...step.at, uri: step.at.kind === 'patch' ? PATCH : `dio-ordering:/${step.at.file}` },
  })),
});
