/** Commits as a series of patch mails, one after the other in an mbox, as `git format-patch --stdout` writes them. */

export interface CommitPatch {
  readonly hash: string;
  readonly author: string;
  readonly date: Date | undefined;
  /** Subject, blank line, body. */
  readonly message: string;
  readonly diff: string;
}

/** The date with which git starts every message of an mbox. */
const MBOX_DATE = 'Mon Sep 17 00:00:00 2001';

/** Oldest first. */
export function seriesOf(commits: readonly CommitPatch[]): string {
  return commits.map((commit, index) => mailOf(commit, index + 1, commits.length)).join('\n');
}

function mailOf(commit: CommitPatch, number: number, of: number): string {
  const [subject = '', ...body] = commit.message.trimEnd().split('\n');
  const tag = of === 1 ? '[PATCH]' : `[PATCH ${number}/${of}]`;
  const date =
    commit.date === undefined ? [] : [`Date: ${commit.date.toUTCString().replace('GMT', '+0000')}`];
  return [
    `From ${commit.hash} ${MBOX_DATE}`,
    `From: ${commit.author}`,
    ...date,
    `Subject: ${tag} ${subject}`,
    '',
    ...body.slice(body[0] === '' ? 1 : 0).map(escaped),
    '---',
    commit.diff.trimEnd(),
    '',
  ].join('\n');
}

/** A line of the body that starts as a message does would be read as one. */
function escaped(line: string): string {
  return line.replace(/^(>*From )/, '>$1');
}
