/** One finding for each barrier that orders nothing: read out of the code, so that it has no scenario and no race. */

import type { Parser } from 'web-tree-sitter';
import type { Patch } from '../diff/patch.js';
import { isPartOfPrimitive } from '../kernel/primitive-parts.js';
import { isPrimitiveName } from '../kernel/primitives.js';
import { Code } from '../lower/code.js';
import type { Site } from '../lower/instruction.js';
import { shownFunctions } from '../source/shown-functions.js';
import type { FunctionText } from '../source/text.js';
import { idleBarrierHeadline } from './barrier-wording.js';
import { idFrom } from './findings.js';
import { idleBarriers, type IdleBarrier } from './idle-barriers.js';
import type { Placed } from './placement.js';
import type { Finding, TimelineStep } from './report.js';
import { RULE_NAMES } from './rule-names.js';
import { placeOf } from './timeline.js';

/** The barriers of all releases that a patch is judged for; one that is in several is said once. */
export function idleBarrierFindings(
  file: string,
  parser: Parser,
  patch: Patch,
  all: readonly Placed[],
): Finding[] {
  const shown = patch.files.flatMap(shownFunctions).filter(isTaken);
  const findings = all.flatMap(({ placement: { after, changed } }) => {
    const taken = shown.filter(({ name }) => !after.universe.has(name));
    const universe = new Map([...after.universe, ...taken.map((text) => [text.name, text] as const)]);
    const code = new Code(parser, { ...after, universe });
    const names = changed.flatMap(({ kind, afterName }) => (kind === 'function' && afterName) || []);
    return idleBarriers(code, [...names, ...taken.map(({ name }) => name)]).map((one) =>
      findingOf(file, one, code),
    );
  });
  return [...new Map(findings.map((finding) => [finding.id, finding])).values()];
}

/** What the model takes as it is, and what goes by the count of direct I/O: barriers in it order that of all others. */
const isTaken = ({ name, lines }: FunctionText): boolean =>
  isPrimitiveName(name) || isPartOfPrimitive(name) || lines.some(({ text }) => /\bi_dio_count\b/.test(text));

function findingOf(file: string, one: IdleBarrier, code: Code): Finding {
  const { barrier, neighbour, side } = one;
  const beside = neighbour.kind === 'call' ? neighbour.text : lineAt(neighbour.site, code);
  const [own, other] = [placeOf(barrier.site.origin, file), placeOf(neighbour.site.origin, file)];
  const { line } = own.kind === 'patch' ? own : other;
  const step = (n: number, text: string, at: TimelineStep['at']): TimelineStep => ({
    n,
    actor: 0,
    function: barrier.site.function,
    text,
    effects: [],
    at,
  });
  return {
    id: idFrom('P9', [file.split('/').at(-1)!, line, barrier.site.function, barrier.text]),
    rule: RULE_NAMES.P9,
    property: 'P9',
    change: 'introduced',
    severity: 'warning',
    file,
    line,
    endLine: line,
    function: barrier.site.function,
    message: idleBarrierHeadline(one, beside),
    scenarios: [],
    memory: [],
    assumptions: [],
    timeline: {
      actors: ['any caller'],
      steps:
        side === 'before'
          ? [step(1, barrier.text, own), step(2, beside, other)]
          : [step(1, beside, other), step(2, barrier.text, own)],
    },
    loadBearing: [],
  };
}

/** The source line of what has no text of its own. */
function lineAt({ function: name, origin }: Site, code: Code): string {
  const line = code.base.universe.get(name)?.lines.find((one) => one.origin === origin);
  return line?.text.trim().replace(/;$/, '') ?? 'the assignment';
}
