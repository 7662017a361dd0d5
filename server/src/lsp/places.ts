/** URIs of what is not the document itself: bundled files, files of the tree, the rules' pages. */

import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Place } from '../review/report.js';
import { pathsFolder } from '../source/paths-folder.js';
import { CONTENT_SCHEME } from './protocol.js';

/** The folder of this file, in the CommonJS bundle (`dist/`) and as a module alike. */
function here(): string {
  return typeof __dirname === 'string' ? __dirname : dirname(fileURLToPath(import.meta.url));
}

/** Beside the bundle, or in the source tree. */
const RULE_PAGES = [join(here(), 'rules'), join(here(), '..', '..', '..', 'docs', 'rules')];

export function rulePage(slug: string): string | null {
  const file = RULE_PAGES.map((folder) => join(folder, `${slug}.md`)).find((one) => existsSync(one));
  return file === undefined ? null : pathToFileURL(file).href;
}

export interface Places {
  uriOf(at: Place, documentUri: string): string;
}

/** A client that cannot open our own scheme gets the files of the package. */
export function placesOf(opensContent: boolean, tree: string | null): Places {
  const bundled = (file: string): string =>
    opensContent ? `${CONTENT_SCHEME}:/${file}` : pathToFileURL(join(pathsFolder(), file)).href;
  return {
    uriOf: ({ kind, file }, documentUri) => {
      switch (kind) {
        case 'patch':
          return documentUri;
        case 'bundled':
          return bundled(file);
        case 'tree':
          return pathToFileURL(join(tree ?? '', file)).href;
      }
    },
  };
}

/** The text of a document of our own scheme: a bundled file. Nothing outside their folder is read. */
export function contentOf(uri: string): string | null {
  const path = pathOf(uri, CONTENT_SCHEME);
  if (path === null) return null;
  const file = resolve(pathsFolder(), path.replace(/^\/+/, ''));
  if (!file.startsWith(pathsFolder() + sep) || !/\.[ch]$/.test(file)) return null;
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

function pathOf(uri: string, scheme: string): string | null {
  try {
    const url = new URL(uri);
    return url.protocol === `${scheme}:` ? decodeURIComponent(url.pathname) : null;
  } catch {
    return null;
  }
}

/** The name of a document for people and in reports. */
export function nameOf(uri: string): string {
  try {
    return basename(decodeURIComponent(new URL(uri).pathname)) || uri;
  } catch {
    return uri;
  }
}
