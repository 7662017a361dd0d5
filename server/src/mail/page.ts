/** Texts without RFC 5322 headers: archive pages saved as text, `git show` and `git log -p`, plain diffs. */

import { withoutClearsigning } from './clearsigned.js';
import { oldestFirst } from './commit-order.js';
import { findDate, findMessageId, findSeries, findSubject } from './headers.js';
import type { Facts, Message, TextLine } from './message.js';
import { lineDecoder } from './charset.js';
import type { RawBlock } from './raw-lines.js';
import { rawSlice } from './raw-lines.js';
import { messagesOnPage, type PageMessage } from './thread-page.js';

/** Facts stand at the head of a page; no further lines are looked at. */
const headLength = 80;

const diffStart = /^(?:diff (?:-|\S*[./])|--- \S|@@ -|Index: )/;

/** What patchwork prints above a title: `diff mbox series`, the names of its links. */
const pageLinks = /^(?:diff|mbox|series)(?: (?:mbox|series))*$/;

const commitLine = /^commit [0-9a-f]{7,64}\b/;

export function isCommitLine(line: string): boolean {
  return commitLine.test(line);
}

/** One message for each head of an archive's thread; what stands before the first goes with it. */
export function readPage(block: RawBlock): readonly Message[] {
  const heads = messagesOnPage(block.lines.map(lineDecoder(null)));
  if (heads.length < 2) return readWithComments(block, heads[0]?.told ?? null);
  return heads.map(({ start, told }, k) =>
    onPage(
      message([rawSlice(block, k === 0 ? 0 : start, heads[k + 1]?.start)], (head) =>
        told ? threadFacts(head, told) : pageFacts(head),
      ),
    ),
  );
}

/** An archive shows no message ids: which message it is, its place on the page tells. */
const onPage = (read: Message): Message => ({
  ...read,
  facts: { ...read.facts, onPage: read.bodies[0]?.lines[0]?.line ?? 0 },
});

type Told = NonNullable<PageMessage['told']>;

const threadFacts = (head: readonly string[], told: Told): Facts => ({
  ...pageFacts(head),
  ...told,
  series: told.subject === null ? null : findSeries(told.subject),
});

/** The one message of a page: the archive's own title may stand above its head. */
function onlyFacts(head: readonly string[], told: Told | null): Facts {
  const facts = pageFacts(head);
  return told !== null && facts.subject === null ? threadFacts(head, told) : facts;
}

/**
 * The whole text as one message, but for the comments that patchwork numbers: what stands below a diff in them, or above
 * one, is an answer. Comments above the only diff belong to it: patchwork prints them first.
 */
function readWithComments(block: RawBlock, told: Told | null): readonly Message[] {
  const { own, comments } = partsOf(block);
  const page = message(own, (head) => onlyFacts(head, told));
  const answer = { ...page.facts, subject: `Re: ${page.facts.subject ?? ''}`.trim(), series: null };
  return [
    page,
    ...comments.map((comment) => onPage(message([comment], (head) => commentFacts(head, answer)))),
  ];
}

interface PageParts {
  /** What is the page's own, in the order of its lines. */
  readonly own: readonly RawBlock[];
  readonly comments: readonly RawBlock[];
}

function partsOf(block: RawBlock): PageParts {
  const diff = block.lines.findIndex((line) => diffStart.test(line));
  const all = block.lines.flatMap((line, i) => (commentLine.test(line) ? [i] : []));
  const below = all.filter((at) => diff >= 0 && at > diff);
  if (below.length === 0) return { own: [block], comments: [] };
  // With comments above it the first diff is one of theirs, and the page's own is the one below all of them.
  const last = all.at(-1)!;
  const end =
    below.length < all.length ? block.lines.findIndex((line, i) => i > last && diffStart.test(line)) : -1;
  const starts = end < 0 ? below : all;
  const bounds = [...starts, end < 0 ? block.lines.length : end];
  return {
    own: [rawSlice(block, 0, starts[0]), ...(end < 0 ? [] : [rawSlice(block, end)])],
    comments: starts.map((start, k) => rawSlice(block, start, bounds[k + 1])),
  };
}

/** `Jan Kara March 1, 2017, 11:01 p.m. UTC | #1`. */
const commentLine = /\b(?:UTC|GMT)\s*\|\s*#\d+\s*$/;

const commentFacts = (head: readonly string[], answer: Facts): Facts => ({
  ...answer,
  messageId: null,
  date: findDate(head[0]?.replace(/\|.*/, '') ?? '') ?? answer.date,
});

/** One message for each `commit` line, in the order in which they apply; what stands before the first goes with it. */
export function readCommits(block: RawBlock): readonly Message[] {
  const starts = block.lines.flatMap((line, i) => (isCommitLine(line) ? [i] : []));
  const commits = starts.map((start, k) =>
    message([rawSlice(block, k === 0 ? 0 : start, starts[k + 1])], commitFacts),
  );
  return oldestFirst(commits, ({ bodies }) => {
    const head = headOf(bodies[0]!.lines);
    // `--pretty=fuller` prints both; a rebase keeps the author's and puts commits into another order.
    return labelled(head, /^CommitDate:/i) ?? labelled(head, AUTHOR_DATE);
  });
}

function message(blocks: readonly RawBlock[], findFacts: (head: readonly string[]) => Facts): Message {
  const decode = lineDecoder(null);
  const lines = withoutClearsigning(
    blocks.flatMap(({ lines: of, first }) => of.map((raw, i) => ({ text: decode(raw), line: first + i }))),
  );
  return {
    facts: findFacts(headOf(lines)),
    bodies: [{ lines, flowed: null, facts: null }],
    skipped: [],
  };
}

/** The lines before the first diff: a date or subject in a diff is not the message's. */
function headOf(lines: readonly TextLine[]): readonly string[] {
  const head = lines.slice(0, headLength).map(({ text }) => text.slice(0, 500).trimEnd());
  const diff = head.findIndex((text) => diffStart.test(text));
  return diff < 0 ? head : head.slice(0, diff);
}

const AUTHOR_DATE = /^(?:Author)?Date:/i;

/** `git show`: the subject is the first line of the indented message. */
function commitFacts(head: readonly string[]): Facts {
  const title = head.find((text) => /^ {4}\S/.test(text)) ?? null;
  const subject = findSubject(title ?? undefined);
  const series = subject === null ? null : findSeries(subject);
  return {
    subject,
    series,
    date: findDate(labelled(head, AUTHOR_DATE) ?? ''),
    messageId: null,
    references: [],
  };
}

function pageFacts(head: readonly string[]): Facts {
  const subject = pageSubject(head);
  return {
    subject,
    series: subject === null ? null : findSeries(subject),
    date: pageDate(head),
    messageId: findMessageId(labelled(head, /^\s*Message-I[dD]:/) ?? ''),
    references: [],
  };
}

/** A `Subject:` line, else a first line that carries a patch tag, with or without an archive's bullet before it. */
function pageSubject(head: readonly string[]): string | null {
  const named = labelled(head, /^\s*Subject[:\t]/i);
  if (named !== null) return findSubject(named);
  const first = head
    .find((text) => text.trim() !== '' && !pageLinks.test(text.trim()))
    ?.replace(/^\s*[*#]\s+/, '');
  return first !== undefined && /^(?:re: *)?\[[^\]]{1,80}\]/i.test(first.trim()) ? findSubject(first) : null;
}

/** `10:22`, and patchwork's full hours: `8 a.m.`, `noon`. */
const TIME = /\d{1,2}:\d{2}|, (?:\d{1,2} [ap]\.m\.|noon|midnight) /;

/** `UTC`, lore's `NAME @ DATE`, a half of the day, and `+0100` of RFC 5322, `+01:00` or `Z` of ISO 8601. */
const ZONE =
  /(?<![a-z])(?:UTC|GMT|[ap]\.?m\.?)(?![a-z])|@ |:\d{2}(?:\.\d+)?(?:Z| ?[+-]\d{2}:?\d{2})(?!\d)|\d [+-]\d{4}(?!\d)/i;

/**
 * A `Date:` line, which lkml.org prints as a row of a table (`Date<TAB>`), else a line that ends in a date with a time
 * of day, as archives print beside the sender's name and cgit beside the author's.
 */
function pageDate(head: readonly string[]): string | null {
  const named = findDate(labelled(head, /^\s*Date[:\t]/i) ?? '');
  if (named !== null) return named;
  const stamps = head.filter((text) => TIME.test(text) && ZONE.test(text));
  return stamps.map(findDate).find((date) => date !== null) ?? null;
}

/** What stands behind a label, of which `label` matches all. */
function labelled(head: readonly string[], label: RegExp): string | null {
  const line = head.find((text) => label.test(text));
  return line === undefined ? null : line.replace(label, '').trim();
}
