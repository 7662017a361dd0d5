/** Documents of our own scheme, read-only: bundled files, and functions before and after a patch. */

import { Document, type ColumnEncoding } from './document.js';
import { functionText, readFunctionUri, textOfLines } from './function-texts.js';
import { LeastRecent } from './least-recent.js';
import type { OpenDocuments } from './open-documents.js';
import { contentOf } from './places.js';

/** Functions that are told of when their patch has been checked anew. */
const MOST_SHOWN = 64;

const GONE = '/* The patch is not open, or does not change this function any more. */\n';

export class Contents {
  readonly #shown = new LeastRecent<string, true>(MOST_SHOWN);

  constructor(readonly documents: OpenDocuments) {}

  /** Null for an address that is none of ours. A function waits for the check of its patch. */
  async textOf(uri: string, signal?: AbortSignal): Promise<string | null> {
    const address = readFunctionUri(uri);
    if (!address) return contentOf(uri);
    this.#shown.set(uri, true);
    const open = await this.documents.whenSettled(address.uri, signal);
    const lines = open && functionText(open.view, address);
    return lines ? textOfLines(lines) : GONE;
  }

  async documentOf(uri: string, encoding: ColumnEncoding): Promise<Document | null> {
    const text = await this.textOf(uri);
    return text === null ? null : new Document(uri, 0, text, encoding);
  }

  /** The functions of a patch that somebody asked for. */
  shownOf(patch: string): readonly string[] {
    return this.#shown.keys().filter((uri) => readFunctionUri(uri)?.uri === patch);
  }
}
