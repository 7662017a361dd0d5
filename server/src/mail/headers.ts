/** Header blocks, and one small finder per fact. */

import PostalMime, { decodeWords } from 'postal-mime';
import type { Facts, SeriesTag } from './message.js';
import { chomp, type RawBlock } from './raw-lines.js';

/** Unfolded header values by lower-case name; of a repeated header the first. */
export type Headers = ReadonlyMap<string, string>;

const field = /^[A-Za-z][A-Za-z0-9-]*[ \t]*:/;
const tellingFields =
  /^(?:from|date|subject|message-id|received|to|list|return-path|mime-version|content-type)$/;

/**
 * Number of lines of the RFC 5322 header block that `lines` begin with, from line `start` on; 0 when there is
 * none. A text that begins with one "Word: rest" line is no mail: two fields that mails have are asked for.
 */
export function headerBlockLength(lines: readonly string[], start = 0): number {
  const names = new Set<string>();
  let at = start;
  for (; at < lines.length; at++) {
    const line = chomp(lines[at]!);
    if (line.trim() === '') break;
    if (/^[ \t]/.test(line) && at > start) continue;
    if (!field.test(line)) return 0;
    names.add(line.slice(0, line.indexOf(':')).trim().toLowerCase());
  }
  const telling = [...names].filter((name) => tellingFields.test(name));
  return telling.length >= 2 ? at - start : 0;
}

/** Reads a header block; an unreadable one gives no headers rather than an error. */
export async function parseHeaders(block: RawBlock): Promise<Headers> {
  const headers = new Map<string, string>();
  try {
    const email = await PostalMime.parse(Buffer.from(block.lines.map(chomp).join('\n') + '\n\n', 'latin1'));
    for (const { key, value } of email.headers) if (!headers.has(key)) headers.set(key, value);
  } catch {
    // postal-mime throws past its size limits only; such a block carries nothing for us.
  }
  return headers;
}

/** A parameter of a structured header, e.g. `boundary` of Content-Type. */
export function headerParameter(value: string, name: string): string | null {
  const match = new RegExp(`;\\s*${name}\\s*=\\s*(?:"([^"]*)"|([^\\s;]+))`, 'i').exec(value);
  return match?.[1] ?? match?.[2] ?? null;
}

export function factsOfHeaders(headers: Headers): Facts {
  const subject = findSubject(headers.get('subject'));
  return {
    subject,
    series: subject === null ? null : findSeries(subject),
    date: findDate(headers.get('date') ?? ''),
    messageId: findMessageId(headers.get('message-id') ?? ''),
    references: findReferences(headers.get('references') ?? '', headers.get('in-reply-to') ?? ''),
  };
}

/** Decodes RFC 2047 words and undoes folding. */
export function findSubject(value: string | undefined): string | null {
  if (value === undefined) return null;
  const subject = decodeWords(value).split(/\s+/).join(' ').trim();
  return subject === '' ? null : subject;
}

/**
 * Reads `[PATCH v2 3/7]`, the form without a blank (`[PATCH1/8]`), list prefixes before it (`[xfs] [RFC PATCH]`),
 * and what patchwork makes of it (`[v2,3/7]`). Null where no bracket speaks of a patch.
 */
export function findSeries(subject: string): SeriesTag | null {
  for (const bracket of subject.match(/\[[^\][]{1,80}\]/g) ?? []) {
    // In `[PATCH 5.10/5.15]` the numbers are parts of releases.
    const place = /(?<![\d.])(\d{1,4})\s*\/\s*(\d{1,4})(?![\d.])/.exec(bracket);
    const version = /(?:^|[^a-z])v\s?(\d{1,3})\b/i.exec(bracket.replace(/patch/i, ' '));
    if (!place && !version && !/patch|rfc/i.test(bracket)) continue;
    return {
      version: Number(version?.[1] ?? 1),
      index: Number(place?.[1] ?? 1),
      total: Number(place?.[2] ?? 1),
    };
  }
  return null;
}

export function findMessageId(value: string): string | null {
  return /<([^<>\s]+@[^<>\s]+)>/.exec(value)?.[1] ?? /^\s*([^<>\s]+@[^<>\s]+)\s*$/.exec(value)?.[1] ?? null;
}

/** RFC 5322, 3.6.4: `References` holds the whole thread; many mailers send `In-Reply-To` alone. */
function findReferences(references: string, inReplyTo: string): readonly string[] {
  const ids = [...`${references} ${inReplyTo}`.matchAll(/<([^<>\s]+@[^<>\s]+)>/g)].map(([, id]) => id!);
  return [...new Set(ids)];
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const month = `(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\\.?`;

/** Where year, month and day stand in each form of a date; the first form that matches is taken. */
const dateForms: readonly { readonly form: RegExp; readonly order: 'ymd' | 'dmy' | 'mdy' }[] = [
  // ISO 8601, with the time behind a blank or a `T`
  { form: /\b(\d{4})-(\d{2})-(\d{2})(?=T\d|\b)/, order: 'ymd' },
  // RFC 5322: "Wed, 1 Mar 2017 16:37:42 +0800"
  { form: new RegExp(`\\b(\\d{1,2}) ${month},? (\\d{4})\\b`, 'i'), order: 'dmy' },
  // patchwork: "March 1, 2017, 4:37 p.m. UTC"; lkml.iu.edu: "Wed Mar 01 2017 - 16:37:42 EST"
  { form: new RegExp(`\\b${month} (\\d{1,2}),? ((?:19|20)\\d{2})\\b`, 'i'), order: 'mdy' },
  // git and asctime: "Wed Mar 1 16:37:42 2017 +0800"
  { form: new RegExp(`\\b${month} +(\\d{1,2}) [\\d:]{5,8}(?: [A-Z]{3,4})? (\\d{4})\\b`, 'i'), order: 'mdy' },
];

/** The day as written, not moved to another time zone; yyyy-mm-dd. */
export function findDate(value: string): string | null {
  const text = value.slice(0, 200);
  for (const { form, order } of dateForms) {
    const match = form.exec(text);
    if (!match) continue;
    const part = (letter: string): string => match[order.indexOf(letter) + 1]!;
    const named = months.indexOf(part('m').slice(0, 3).toLowerCase()) + 1;
    const monthNumber = named > 0 ? named : Number(part('m'));
    return isoDay(Number(part('y')), monthNumber, Number(part('d')));
  }
  return null;
}

function isoDay(year: number, monthNumber: number, day: number): string | null {
  if (monthNumber < 1 || monthNumber > 12 || day < 1 || day > 31) return null;
  return `${year}-${String(monthNumber).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}
