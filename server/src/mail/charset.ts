/** Bytes of one line to text, whatever they are: no byte sequence is refused. */

import { TextDecoder } from 'node:util';

const utf8 = new TextDecoder('utf-8', { fatal: true });
const windows1252 = new TextDecoder('windows-1252');

// ISO-2022 charsets switch with ESC and are otherwise ASCII.
const notPlain = /[\x1b\x80-\xff]/;

/** A decoder for one line kept as latin1 characters. */
export type LineDecoder = (raw: string) => string;

/**
 * The decoder for a declared charset. Lists carry many mails whose charset is wrong or missing: UTF-8 is tried
 * when the declaration is absent or says so, and windows-1252, in which every byte is a character, is the net.
 */
export function lineDecoder(charset: string | null): LineDecoder {
  const declared = declaredDecoder(charset);
  return (raw) => {
    if (!notPlain.test(raw)) return raw;
    const bytes = Buffer.from(raw, 'latin1');
    return tryDecode(declared, bytes) ?? tryDecode(utf8, bytes) ?? windows1252.decode(bytes);
  };
}

function declaredDecoder(charset: string | null): TextDecoder {
  // UTF-16 and UTF-32 cannot be decoded line by line; mail does not carry them (RFC 2781, 4).
  if (charset === null || /^(?:us-ascii|utf-?(?:8|16|32).*)$/i.test(charset)) return utf8;
  try {
    return new TextDecoder(charset, { fatal: true });
  } catch {
    return utf8;
  }
}

function tryDecode(decoder: TextDecoder, bytes: Uint8Array): string | null {
  try {
    return decoder.decode(bytes);
  } catch {
    return null;
  }
}
