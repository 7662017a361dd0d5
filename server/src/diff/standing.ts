/**
 * Whether a diff in a mail is meant as a patch. In doubt it is: only a diff in a reply, or in a mail that is not sent as
 * a patch, can be a debugging aid; nobody signed it off; it adds something that prints; and it does nothing else, or the
 * mail asks to try it, or calls it a debugging patch.
 */

import type { InputForm } from '../mail/message.js';
import type { DebuggingSign, FilePatch, Patch, PatchLine, Standing } from './patch.js';

/** What a message says around its diffs. */
export interface Sender {
  readonly form: InputForm;
  /** The lines that the sender wrote, diffs included. */
  readonly lines: readonly string[];
}

/** `Re:` as mailers of several languages write it, behind a list's or a gateway's own tag. */
const REPLY = /^(?:\[[^\][]{1,40}\]\s*)?(?:re|aw|antw|sv|vs|回复|答复|回覆)(?:\[\d+\])?\s*[:：]/i;

export const isReply = (subject: string | null): boolean => subject !== null && REPLY.test(subject);

type Told = Pick<Patch, 'subject' | 'series'>;

/** `quote`: the lines of the quote that the diff was read out of, their marks taken off; null for none. */
export function standingOf(
  told: Told,
  quote: readonly string[] | null,
  sender: Sender,
  files: readonly FilePatch[],
): Standing {
  if (quote !== null) return { kind: 'quoted', whole: isWhole(quote, files) };
  if (sender.form === 'diff' || sender.form === 'format-patch') return { kind: 'proposal' };
  const reply = isReply(told.subject);
  if (!reply && told.series?.index === 0) return { kind: 'cover' };
  if ((!reply && told.series !== null) || isSentAsPatch(sender.lines)) return { kind: 'proposal' };
  return debugging(files, proseOf(sender.lines)) ?? { kind: reply ? 'sketch' : 'proposal' };
}

const DIFFSTAT = /^\s*(\d+) files? changed(?:, (\d+) insertions?\(\+\))?(?:, (\d+) deletions?\(-\))?\s*$/;

/** The one diffstat of the quote counts the files and changed lines that are there: whoever answers has cut none. */
function isWhole(quote: readonly string[], files: readonly FilePatch[]): boolean {
  const [stat, ...others] = quote.map((line) => DIFFSTAT.exec(line)).filter((found) => found !== null);
  if (stat === undefined || others.length > 0) return false;
  const lines = files.flatMap(({ hunks }) => hunks.flatMap((hunk) => hunk.lines));
  const count = (kind: PatchLine['kind']): number => lines.filter((line) => line.kind === kind).length;
  const [counted, added, removed] = stat.slice(1).map((digits) => Number(digits ?? 0));
  return counted === files.length && added === count('added') && removed === count('removed');
}

/** Signed off; cut out by scissors (git-mailinfo); or with the `---` and diffstat of git-format-patch. */
function isSentAsPatch(lines: readonly string[]): boolean {
  return lines.some(
    (line, at) =>
      /^Signed-off-by: /i.test(line) ||
      /^-[- ]*(?:>8|8<|>%|%<)[- ]*-/.test(line) ||
      (line.trimEnd() === '---' && /^ \S.* \|\s+\d+ /.test(lines[at + 1] ?? '')),
  );
}

/** Without the lines of diffs. */
const proseOf = (lines: readonly string[]): string =>
  lines.filter((line) => !/^(?:[-+@ \t\\]|diff |index )/.test(line)).join(' ');

const ASKS = [
  /\b(?:can|could|would|will|may) (?:you|someone|anyone|somebody|anybody)(?: \w+){0,2} (?:try|test|run|apply|boot|check (?:if|whether))\b/i,
  /\bplease(?: \w+){0,2} (?:try|test|retest|run|apply|boot)\b/i,
  /\b(?:try|test|run|boot)(?: \w+)? with (?:this|the|that)\b/i,
  /\b(?:reproduce|trigger|hit|happen)s?(?: \w+){0,2} with (?:this|the|that)\b/i,
  /\btry (?:this|the (?:patch|diff|following|below|attached))\b/i,
];
const SAYS_SO =
  /\b(?:debug|debugging|diagnostic|instrumentation|tracing) (?:patch|diff|hack|code|aid|output|prints?|printks?)\b|\bfor debugging\b|\binstrument(?:s|ed|ing)? /i;

function debugging(files: readonly FilePatch[], prose: string): Standing | null {
  const hunks = files.flatMap((file) => file.hunks.map(({ lines }) => lines));
  const adds = hunks
    .flat()
    .flatMap(({ kind, text }) => (kind === 'added' ? (PRINTS.exec(text)?.[1] ?? []) : []))[0];
  if (adds === undefined) return null;
  const sign = signOf(hunks, prose);
  return sign === null ? null : { kind: 'debugging', adds, sign };
}

function signOf(hunks: readonly (readonly PatchLine[])[], prose: string): DebuggingSign | null {
  if (hunks.every(onlyPrints)) return 'prints-only';
  if (SAYS_SO.test(prose)) return 'says-so';
  return ASKS.some((asks) => asks.test(prose)) ? 'asks-to-try' : null;
}

/** printk.h, bug.h, mmdebug.h, kernel.h and what ext4 and XFS print with. */
const PRINTS =
  /\b(printk(?:_\w+)?|pr_(?:emerg|alert|crit|err|warn|warning|notice|info|cont|debug)(?:_once|_ratelimited)?|trace_printk|dump_stack|dump_page|print_hex_dump(?:_\w+)?|(?:VM_)?(?:WARN|BUG)(?:_ON)?(?:_ONCE|_PAGE|_FOLIO|_RATELIMIT)*|panic|ftrace_dump|tracing_off|ext4_(?:msg|warning|debug)|xfs_(?:warn|notice|info|alert|debug|stack_trace))\s*\(/;

/** What comes with printing: braces, declarations and counters of plain names, delays that widen a window. */
const BESIDE_PRINTS =
  /^(?:[{}]*|(?:\} )?else(?: \{)?|(?:static |const |unsigned |struct |volatile )*\w+ \**\w+(?:\[\w*\])?(?: = (?:[^()]|sizeof\()*)?;|(?:\+\+|--)?\w+(?:\+\+|--)?;|(?:[mu]s|s)?(?:sleep|delay)\(.*\);|#\s*(?:include|define|undef|if|ifdef|else|endif)\b.*|\/[*/].*|\*.*)$/;

/** What a guard of a print may call: it looks and changes nothing. */
const LOOKS = /^(?:if|likely|unlikely|IS_ERR|atomic_read|test_bit|Page[A-Z]\w+|folio_test_\w+)$/;

const isGuard = (line: string): boolean =>
  /^(?:\} )?(?:else )?if \(.*\)\s*\{?$/.test(line) &&
  [...line.matchAll(/(\w+)\s*\(/g)].every(([, name]) => LOOKS.test(name!));

/** A hunk that adds printing and takes away printing alone. */
function onlyPrints(lines: readonly PatchLine[]): boolean {
  const bare = ({ text }: PatchLine): string => text.trim().replace(/\s*\{$/, '');
  const added = new Set(lines.filter(({ kind }) => kind === 'added').map(bare));
  // `if (ret)` that gets a brace is there before and after.
  const removed = lines.filter((line) => line.kind === 'removed' && !added.has(bare(line)));
  return printsAlone(lines.filter(({ kind }) => kind === 'added')) && printsAlone(removed);
}

function printsAlone(lines: readonly PatchLine[]): boolean {
  let open = 0;
  return lines.every(({ text }) => {
    const line = text.trim();
    const begins = PRINTS.test(line) && !/\breturn\b|\bgoto\b/.test(line);
    if (open <= 0 && !begins && !isGuard(line) && !BESIDE_PRINTS.test(line)) return false;
    if (begins || open > 0) open += depthOf(line);
    return true;
  });
}

const depthOf = (line: string): number =>
  [...line.replace(/"(?:[^"\\]|\\.)*"/g, '')].reduce(
    (depth, char) => depth + (char === '(' ? 1 : char === ')' ? -1 : 0),
    0,
  );
