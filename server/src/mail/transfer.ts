/**
 * Content-Transfer-Encoding with a line map. postal-mime decodes the bytes; it gives no source offsets, so the map
 * from decoded to raw lines is drawn here from the rules of RFC 2045, 6.7 and 6.8.
 */

import PostalMime from 'postal-mime';
import { chomp, type RawBlock } from './raw-lines.js';

/** A decoded line, its bytes still as latin1 characters, and the raw line that holds its first byte. */
export interface DecodedLine {
  readonly raw: string;
  readonly line: number;
}

/** Decodes a part's body. Unknown encodings are read as they stand. */
export async function decodeTransfer(block: RawBlock, encoding: string): Promise<readonly DecodedLine[]> {
  const name = encoding.trim().toLowerCase();
  if (name === 'quoted-printable') return withMap(await decodeBytes(block, name), quotedPrintableMap(block));
  if (name === 'base64') {
    const bytes = await decodeBytes(block, name);
    return withMap(bytes, base64Map(block, bytes));
  }
  return block.lines.map((raw, i) => ({ raw, line: block.first + i }));
}

/** The part as an attachment of a mail of its own, so that postal-mime hands out bytes and no text. */
async function decodeBytes(block: RawBlock, encoding: string): Promise<string> {
  const head = `Content-Type: application/octet-stream\nContent-Disposition: attachment\nContent-Transfer-Encoding: ${encoding}\n\n`;
  // RFC 2045, 6.7 rule 3: blanks at the end of an encoded line were added on the way.
  const body = block.lines.map((line) => line.trimEnd()).join('\n');
  const mail = await PostalMime.parse(Buffer.from(head + body, 'latin1'));
  const content = mail.attachments[0]?.content;
  if (content === undefined || typeof content === 'string') return '';
  return Buffer.from(content as ArrayBuffer).toString('latin1');
}

function withMap(text: string, map: readonly number[]): readonly DecodedLine[] {
  const lines = text.split('\n');
  if (lines.length > 1 && lines[lines.length - 1] === '') lines.pop();
  const last = map[map.length - 1] ?? 1;
  return lines.map((raw, i) => ({ raw, line: map[i] ?? last }));
}

/** A soft break joins raw lines; an encoded LF opens a decoded line within a raw one. */
function quotedPrintableMap(block: RawBlock): readonly number[] {
  const map = [block.first];
  block.lines.forEach((line, i) => {
    const encodedBreaks = line.match(/=0A/gi)?.length ?? 0;
    for (let k = 0; k < encodedBreaks; k++) map.push(block.first + i);
    if (!line.trimEnd().endsWith('=')) map.push(block.first + i + 1);
  });
  return map;
}

/** Each decoded line starts after an LF; the raw line is the one whose characters hold that byte. */
function base64Map(block: RawBlock, decoded: string): readonly number[] {
  const ends = base64ByteEnds(block);
  const map: number[] = [];
  let raw = 0;
  for (let offset = 0; offset >= 0 && offset <= decoded.length;) {
    while (raw < ends.length - 1 && ends[raw]! <= offset) raw++;
    map.push(block.first + raw);
    const newline = decoded.indexOf('\n', offset);
    if (newline < 0) break;
    offset = newline + 1;
  }
  return map;
}

/** For each raw line the number of decoded bytes that begin in it or before. Padding closes a unit wherever it stands. */
function base64ByteEnds(block: RawBlock): readonly number[] {
  let bytes = 0;
  let open = 0;
  return block.lines.map((line) => {
    const units = chomp(line)
      .replace(/[^A-Za-z0-9+/=]/g, '')
      .split(/=+/);
    units.forEach((unit, i) => {
      open += unit.length;
      if (i < units.length - 1) {
        bytes += Math.floor((open * 6) / 8);
        open = 0;
      }
    });
    return bytes + Math.ceil((open * 6) / 8);
  });
}
