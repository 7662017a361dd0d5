/** What the language status item shows of a document. */

import { isJudged } from '../render/provisos.js';
import { changesNoStep, hasVerdict, isSilent, silenced, unmodelled } from '../render/summary.js';
import { count } from '../render/words.js';
import type { Change, Report } from '../review/report.js';
import type { Status } from './protocol.js';
import { rangeNow, titleOf, type View } from './view.js';
import type { Outcome } from './worker-protocol.js';

export function statusOf(
  view: View,
  outcome: Outcome | null,
  state: Status['state'],
  memory: Status['memory'],
): Status {
  const report = view.checked?.report ?? null;
  const found = (change: Change): number =>
    report?.findings.filter((finding) => finding.change === change).length ?? 0;
  return {
    uri: view.document.uri,
    state,
    releases: report ? releasesOf(report) : [],
    memory,
    summary: outcome === null ? '' : summaryOf(outcome),
    introduced: found('introduced'),
    left: found('left'),
    fixed: found('fixed'),
    notModelled: report?.notModelled.length ?? 0,
    findings: findingsNow(view),
  };
}

const releasesOf = ({ explanation }: Report): string[] => [
  ...new Set(explanation.releases.flatMap(({ release }) => (release === 'none' ? [] : [release]))),
];

function findingsNow({ checked, document }: View): Status['findings'] {
  if (!checked) return [];
  return checked.report.findings.flatMap((finding) => {
    const range = rangeNow(checked, document, finding.line, finding.endLine);
    if (range === null) return [];
    return [
      {
        id: finding.id,
        line: range.start.line,
        title: `${titleOf(checked.report, finding)}: ${finding.change}`,
      },
    ];
  });
}

function summaryOf(outcome: Outcome): string {
  if (outcome.kind !== 'checked') return outcome.kind === 'no-patch' ? 'no patch found' : outcome.what;
  const { report } = outcome;
  if (!report.inputs.some((input) => isJudged(report, input))) return 'not judged: no proposal in it';
  const silent = report.inputs.every(({ file }) => isSilent(report, file));
  if (silent && report.silenced === undefined) return 'nothing here is modelled';
  const parts = (['introduced', 'left', 'fixed'] as const).flatMap((change) => {
    const found = report.findings.filter((finding) => finding.change === change).length;
    return found === 0 ? [] : [{ change, found }];
  });
  const races = parts.map(({ change, found }, at) => `${at === 0 ? count(found, 'race') : found} ${change}`);
  const conditional = report.inputs.some(({ conditions }) => conditions !== undefined);
  return [
    ...(races.length === 0 ? [noRace(report)] : races),
    conditional ? 'conditional' : '',
    silenced(report),
    unmodelled(report),
  ]
    .filter((part) => part !== '')
    .join(', ');
}

function noRace(report: Report): string {
  if (report.silenced !== undefined) return 'no other race found';
  if (changesNoStep(report)) return 'no step changed';
  return hasVerdict(report) ? 'no race found' : 'no verdict';
}
