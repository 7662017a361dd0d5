/** What the handlers of requests know of the server. */

import type { Analyst } from './analyst.js';
import type { Client } from './capabilities.js';
import type { Contents } from './contents.js';
import type { Guard } from './guard.js';
import type { OpenDocuments } from './open-documents.js';
import type { Places } from './places.js';
import type { Settings } from './protocol.js';

export interface Served extends Guard {
  readonly analyst: Analyst;
  readonly documents: OpenDocuments;
  readonly contents: Contents;
  readonly client: Client;
  readonly settings: Settings;
  readonly places: Places;
  /** Another finding was chosen. */
  hintsChanged(): void;
}
