/** Which patches apply on top of each other. */

import { describe, expect, it } from 'vitest';
import type { Patch } from '../../server/src/diff/patch.js';
import { inSeriesOrder, stacksOf } from '../../server/src/diff/series.js';
import { findSeries } from '../../server/src/mail/headers.js';

/** `A 2/3` of the thread `A`; its message id is the subject. */
function mail(subject: string, thread: string | null = null, more: Partial<Patch> = {}): Patch {
  return {
    subject,
    series: findSeries(subject),
    date: null,
    messageId: `${subject}@${thread ?? 'example.org'}`,
    references: thread === null ? [] : [thread],
    standing: { kind: 'proposal' },
    files: [],
    damage: [],
    ...more,
  };
}

const stacks = (...patches: readonly Patch[]): readonly string[] =>
  stacksOf(patches).map(({ patches: own }) => own.map(({ subject }) => subject).join(' '));

describe('patches are applied on top of each other', () => {
  it('within a series, by index, however the mails came', () => {
    expect(stacks(mail('[3/3]'), mail('[1/3]'), mail('[2/3]'))).toEqual(['[1/3] [2/3] [3/3]']);
  });

  it('not across versions of it', () => {
    expect(stacks(mail('[1/2]'), mail('[v2 1/2]'), mail('[2/2]'), mail('[v2 2/2]'))).toEqual([
      '[1/2] [2/2]',
      '[v2 1/2] [v2 2/2]',
    ]);
  });

  it('not across series of one length, told apart by their threads', () => {
    const a = [mail('[1/2]', 'a'), mail('[2/2]', 'a')];
    const b = [mail('[1/2]', 'b'), mail('[2/2]', 'b')];
    const found = stacksOf([a[0]!, b[0]!, b[1]!, a[1]!]);
    expect(found.map(({ patches }) => patches)).toEqual([a, b]);
  });

  it('nor where they follow each other without threads', () => {
    const twice = stacksOf([
      mail('[1/2]'),
      mail('[2/2]'),
      mail('[1/2]', null, { messageId: 'again' }),
      mail('[2/2]'),
    ]);
    expect(twice.map(({ patches }) => patches.length)).toEqual([2, 2]);
  });

  it('when each answers the one before, or all answer the first', () => {
    const first = mail('[1/3]', null, { messageId: 'one' });
    const second = mail('[2/3]', 'one', { messageId: 'two' });
    expect(stacks(first, second, mail('[3/3]', 'two'))).toEqual(['[1/3] [2/3] [3/3]']);
    expect(stacks(first, second, mail('[3/3]', 'one'))).toEqual(['[1/3] [2/3] [3/3]']);
  });

  it('as commits and diffs are, in their order', () => {
    const commit = (subject: string): Patch => mail(subject, null, { messageId: null });
    expect(stacks(commit('first'), commit('second'))).toEqual(['first second']);
  });

  it('not where mails are not numbered', () => {
    expect(stacks(mail('[PATCH] a'), mail('[PATCH] b'))).toEqual(['[PATCH] a', '[PATCH] b']);
  });

  it('nor where a page shows them without their ids', () => {
    const shown = (subject: string, onPage: number): Patch =>
      mail(subject, null, { messageId: null, onPage });
    expect(stacks(shown('[PATCH] a', 1), shown('[PATCH v2] a', 40))).toEqual(['[PATCH] a', '[PATCH v2] a']);
    expect(stacks(shown('[PATCH] a', 1), shown('[PATCH] a', 1))).toEqual(['[PATCH] a [PATCH] a']);
    expect(stacks(shown('[1/2]', 1), shown('[1/2]', 40))).toEqual(['[1/2]', '[1/2]']);
  });

  it('two diffs of one mail', () => {
    const two = mail('[PATCH] a');
    expect(stacks(two, { ...two })).toEqual(['[PATCH] a [PATCH] a']);
    const member = mail('[2/3]');
    expect(stacks(mail('[1/3]'), member, { ...member })).toEqual(['[1/3] [2/3] [2/3]']);
  });

  it.each<Patch['standing']>([{ kind: 'sketch' }, { kind: 'quoted', whole: true }, { kind: 'cover' }])(
    'not what is no member: %o',
    (standing) => {
      expect(stacks(mail('[1/2]'), mail('[2/2]', null, { standing }))).toEqual(['[1/2]', '[2/2]']);
    },
  );

  it('not a signed answer to a member', () => {
    expect(stacks(mail('[1/2]'), mail('Re: [2/2]'))).toEqual(['[1/2]', 'Re: [2/2]']);
  });
});

it('a series is put in order in the places that it held', () => {
  const order = inSeriesOrder([mail('[2/2]'), mail('[PATCH] a'), mail('[1/2]')]);
  expect(order.map(({ subject }) => subject)).toEqual(['[1/2]', '[PATCH] a', '[2/2]']);
});
