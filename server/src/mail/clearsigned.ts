/**
 * Text signed in place with PGP (RFC 4880, section 7):
 *
 *     outside   -- BEGIN PGP SIGNED MESSAGE -->  headers
 *     headers   -- no armour header         -->  signed
 *     signed    -- BEGIN PGP SIGNATURE      -->  signature
 *     signature -- END PGP SIGNATURE        -->  outside    or what can be no signature, where its end was lost
 */

import type { TextLine } from './message.js';

const messageMark = '-----BEGIN PGP SIGNED MESSAGE-----';
const signatureMark = '-----BEGIN PGP SIGNATURE-----';
const endMark = '-----END PGP SIGNATURE-----';

/** Section 6.2, and what GnuPG adds. */
const armorHeader = /^(?:Hash|Version|Comment|MessageID|Charset|NotDashEscaped): /;

/** A line of radix-64, the checksum, or the blank line above them. */
const radix64 = /^[A-Za-z0-9+/=]{0,76}$/;

/** Without the armour: what was signed, as it was before that, and what stands around it. Lines keep their numbers. */
export function withoutClearsigning(lines: readonly TextLine[]): readonly TextLine[] {
  if (!lines.some(({ text }) => text.trimEnd() === messageMark)) return lines;
  const out: TextLine[] = [];
  const signed: TextLine[] = [];
  const close = (): void => {
    for (const line of withoutDashEscapes(signed.splice(0))) out.push(line);
  };
  let state: 'outside' | 'headers' | 'signed' | 'signature' = 'outside';
  for (const line of lines) {
    const text = line.text.trimEnd();
    if (state === 'headers' && !armorHeader.test(text)) state = 'signed';
    if (state === 'signature' && text !== endMark && !armorHeader.test(text) && !radix64.test(text)) {
      state = 'outside';
    }
    if (state === 'outside' && text === messageMark) state = 'headers';
    else if (state === 'signed' && text === signatureMark) {
      close();
      state = 'signature';
    } else if (state === 'signature' && text === endMark) state = 'outside';
    else if (state === 'outside') out.push(line);
    else if (state === 'signed') signed.push(line);
  }
  // A mail that was cut has no signature.
  close();
  return out;
}

/**
 * Section 7.1: any line may have `- ` before it, one that begins with a dash must. Where one has not, the escapes are
 * off already, or were never there (GnuPG's `--not-dash-escaped`, made for patches), and `- x` is a removed line.
 */
function withoutDashEscapes(lines: readonly TextLine[]): readonly TextLine[] {
  if (lines.some(({ text }) => /^-(?! )/.test(text))) return lines;
  return lines.map(({ text, line }) => ({ text: text.replace(/^- /, ''), line }));
}
