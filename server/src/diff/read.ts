/** The door of the diff room: bytes to patches. */

import { unflow } from '../mail/flowed.js';
import type { Body, InputForm, Message, TakenOff, TextLine } from '../mail/message.js';
import { quoteStreams, type Stream } from '../mail/quoted.js';
import { readMessages } from '../mail/read.js';
import { readFiles, type ReadFiles } from './file.js';
import type { Damage, Patch, ReadResult } from './patch.js';
import { refuseBytes, refuseEmpty } from './refuse.js';
import { readEscapes } from './repair/escapes.js';
import { outdent } from './repair/indented.js';
import { trimLineEnds } from './repair/line-ends.js';
import { closeUp } from './repair/spaced-out.js';
import { scan } from './scan.js';
import { inSeriesOrder } from './series.js';
import { standingOf, type Sender } from './standing.js';

/**
 * Reads whatever file a patch came in: a diff, `git show`, `git format-patch`, a mail, an mbox, the text of an
 * archive page. Damage is repaired and listed. Never throws; what holds no patch is refused in one line.
 */
export async function readPatches(bytes: Uint8Array): Promise<ReadResult> {
  const refusal = refuseBytes(bytes);
  if (refusal !== null) return { ok: false, what: refusal };
  const { form, messages, takenOff } = await readMessages(bytes);
  const read = messages.map((message) => readMessage(message, form));
  const found = withDamage(
    read.flatMap((message) => message.patches),
    [...takenOff.map(takenOffDamage), ...read.flatMap(leftOut)],
  );
  const patches = inSeriesOrder(found);
  const checkable = patches.filter(({ files }) => files.some(({ hunks }) => hunks.length > 0));
  if (checkable.length === 0) {
    const damage = [...patches, ...read].flatMap((part) => part.damage);
    return { ok: false, what: refuseEmpty(messages, patches, damage) };
  }
  return { ok: true, input: { kind: form, messages: messages.length, patches } };
}

/** What a message shows that has no patch, as a hunk in an answer: said, and missing in none of the patches. */
const leftOut = ({ patches, damage }: MessageReading): readonly Damage[] =>
  patches.length > 0 ? [] : damage.flatMap(({ line, what, lost }) => (lost ? [{ line, what }] : []));

interface MessageReading {
  readonly patches: readonly Patch[];
  /** Defects that belong to no patch. */
  readonly damage: readonly Damage[];
}

function readMessage(message: Message, form: InputForm): MessageReading {
  const escaped = message.bodies.map((body) => ({ body, ...readEscapes(body.lines) }));
  const bodies = escaped.map(({ body, lines }) => ({ body, streams: quoteStreams({ ...body, lines }) }));
  // Most of a large text has no patch in it: nobody asks then who wrote it.
  let sender: Sender | null = null;
  const patches: Patch[] = [];
  const damage: Damage[] = escaped.flatMap((one) => one.damage);
  for (const { body, streams } of bodies) {
    const facts = body.facts ?? message.facts;
    for (const stream of streams) {
      const reading = bestReading(stream, body.flowed);
      // A quote shows as much of a patch as is answered: what lacks there is lost to nothing.
      const lost = stream.depth === 0 ? ({ lost: 'changes' } as const) : {};
      for (const orphan of reading.orphans) damage.push({ ...orphan, ...lost });
      for (const { files, damage: repairs } of reading.patches) {
        sender ??= { form, lines: bodies.flatMap((one) => one.streams.flatMap(ownLines)) };
        const quote = stream.depth > 0 ? stream.lines.map(({ text }) => text) : null;
        const standing = standingOf(facts, quote, sender, files);
        patches.push({ ...facts, standing, files, damage: repairs });
      }
    }
  }
  return { patches: withDamage(patches, damage), damage };
}

const ownLines = ({ depth, lines }: Stream): readonly string[] =>
  depth === 0 ? lines.map(({ text }) => text) : [];

const takenOffDamage = ({ line, what }: TakenOff): Damage => ({
  line,
  what: what === 'colours' ? 'colours of a terminal: taken off' : 'graph of git log: taken off',
});

/** What belongs to no patch is listed with the first one, so that nothing is lost unsaid. */
function withDamage(patches: readonly Patch[], damage: readonly Damage[]): readonly Patch[] {
  const [first, ...rest] = patches;
  if (!first || damage.length === 0) return patches;
  return [{ ...first, damage: [...first.damage, ...damage].sort((a, b) => a.line - b.line) }, ...rest];
}

interface StreamReading {
  readonly patches: readonly ReadFiles[];
  readonly orphans: readonly Damage[];
  readonly cost: number;
}

/** Raw first: many senders declare format=flowed and do not flow. Undone only if the raw text does not hold, and if it helps. */
function bestReading(stream: Stream, flowed: Body['flowed']): StreamReading {
  const raw = readStream(stream.lines);
  if (raw.cost === 0 || !flowed) return raw;
  const undone = readStream(unflow(stream.lines, flowed.delSp));
  return undone.cost < raw.cost && undone.patches.length >= raw.patches.length ? undone : raw;
}

function readStream(lines: readonly TextLine[]): StreamReading {
  const trimmed = trimLineEnds(lines);
  const closed = closeUp(trimmed.lines);
  const { patches, orphans, damage } = scanIndented(closed.lines);
  const read = patches.map(readFiles).filter((patch) => patch.files.length > 0 || patch.damage.length > 0);
  const repairs = [...trimmed.damage, ...closed.damage, ...damage];
  return {
    patches: read.map((patch, i) => (i === 0 ? { ...patch, damage: [...repairs, ...patch.damage] } : patch)),
    orphans,
    cost: read.reduce((sum, { cost }) => sum + cost, 0),
  };
}

/** Where no diff stands at the margin, one that is indented is looked for; it is one if the counts of some hunk hold. */
function scanIndented(lines: readonly TextLine[]): ReturnType<typeof scan> & { damage: readonly Damage[] } {
  const plain = { ...scan(lines), damage: [] };
  const moved = plain.patches.length === 0 && plain.orphans.length === 0 ? outdent(lines) : null;
  if (moved === null) return plain;
  const found = scan(moved.lines);
  const holds = found.patches.some(({ files }) =>
    files.some(({ hunks }) => hunks.some(({ counted }) => counted !== null)),
  );
  return holds ? { ...found, damage: [moved.damage] } : plain;
}
