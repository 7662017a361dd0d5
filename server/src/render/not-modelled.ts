/** What is not modelled, as people read it: lines that fail for one reason are one note, and not a wall of them. */

import type { NotModelled } from '../review/report.js';

/** `the added line ... was not placed: why`, `the removed line ... is not in F of 6.1 there`: what follows says why. */
const OF_A_LINE = /^(?:the (?:added|removed) line `[^]*?`|this change) (?=was not placed: |is not in )/;

export function notModelledNotes(all: readonly NotModelled[]): readonly NotModelled[] {
  const groups = new Map<string, [NotModelled, ...NotModelled[]]>();
  for (const one of all) {
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
