/**
 * The file as opened, cut into lines once. Bytes are kept as one character each ("latin1") until a part's
 * charset is known, so that line numbers and byte offsets survive any decoding.
 */

/** A run of raw lines; `first` is the 1-based number of `lines[0]` in the file as opened. */
export interface RawBlock {
  readonly lines: readonly string[];
  readonly first: number;
}

/** Cuts bytes at LF, or at lone CR where a file has no LF at all. A final line end opens no further line. */
export function rawLines(bytes: Uint8Array): RawBlock {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  const lines = text.includes('\n') ? text.split('\n') : text.split('\r');
  if (lines.length > 1 && lines[lines.length - 1] === '') lines.pop();
  return { lines, first: 1 };
}

export function rawSlice(block: RawBlock, from: number, to = block.lines.length): RawBlock {
  return { lines: block.lines.slice(from, to), first: block.first + from };
}

/** Takes the CR of a CRLF line end away; used where the form itself asks for CRLF (RFC 5322 headers). */
export function chomp(raw: string): string {
  return raw.endsWith('\r') ? raw.slice(0, -1) : raw;
}
