/** The providers on any text: they answer, and what they answer lies inside the document. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DocumentSymbol, Range } from 'vscode-languageserver';
import { Document } from '../../server/src/lsp/document.js';
import { foldingRangesOf } from '../../server/src/lsp/folding.js';
import { hoverOf } from '../../server/src/lsp/hover.js';
import { structureOf } from '../../server/src/lsp/structure.js';
import { symbolsOf } from '../../server/src/lsp/symbols.js';
import { DIFF, mail } from '../cli/command-line.js';

/** Lines of mails and diffs, torn, mixed and with whatever else a file may hold. */
const piece = fc.oneof(
  fc.constantFrom(...`${mail(1, 2)}\n${DIFF}`.split('\n')),
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.constantFrom(
    '@@ -1 +1 @@',
    'From a Mon Sep 17 00:00:00 2001',
    'commit 0123456789ab',
    '-- ',
    '\r',
    '\u2028',
    '\ud800',
  ),
);
const text = fc
  .tuple(fc.array(piece, { maxLength: 40 }), fc.constantFrom('\n', '\r\n', '\r'))
  .map(([lines, end]) => lines.join(end));
const encoding = fc.constantFrom('utf-16' as const, 'utf-8' as const);

function ranges(symbols: readonly DocumentSymbol[]): Range[] {
  return symbols.flatMap((one) => [one.range, one.selectionRange, ...ranges(one.children ?? [])]);
}

describe('any text', () => {
  it('has an outline and folds that lie inside it', async () => {
    await fc.assert(
      fc.asyncProperty(text, encoding, async (content, columns) => {
        const document = new Document('file:///a', 1, content, columns);
        const { parts } = await structureOf(document);
        for (const { start, end } of ranges(symbolsOf(document, parts))) {
          expect(start.line).toBeLessThanOrEqual(end.line);
          expect(end.line).toBeLessThan(document.lineCount);
          expect(document.indexOf(end)).toBeLessThanOrEqual(document.line(end.line).length);
        }
        for (const { startLine, endLine } of foldingRangesOf(parts)) expect(startLine).toBeLessThan(endLine);
      }),
    );
  });

  it('answers a hover anywhere', async () => {
    await fc.assert(
      fc.asyncProperty(text, encoding, fc.nat(60), fc.nat(60), async (content, columns, line, character) => {
        const document = new Document('file:///a', 1, content, columns);
        const structure = await structureOf(document);
        const options = { commands: false, markdown: true };
        const found = hoverOf({ document, checked: null }, structure, { line, character }, null, options);
        if (found?.range) expect(found.range.start.line).toBe(line);
      }),
    );
  });
});
