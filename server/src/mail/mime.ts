/**
 * MIME (RFC 2045, 2046): a mail's text parts as lines with their place. Splitting into parts is done here because
 * places must survive; header fields, encoded words and transfer encodings are postal-mime's.
 */

import { lineDecoder } from './charset.js';
import { withoutClearsigning } from './clearsigned.js';
import { factsOfHeaders, headerBlockLength, headerParameter, parseHeaders, type Headers } from './headers.js';
import type { Body, Facts, Message, TextLine } from './message.js';
import { chomp, rawSlice, type RawBlock } from './raw-lines.js';
import { decodeTransfer } from './transfer.js';

/** Deeper nesting is not mail; the rest is left unread and listed among `skipped`. */
const maxDepth = 16;

interface Parts {
  readonly bodies: Body[];
  readonly skipped: string[];
}

/** Reads one RFC 5322 mail: header block, blank line, body. */
export async function readMail(mail: RawBlock): Promise<Message> {
  const { headers, body } = await splitHeaders(mail);
  const parts: Parts = { bodies: [], skipped: [] };
  await readEntity(headers, body, null, parts, 0);
  return { facts: factsOfHeaders(headers), ...parts };
}

async function splitHeaders(entity: RawBlock): Promise<{ headers: Headers; body: RawBlock }> {
  const blank = entity.lines.findIndex((line) => chomp(line).trim() === '');
  const end = blank < 0 ? entity.lines.length : blank;
  return { headers: await parseHeaders(rawSlice(entity, 0, end)), body: rawSlice(entity, end + 1) };
}

async function readEntity(
  headers: Headers,
  body: RawBlock,
  facts: Facts | null,
  into: Parts,
  depth: number,
): Promise<void> {
  const contentType = headers.get('content-type') ?? 'text/plain';
  const type = contentType.split(';')[0]!.trim().toLowerCase();
  const boundary = headerParameter(contentType, 'boundary');
  if (depth > maxDepth) into.skipped.push(type);
  else if (type.startsWith('multipart/') && boundary !== null) {
    for (const part of splitParts(body, boundary)) await readPart(part, facts, into, depth);
  } else if (type === 'message/rfc822') {
    const inner = await splitHeaders(body);
    await readEntity(inner.headers, inner.body, factsOfHeaders(inner.headers), into, depth + 1);
  } else await readLeaf(headers, type, body, facts, into);
}

async function readPart(part: RawBlock, facts: Facts | null, into: Parts, depth: number): Promise<void> {
  const { headers, body } = await splitHeaders(part);
  await readEntity(headers, body, facts, into, depth + 1);
}

/** The parts between the delimiter lines (RFC 2046, 5.1.1); preamble and epilogue are not read. */
function splitParts(body: RawBlock, boundary: string): readonly RawBlock[] {
  const parts: RawBlock[] = [];
  let start = -1;
  for (let i = 0; i < body.lines.length; i++) {
    const line = body.lines[i]!;
    if (!line.startsWith('--') || !line.startsWith(boundary, 2)) continue;
    const rest = line.slice(2 + boundary.length).trimEnd();
    if (rest !== '' && rest !== '--') continue;
    if (start >= 0) parts.push(rawSlice(body, start, i));
    start = rest === '--' ? -1 : i + 1;
    if (rest === '--') break;
  }
  // A mail that was cut has no closing delimiter.
  if (start >= 0) parts.push(rawSlice(body, start));
  return parts;
}

async function readLeaf(
  headers: Headers,
  type: string,
  body: RawBlock,
  facts: Facts | null,
  into: Parts,
): Promise<void> {
  const lines = await decodeTransfer(body, headers.get('content-transfer-encoding') ?? '');
  if (!isTextual(type) || lines.some(({ raw }) => raw.includes('\0'))) {
    into.skipped.push(type);
    return;
  }
  const contentType = headers.get('content-type') ?? '';
  const decode = lineDecoder(headerParameter(contentType, 'charset'));
  const text = withoutClearsigning(lines.map(({ raw, line }) => ({ text: decode(raw), line })));
  const own = /^attachment/i.test(headers.get('content-disposition') ?? '')
    ? await attachedFacts(text)
    : null;
  into.bodies.push({ lines: text, flowed: flowedParameters(contentType), facts: own ?? facts });
}

/** Patches travel as text/x-patch, application/octet-stream and worse; HTML and pictures never hold one that applies. */
function isTextual(type: string): boolean {
  if (type.startsWith('text/')) return type !== 'text/html' && type !== 'text/calendar';
  return type.startsWith('application/') && !/pgp|pkcs|zip|pdf|msword|officedocument/.test(type);
}

/** An attached `git format-patch` file brings its own From line and headers. */
async function attachedFacts(lines: readonly TextLine[]): Promise<Facts | null> {
  const head = lines.slice(0, 200).map(({ text }) => text);
  const start = head[0]?.startsWith('From ') ? 1 : 0;
  const length = headerBlockLength(head, start);
  if (length === 0) return null;
  const raw = head.slice(start, start + length).map((text) => Buffer.from(text, 'utf8').toString('latin1'));
  return factsOfHeaders(await parseHeaders({ lines: raw, first: 1 }));
}

function flowedParameters(contentType: string): Body['flowed'] {
  if (headerParameter(contentType, 'format')?.toLowerCase() !== 'flowed') return null;
  return { delSp: headerParameter(contentType, 'delsp')?.toLowerCase() === 'yes' };
}
