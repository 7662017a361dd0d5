/** Answers the requests of LSP: each from the provider of its name. */

import { createHash } from 'node:crypto';
import {
  DocumentDiagnosticReportKind,
  type Connection,
  type DefinitionLink,
  type Diagnostic,
  type DocumentDiagnosticParams,
  type DocumentDiagnosticReport,
  type InlayHint,
  type Location,
  type LocationLink,
  type Position,
} from 'vscode-languageserver';
import { chosenFinding, lookAt } from './chosen.js';
import { codeActionsOf } from './code-actions.js';
import { codeLensesOf } from './code-lenses.js';
import { definitionOf } from './definition.js';
import { diagnosticsFor } from './diagnostics.js';
import { definitionInFunction, functionText, readFunctionUri } from './function-texts.js';
import { foldingRangesOf } from './folding.js';
import { guarded } from './guard.js';
import { hoverOf } from './hover.js';
import { inlayHintsOf, tooltipOf, type HintData } from './inlay-hints.js';
import type { OpenDocument } from './open-documents.js';
import type { Served } from './served.js';
import { structureOf, wholeOf } from './structure.js';
import { symbolsOf } from './symbols.js';
import { findingsAt } from './view.js';

const EMPTY_REPORT: DocumentDiagnosticReport = { kind: DocumentDiagnosticReportKind.Full, items: [] };

export function answerLanguageRequests(connection: Connection, served: Served): void {
  const { documents } = served;
  connection.languages.diagnostics.on(
    guarded(served, 'diagnostic', EMPTY_REPORT, (params, signal) => pulled(served, params, signal)),
  );
  connection.onHover(
    guarded(served, 'hover', null, async ({ textDocument: { uri }, position }) => {
      if (!served.settings.hover.enabled) return null;
      const { commands, markdownHover: markdown, encoding } = served.client;
      const options = { commands, markdown };
      const open = documents.get(uri);
      if (open) {
        const structure = await structureOf(open.document);
        return hoverOf(open.view, structure, position, chosenFinding(open, served.client), options);
      }
      const document = await served.contents.documentOf(uri, encoding);
      return document && hoverOf({ document, checked: null }, wholeOf(document), position, null, options);
    }),
  );
  connection.onCodeLens(
    guarded(served, 'codeLens', null, async ({ textDocument: { uri } }, signal) => {
      if (!served.settings.codeLens.enabled) return null;
      // A client that cannot be told of a change gets its answer when there is one.
      const { refreshesLenses } = served.client;
      const open = refreshesLenses ? documents.get(uri) : await documents.whenSettled(uri, signal);
      return open ? codeLensesOf(open.view) : null;
    }),
  );
  connection.onCodeAction(
    guarded(served, 'codeAction', null, ({ textDocument, range, context }) => {
      const open = documents.get(textDocument.uri);
      if (!open) return null;
      lookAt(served, open, findingsAt(open.view, range.start.line, range.end.line));
      return codeActionsOf(open.view, range, context, served.client.commands);
    }),
  );
  answerHints(connection, served);
  answerStructure(connection, served);
}

/** Waits for the result of the text as it is: what the client shows until then moves with its own edits. */
async function pulled(
  { documents, settings, places }: Served,
  { textDocument: { uri }, previousResultId }: DocumentDiagnosticParams,
  signal: AbortSignal,
): Promise<DocumentDiagnosticReport> {
  const open = await documents.whenSettled(uri, signal);
  if (!open) return EMPTY_REPORT;
  const items = diagnosticsFor(open, settings.diagnostics, places);
  const resultId = idOf(items);
  if (resultId === previousResultId) return { kind: DocumentDiagnosticReportKind.Unchanged, resultId };
  return { kind: DocumentDiagnosticReportKind.Full, resultId, items };
}

const idOf = (items: readonly Diagnostic[]): string =>
  createHash('sha256').update(JSON.stringify(items)).digest('base64url');

function answerHints(connection: Connection, served: Served): void {
  const { documents } = served;
  const withTooltip = (open: OpenDocument, hint: InlayHint): InlayHint => {
    const tooltip = tooltipOf(open.view, hint.data as HintData);
    return tooltip === null ? hint : { ...hint, tooltip };
  };
  connection.languages.inlayHint.on(
    guarded(served, 'inlayHint', null, async ({ textDocument: { uri }, range }, signal) => {
      if (!served.settings.inlayHints.enabled) return null;
      const { refreshesHints, resolvesTooltips } = served.client;
      const open = refreshesHints ? documents.get(uri) : await documents.whenSettled(uri, signal);
      if (!open) return null;
      const hints = inlayHintsOf(open.view, chosenFinding(open, served.client), range);
      return resolvesTooltips ? hints : hints.map((hint) => withTooltip(open, hint));
    }),
  );
  connection.languages.inlayHint.resolve(async (hint, token) => {
    const resolve = guarded(served, 'inlayHint/resolve', hint, (one: InlayHint) => {
      const open = documents.get((one.data as HintData).uri);
      return open ? withTooltip(open, one) : one;
    });
    return resolve(hint, token);
  });
}

function answerStructure(connection: Connection, served: Served): void {
  const { documents } = served;
  connection.onDocumentSymbol(
    guarded(served, 'documentSymbol', null, async ({ textDocument }) => {
      const document = documents.get(textDocument.uri)?.document;
      return document ? symbolsOf(document, (await structureOf(document)).parts) : null;
    }),
  );
  connection.onFoldingRanges(
    guarded(served, 'foldingRange', null, async ({ textDocument }) => {
      const document = documents.get(textDocument.uri)?.document;
      return document ? foldingRangesOf((await structureOf(document)).parts) : null;
    }),
  );
  connection.onDefinition(
    guarded(served, 'definition', null, async ({ textDocument: { uri }, position }): Promise<Located> => {
      const open = documents.get(uri);
      const links = open
        ? definitionOf(open.view, await structureOf(open.document), position, served.places)
        : await definitionFromFunction(served, uri, position);
      return served.client.linkedDefinitions
        ? links
        : links.map(({ targetUri, targetRange }) => ({ uri: targetUri, range: targetRange }));
    }),
  );
}

async function definitionFromFunction(
  { documents, contents, client, places }: Served,
  uri: string,
  position: Position,
): Promise<LocationLink[]> {
  const address = readFunctionUri(uri);
  const open = address && documents.get(address.uri);
  const document = open && (await contents.documentOf(uri, client.encoding));
  if (!document) return [];
  const line = functionText(open.view, address)?.[position.line];
  return definitionInFunction(open.view, document, line, position, places);
}

type Located = DefinitionLink[] | Location[] | null;
