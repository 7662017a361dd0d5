/** A scenario's timeline as the client's view takes it: the same, with what to open for each step. */

import type { ScenarioTimeline } from '../review/scenario-timeline.js';
import type { Places } from './places.js';
import type { TimelineView } from './protocol.js';
import { rangeNow, type View } from './view.js';

/** Lines of the patch are those of the document as it is now. */
export function timelineViewOf(timeline: ScenarioTimeline, view: View, places: Places): TimelineView {
  const { uri } = view.document;
  const now = (line: number): number => {
    const range = view.checked && rangeNow(view.checked, view.document, line, line);
    return range ? range.start.line + 1 : line;
  };
  return {
    ...timeline,
    uri,
    finding: { ...timeline.finding, line: now(timeline.finding.line) },
    steps: timeline.steps.map((step) => ({
      ...step,
      at: {
        ...step.at,
        line: step.at.kind === 'patch' ? now(step.at.line) : step.at.line,
        uri: places.uriOf(step.at, uri),
      },
    })),
    loadBearing: timeline.loadBearing.map((one) => ({
      ...one,
      line: now(one.line),
      endLine: now(one.endLine),
    })),
  };
}
