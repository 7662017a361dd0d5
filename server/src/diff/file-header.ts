/**
 * The lines before a file's hunks: `diff --git` with its extended headers, a bare `---`/`+++` pair, or what gitweb has
 * above the diff of one file: `[linux.git] / fs / iomap.c`, then the `index` line.
 */

import type { TextLine } from '../mail/message.js';
import { bareHeaderAt } from './hunk-header.js';
import type { FilePatch } from './patch.js';

export type FileHeader = Omit<FilePatch, 'hunks'>;

const diffLine = /^diff (?:--git |--cc |--combined |-\S)/;
const extended =
  /^(?:old mode|new mode|deleted file mode|new file mode|copy from|copy to|rename from|rename to|similarity index|dissimilarity index|index|Index:|===|---|\+\+\+) ?|^b\/\S+$/;

/** `[linux.git] / fs / ext4 / inode.c`, the way to a file on a page of gitweb. */
const GITWEB = /^\[[^\]]+\] \/ ([\w.+-]+(?: \/ [\w.+-]+)*)$/;

/** True when a file's header begins at `at`; looks a few lines ahead, never further. */
export function startsFile(lines: readonly TextLine[], at: number): boolean {
  const text = lines[at]!.text;
  if (text.startsWith('['))
    return (
      (lines[at + 1]?.text.startsWith('index ') ?? false) && startsHunk(lines, at + 2) && GITWEB.test(text)
    );
  if (text.startsWith('diff ')) return diffLine.test(text) && text.length < 2000;
  if (text.startsWith('Index: ')) return lines[at + 1]?.text.startsWith('=====') ?? false;
  if (!text.startsWith('--- ') || !lines[at + 1]?.text.startsWith('+++ ')) return false;
  return [at + 2, at + 3].some((i) => startsHunk(lines, i));
}

/** Also one without numbers, written by hand. */
function startsHunk(lines: readonly TextLine[], at: number): boolean {
  const text = lines[at]?.text ?? '';
  return text.startsWith('@@ -') || (text.startsWith('@@') && bareHeaderAt(lines, at, undefined) !== null);
}

/** Reads the header that starts at `at`; `end` is the index after it. */
export function readFileHeader(
  lines: readonly TextLine[],
  at: number,
): { readonly file: FileHeader; readonly end: number } {
  let end = at + 1;
  if (lines[at]!.text.startsWith('--- ')) end = at + 2;
  else while (end < lines.length && continuesHeader(lines, end)) end++;
  const texts = lines.slice(at, end).map(({ text }) => text);
  return { file: fileOf(texts, lines[at]!.line), end };
}

function continuesHeader(lines: readonly TextLine[], at: number): boolean {
  const text = lines[at]!.text;
  if (!extended.test(text)) return false;
  // A lone "---" or "--- word" of prose is no header; the pair is.
  if (text.startsWith('---')) return lines[at + 1]?.text.startsWith('+++ ') ?? false;
  return true;
}

function fileOf(texts: readonly string[], line: number): FileHeader {
  const value = (label: string): string | null =>
    texts.find((text) => text.startsWith(label))?.slice(label.length) ?? null;
  const [gitOld, gitNew] = pathsOfDiffLine(texts);
  const only = value('Index: ') ?? GITWEB.exec(texts[0]!)?.[1]!.replaceAll(' / ', '/') ?? '';
  const [oldPath, newPath] = treePaths(
    cleanPath(value('--- ') ?? gitOld ?? only),
    cleanPath(value('+++ ') ?? gitNew ?? only),
  );
  const from = value('rename from ') ?? value('copy from ');
  const to = value('rename to ') ?? value('copy to ');
  const added = oldPath === '/dev/null' || value('new file mode') !== null;
  const deleted = newPath === '/dev/null' || value('deleted file mode') !== null;
  const path = from ?? (added ? newPath : oldPath);
  const finalPath = to ?? (deleted || newPath === '' ? path : newPath);
  return {
    path,
    newPath: finalPath,
    change: added ? 'added' : deleted ? 'deleted' : path !== finalPath ? 'renamed' : 'modified',
    line,
    blobs: blobsOf(value('index ')),
  };
}

/** `diff --git a/X b/Y`, also where the mailer broke the line before `b/`. */
function pathsOfDiffLine(texts: readonly string[]): readonly (string | null)[] {
  const wrapped = texts[1]?.startsWith('b/') ? ` ${texts[1]}` : '';
  const rest = `${texts[0]}${wrapped}`.replace(/^diff (?:--?\S+ )*/, '');
  if (!texts[0]!.startsWith('diff ')) return [null, null];
  const same = /^(?:a\/)?(.+) (?:b\/)?\1$/.exec(rest.length < 1000 ? rest : '');
  if (same) return [`a/${same[1]}`, `b/${same[1]}`];
  const words = rest.trim().split(/\s+/);
  return [words[words.length - 2] ?? null, words[words.length - 1] ?? null];
}

function blobsOf(index: string | null): FilePatch['blobs'] {
  const match = /^([0-9a-f]{4,64})\.\.([0-9a-f]{4,64})/.exec(index ?? '');
  return match ? { old: match[1]!, new: match[2]! } : null;
}

/** Takes off the time stamp of `diff -u` and the quoting of `git diff`. */
function cleanPath(written: string): string {
  const path = written.split('\t')[0]!.trim();
  if (path.startsWith('"')) return unquote(path);
  return path.replace(/\s+(?:\d{4}-\d\d-\d\d|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) ).*$/, '');
}

/** git quotes bytes outside ASCII as octal (core.quotePath). */
function unquote(path: string): string {
  const bytes = path
    .replace(/^"|"$/g, '')
    .replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8) & 255))
    .replace(/\\(["\\])/g, '$1');
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

/** Directories at the top of a kernel tree: a path that begins with one of them has no prefix to lose. */
const topLevel =
  /^(?:Documentation|arch|block|crypto|drivers|fs|include|init|io_uring|ipc|kernel|lib|mm|net|samples|scripts|security|sound|tools|usr|virt)\//;

/** Takes `a/`, `b/`, `./` or a tree's own folder off both paths, as `patch -p1` would. */
function treePaths(oldPath: string, newPath: string): readonly [string, string] {
  const strip = (path: string): string => {
    const plain = path.replace(/^\.\//, '');
    if (plain === '/dev/null' || plain.startsWith('/') || plain.startsWith('..')) return plain;
    if (topLevel.test(plain)) return plain;
    const slash = plain.indexOf('/');
    const rest = plain.slice(slash + 1);
    return slash > 0 && (/^[abciow]\//.test(plain) || topLevel.test(rest)) ? rest : plain;
  };
  const [before, after] = [strip(oldPath), strip(newPath)];
  // `FILE~name-of-the-patch` is Andrew Morton's, in the mails that say what was added to -mm.
  const backup = /(?:\.(?:orig|old|bak)|~[\w.+-]*)$/;
  return [
    before.replace(backup, '') === after ? after : before,
    after.replace(backup, '') === before ? before : after,
  ];
}
