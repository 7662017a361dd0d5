/** Patches that change no ordering, as mails bring them: nothing is said of them. */

import { describe, expect, it } from 'vitest';
import type { Report } from '../../server/src/review/report.js';
import { CONTROL_FLOW } from '../fixtures/harmless/control-flow.js';
import { EQUIVALENTS } from '../fixtures/harmless/equivalents.js';
import { GAPS } from '../fixtures/harmless/gaps.js';
import { MESSAGES } from '../fixtures/harmless/messages.js';
import { HELPERS } from '../fixtures/harmless/helpers-split.js';
import { RENAMES } from '../fixtures/harmless/renames.js';
import { REDUNDANT } from '../fixtures/harmless/redundant.js';
import { SPELLING } from '../fixtures/harmless/spelling.js';
import { UNRELATED } from '../fixtures/harmless/unrelated.js';
import { changes, report } from './patches.js';
import { diffOfWritten, type Written } from './written.js';

/** What a reader would see of the report. */
const said = (one: Report): unknown => ({
  findings: one.findings.map(({ message }) => message),
  changes: changes(one),
  notModelled: one.notModelled.map(({ line, reason }) => `${String(line)}: ${reason}`),
});

const NOTHING = { findings: [], changes: [], notModelled: [] };

const SETS = [
  ['other words for the same', SPELLING],
  ['other names of the same', EQUIVALENTS],
  ['what only watches', MESSAGES],
  ['another way to the same steps', CONTROL_FLOW],
  ['helpers split off', HELPERS],
  ['functions renamed and moved', RENAMES],
  ['what is done twice or made sure of elsewhere', REDUNDANT],
] as const;

const named = (patches: readonly Written[]) =>
  patches.map((written) => ({ what: written[0], era: written[1], written }));

describe.each(SETS)('%s', (_, patches) => {
  it.each(named(patches))('$era: $what', async ({ era, written }) => {
    expect(said(await report(diffOfWritten(written), { kernel: era }))).toEqual(NOTHING);
  });
});

describe('known gaps', () => {
  it.fails.each(named(GAPS))('$era: $what', async ({ era, written }) => {
    expect(said(await report(diffOfWritten(written), { kernel: era }))).toEqual(NOTHING);
  });
});

describe('mails about something else', () => {
  it.each(UNRELATED)('%s', async (_, mail) => {
    expect(said(await report(mail))).toEqual(NOTHING);
  });
});
