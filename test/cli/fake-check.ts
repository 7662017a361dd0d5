/** Stands in for the analysis: answers the hand-made findings for files named in them, and records what it was asked. */

import type { CheckedFile, CheckOptions, CheckResult } from '../../server/src/review/check.js';
import type { Finding } from '../../server/src/review/report.js';
import { everything, nothing } from '../render/reports.js';
import { reordered } from '../render/scenario-timelines.js';

export interface Asked {
  files: readonly CheckedFile[];
  options: CheckOptions | null;
}

/** A file whose name holds `introduced`, `left` or `fixed` has that finding; one with `unjudged` is refused. */
export function fakeCheck(asked: Asked = { files: [], options: null }) {
  return async (files: readonly CheckedFile[], options: CheckOptions): Promise<CheckResult> => {
    asked.files = files;
    asked.options = options;
    if (files.some(({ file }) => file.includes('crash'))) throw new Error('state table full');
    if (options.kernel === '1.0') return { ok: false, what: 'kernel 1.0 is not known: give 4.10 to 6.12' };
    return {
      ok: true,
      report: {
        ...nothing,
        inputs: files.map(({ file, input }) => ({
          file,
          kind: input.kind,
          messages: input.messages,
          patches: [],
        })),
        findings: files.flatMap(({ file }) => findingsFor(file)),
      },
      race: () => null,
      changedFunctions: () => [],
      timeline: ({ finding }) => ({ ...reordered, finding: { ...reordered.finding, id: finding } }),
    };
  };
}

function findingsFor(file: string): Finding[] {
  return everything.findings
    .filter(({ change }) => file.includes(change))
    .map((finding) => ({ ...finding, file }));
}
