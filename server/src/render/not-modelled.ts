/** What is not modelled, as people read it: lines that fail for one reason are one note, and not a wall of them. */

import type { NotModelled } from '../review/report.js';

/** `the added line ... was not placed: why`, `the removed line ... is not in F of 6.1 there`: what follows says why. */
const OF_A_LINE = /^(?:the (?:added|removed) line `[^]*?`|this change) (?=was not placed: |is not in )/;

export function notModelledNotes(all: readonly NotModelled[]): readonly NotModelled[] {
  const groups = new Map<string, [NotModelled, ...NotModelled[]]>();
  for (const one of acrossReleases(all)) {
    const why = one.reason.replace(OF_A_LINE, '');
    const key = why === one.reason ? `${one.file}:${one.line}: ${why}` : `${one.file}: ${why}`;
    const group = groups.get(key);
    if (group) group.push(one);
    else groups.set(key, [one]);
  }
  return [...groups.values()].map(([first, ...others]) => ({
    ...first,
    reason: first.reason + also(first, others),
  }));
}

/** As the eras are labelled: `5.9-5.11`, `5.8`, `6.14 and later`. */
const RELEASE = /\b\d\.\d{1,2}(?:-\d\.\d{1,2}| and later)?/g;

/** What is said of one line for several releases is said once: `... (6.9-6.13 | 6.14 and later)`. */
export function acrossReleases(all: readonly NotModelled[]): readonly NotModelled[] {
  const without = ({ file, line, reason }: NotModelled): string =>
    `${file}:${line}: ${reason.replace(RELEASE, '#')}`;
  return [...new Set(all.map(without))].flatMap((text) => {
    const alike = all.filter((one) => without(one) === text);
    const releases = alike.map(({ reason }) => [...new Set(reason.match(RELEASE))]);
    if (alike.length === 1 || releases.some((one) => one.length !== 1)) return alike;
    const first = alike[0]!;
    return {
      ...first,
      reason: first.reason.replaceAll(releases[0]![0]!, [...new Set(releases.flat())].join(' | ')),
    };
  });
}

/** `; nor were lines 70, 71 and 85`. */
function also({ line, reason }: NotModelled, others: readonly NotModelled[]): string {
  const lines = [...new Set(others.map((one) => one.line))].filter((one) => one !== line).map(String);
  const last = lines.pop();
  if (last === undefined) return '';
  const verb = reason.includes(' was not placed: ') ? ['was', 'were'] : ['is', 'are'];
  return lines.length === 0
    ? `; nor ${verb[0]} line ${last}`
    : `; nor ${verb[1]} lines ${lines.join(', ')} and ${last}`;
}
