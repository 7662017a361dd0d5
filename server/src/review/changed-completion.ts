/**
 * How direct I/O comes to be completed: who sleeps until then and who wakes him, what is known of the I/O before the last
 * reference on it is dropped, in which context its end runs, and when the issuer hears of it. The model takes all of that as
 * the releases have it, so that a patch to it is said, and not judged. Read from the hunks, as the bundled paths have none
 * of the task's states.
 */

import type { FilePatch, Hunk, InputLine, Patch, PatchLine } from '../diff/patch.js';
import { maskFragment } from '../source/mask.js';

/** Where direct I/O is completed: fs/iomap.c until 4.20. */
const FILES = /^fs\/(?:iomap\/direct-io|iomap|direct-io)\.c$/;

interface Row {
  readonly pattern: RegExp;
  /** Whether the model knows nothing of it: of the others it is their order among these that counts. */
  readonly mark: boolean;
  /** Where its name alone does not tell it. */
  readonly name?: string;
}

const ROWS: readonly Row[] = [
  { pattern: /\b__set_current_state\(/, mark: true },
  { pattern: /\bset_current_state\(/, mark: true },
  { pattern: /\b(?:blk_wake_io_task|wake_up_process|wake_up_state)\(/, mark: true, name: 'the wake-up' },
  { pattern: /\bWRITE_ONCE\(dio->submit\.waiter\b/, mark: true, name: 'dio->submit.waiter = NULL' },
  { pattern: /->ki_complete\(|\baio_complete\(/, mark: true, name: 'ki_complete()' },
  { pattern: /\bqueue_work\(/, mark: true },
  {
    pattern: /\bdio->flags\s*(?:\|=|&=)[^;]*\bIOMAP_DIO_(?:INLINE|CALLER)_COMP\b/,
    mark: true,
    name: 'IOMAP_DIO_INLINE_COMP and IOMAP_DIO_CALLER_COMP',
  },
  { pattern: /\bdio->wait_for_completion\s*=(?!=)/, mark: true, name: 'dio->wait_for_completion' },
  { pattern: /\batomic_inc\(&dio->ref\b/, mark: true, name: 'atomic_inc(&dio->ref)' },
  { pattern: /\batomic_dec_and_test\(&dio->ref\b/, mark: true, name: 'atomic_dec_and_test(&dio->ref)' },
  { pattern: /\bREAD_ONCE\(dio->submit\.waiter\b/, mark: false },
  { pattern: /\b(?:blk_)?io_schedule\(/, mark: false },
  { pattern: /\b(?:iomap_dio_)?submit_bio\(/, mark: false },
  { pattern: /\binode_dio_end\(/, mark: false },
  { pattern: /->end_io\(/, mark: false },
  { pattern: /\bgeneric_write_sync\(/, mark: false },
  { pattern: /\biomap_dio_complete\(/, mark: false },
  { pattern: /\bspin_(?:un)?lock_irq(?:save|restore)?\(/, mark: false },
  { pattern: /\b(?:kiocb_)?invalidate_(?:inode_pages2_range|post_direct_write)\(/, mark: false },
];

/** How often such a thing stands there is said elsewhere: see changed-references.ts. */
const COUNTED_ELSEWHERE = /dio->(?:ref|wait_for_completion)/;

interface Token {
  readonly name: string;
  readonly mark: boolean;
  readonly line: InputLine;
}

/** The tokens of one function, or of what a hunk shows of it. */
type Segment = readonly Token[];

/** At most one note a file. */
export function changedCompletion({ files }: Patch): readonly { line: InputLine; reason: string }[] {
  return files.filter(({ path }) => FILES.test(path)).flatMap((file) => changeIn(file).slice(0, 1));
}

function changeIn(file: FilePatch): readonly { line: InputLine; reason: string }[] {
  const old = segmentsOf(file.hunks, 'removed');
  const now = segmentsOf(file.hunks, 'added');
  return [...otherTimes(old.flat(), now.flat()), ...otherOrder(old, now)].map(({ line, name }) => ({
    line,
    reason: `how direct I/O comes to be completed is changed at ${name}, and the model takes it as the release has it`,
  }));
}

/** What stands there more often, or less, than before. */
function otherTimes(old: Segment, now: Segment): readonly Token[] {
  const times = (all: Segment, name: string): number => all.filter((one) => one.name === name).length;
  return [...now, ...old].filter(
    ({ name, mark }) => mark && !COUNTED_ELSEWHERE.test(name) && times(old, name) !== times(now, name),
  );
}

/** What comes before something of the same function that it came after, each standing there once. */
function otherOrder(old: readonly Segment[], now: readonly Segment[]): readonly Token[] {
  const isTurned = (one: Token, other: Token): boolean => {
    const [was, is] = [old, now].map((all) => isBefore(all, one.name, other.name));
    return typeof was === 'boolean' && typeof is === 'boolean' && was !== is;
  };
  return now.flatMap((segment) =>
    segment.filter(
      (one) => one.mark && segment.some((other) => other.name !== one.name && isTurned(one, other)),
    ),
  );
}

/** Null where they do not stand together, or more than once. */
function isBefore(all: readonly Segment[], one: string, other: string): boolean | null {
  const places = all.flatMap((segment) => {
    const [at, i] = [placeIn(segment, one), placeIn(segment, other)];
    return at < 0 || i < 0 ? [] : [at < i];
  });
  return places.length === 1 ? places[0]! : null;
}

const placeIn = (segment: Segment, name: string): number => {
  const all = segment.flatMap((token, at) => (token.name === name ? [at] : []));
  return all.length === 1 ? all[0]! : -1;
};

/** A line that begins with a brace ends a function; hunks that name the same one go on with it. */
function segmentsOf(hunks: readonly Hunk[], side: 'removed' | 'added'): readonly Segment[] {
  const segments: Token[][] = [];
  hunks.forEach(({ lines, section }, at) => {
    const above = hunks[at - 1];
    const goesOn = above?.section === section && !above.lines.some(endsFunction);
    if (!goesOn) segments.push([]);
    const own = lines.filter(({ kind }) => kind === 'context' || kind === side);
    const code = maskFragment(own.map(({ text }) => text));
    own.forEach((line, i) => {
      if (endsFunction(line)) segments.push([]);
      else segments.at(-1)!.push(...tokensOf(code[i]!, line.line));
    });
  });
  return segments;
}

const endsFunction = ({ text }: PatchLine): boolean => text.startsWith('}');

/** Of a line, a call in the arguments of another before it. */
function tokensOf(text: string, line: InputLine): readonly Token[] {
  return ROWS.flatMap(({ pattern, mark, name }) => {
    const found = pattern.exec(text);
    if (found === null) return [];
    const own = name ?? `${found[0].replace(/^->/, '').replace(/\($/, '')}()`;
    return [{ name: own, mark, line, at: found.index }];
  }).sort((a, b) => b.at - a.at);
}
