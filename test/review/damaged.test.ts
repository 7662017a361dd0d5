/** What mailers and archives do to a patch does not change what is said of it. */

import { beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../server/src/review/report.js';
import {
  asText,
  blankContextLost,
  blankContextTrimmed,
  blankLinesLost,
  blanksDoubled,
  caretM,
  countsWrong,
  crlf,
  indentationLost,
  leadingBlankLost,
  leadingBlankSometimesLost,
  loneBracesLost,
  tabsToBlanks,
  undamaged,
  wrapped,
  type DamageStep,
} from '../diff/damage.js';
import { CONTROL_FLOW } from '../fixtures/harmless/control-flow.js';
import { MESSAGES } from '../fixtures/harmless/messages.js';
import { HELPERS } from '../fixtures/harmless/helpers-split.js';
import { SPELLING } from '../fixtures/harmless/spelling.js';
import { ALLOCATION } from '../fixtures/positive/allocation.js';
import { COMPLETION } from '../fixtures/positive/completion.js';
import { FLUSH } from '../fixtures/positive/flush.js';
import { LEGACY } from '../fixtures/positive/legacy.js';
import { changes, report } from './patches.js';
import { diffOfWritten, type Written } from './written.js';

const DAMAGE: Readonly<Record<string, DamageStep>> = {
  leadingBlankLost,
  leadingBlankSometimesLost: leadingBlankSometimesLost((index) => index % 3 === 0),
  blankContextTrimmed,
  blankContextLost,
  blankLinesLost,
  loneBracesLost,
  indentationLost,
  tabsToBlanks,
  blanksDoubled,
  crlf,
  caretM,
  wrapped: wrapped(66),
  countsWrong,
};

const HARMLESS: readonly Written[] = [...CONTROL_FLOW, ...MESSAGES, ...HELPERS, ...SPELLING];

const RACES: readonly Written[] = [...ALLOCATION, ...COMPLETION, ...FLUSH, ...LEGACY].map(
  ({ what, era, files }): Written => [what, era, ...files],
);

/** Those with short checks; each stands for a way of writing a patch: lines gone, lines come, a word changed, a block moved. */
const TAKEN: readonly (readonly [string, string])[] = [
  ['early return instead of else', '4.10'],
  ['goto becomes return', '5.3'],
  ['a call in a condition is called before it', '5.15'],
  ['trace points around ext4 direct I/O', '4.10'],
  ['a helper around flush and invalidation', '4.14'],
  ['ret is called error', '4.10'],
  ['direct writes allocate written blocks', '4.10'],
  ['the second invalidation before the completion', '4.12'],
  ['the second invalidation for synchronous writes alone', '4.14'],
  ['no conversion at the end of the write', '4.14'],
  ['buffered writes under the shared IOLOCK', '4.10'],
  ['a write fault low on space allocates written blocks', '5.5'],
];

const taken = TAKEN.map(([what, era]) => {
  const found = [...HARMLESS, ...RACES].find((one) => one[0] === what && one[1] === era);
  if (!found) throw new Error(`no patch ${what}`);
  return { what, era, written: found };
});

/** The report without what says where in the text something stands. */
const withoutLines = (one: Report): unknown => ({
  changes: changes(one),
  findings: one.findings.map(({ rule, change, message, scenarios, timeline }) => ({
    ...{ rule, change, message, scenarios },
    steps: timeline.steps.map(({ actor, function: name, text, effects }) => ({ actor, name, text, effects })),
  })),
  notModelled: one.notModelled.map(({ reason }) => reason),
});

describe.each(taken)('$era: $what', ({ era, written }) => {
  const whole = diffOfWritten(written);
  let expected: unknown;

  beforeAll(async () => {
    expected = withoutLines(await report(whole, { kernel: era }));
  });

  it.each(Object.keys(DAMAGE))('%s', async (kind) => {
    const text = asText(DAMAGE[kind]!(undamaged(whole)));
    const damaged = await report(text, { kernel: era });
    expect(withoutLines(damaged)).toEqual(expected);
  });
});
