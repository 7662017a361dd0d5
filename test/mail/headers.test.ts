import { describe, expect, it } from 'vitest';
import {
  findDate,
  findMessageId,
  findSeries,
  findSubject,
  headerBlockLength,
} from '../../server/src/mail/headers.js';

describe('findSeries', () => {
  it.each([
    ['[PATCH] ext4: x', 1, 1, 1],
    ['[PATCH v2 3/7] ext4: x', 2, 3, 7],
    ['[PATCH 03/17] ext4: x', 1, 3, 17],
    ['[PATCH1/8] ext4: x', 1, 1, 8],
    ['[PATCHv4 2/3] ext4: x', 4, 2, 3],
    ['[RFC PATCH v3] ext4: x', 3, 1, 1],
    ['Re: [linux-ext4] [PATCH v2 0/2] ext4: x', 2, 0, 2],
    ['[v2,3/7] ext4: x', 2, 3, 7],
    ['[v2] ext4: x', 2, 1, 1],
    ['[3/7] ext4: x', 1, 3, 7],
  ])('%s is version %i, patch %i of %i', (subject, version, index, total) => {
    expect(findSeries(subject)).toEqual({ version, index, total });
  });

  it.each(['ext4: x', '[BUG] ext4: x', 'ext4: index a[3] of 7'])('finds none in %s', (subject) => {
    expect(findSeries(subject)).toBeNull();
  });
});

describe('findDate', () => {
  it.each([
    ['Wed, 1 Mar 2017 16:37:42 +0800', '2017-03-01'],
    ['1 March 2017', '2017-03-01'],
    ['Wed Mar  1 16:37:42 2017 +0800', '2017-03-01'],
    ['A Writer March 1, 2017, 4:37 p.m. UTC', '2017-03-01'],
    ['A Writer Sept. 11, 2019, 1:00 a.m. UTC | #3', '2019-09-11'],
    ['@ 2017-03-01 16:37 UTC', '2017-03-01'],
    ['2017-03-01T16:37:42+08:00', '2017-03-01'],
    ['Wed Mar 01 2017 - 16:37:42 EST', '2017-03-01'],
    ['yesterday', null],
    ['2017-13-01', null],
  ])('%s is %s', (text, day) => {
    expect(findDate(text)).toBe(day);
  });
});

it('takes the brackets off a message id', () => {
  expect(findMessageId(' <20200304.2@example.org> (added)')).toBe('20200304.2@example.org');
  expect(findMessageId('20200304.2@example.org')).toBe('20200304.2@example.org');
  expect(findMessageId('none')).toBeNull();
});

it('decodes and unfolds a subject', () => {
  expect(findSubject('=?iso-8859-1?Q?[PATCH]_gr=F6=DFer?=\n  =?utf-8?B?IGFscw==?= x')).toBe(
    '[PATCH] größer als x',
  );
  expect(findSubject('  ')).toBeNull();
});

describe('headerBlockLength', () => {
  it('counts fields and their folded lines', () => {
    expect(headerBlockLength(['From: a', 'Subject: b', ' c', '', 'body'])).toBe(3);
  });

  it.each([
    [['Note: a text', 'Summary: that begins like headers', '']],
    [['From: a person', 'who writes prose', '']],
    [['']],
  ])('is 0 for a text that is no header block: %j', (lines) => {
    expect(headerBlockLength(lines)).toBe(0);
  });
});
