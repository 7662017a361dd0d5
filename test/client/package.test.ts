/** What the packed extension holds: everything that it loads, and nothing else. */

import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pack } from '../../scripts/pack.mjs';
import { ERAS } from '../../server/src/source/eras.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
let folder: string;
let vsix: string;
let packed: readonly string[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'dio-package-'));
  vsix = join(folder, 'dio-ordering.vsix');
  await pack(vsix);
  packed = zipEntries(vsix);
}, 60_000);

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('the packed extension', () => {
  it('is small', () => {
    expect(statSync(vsix).size).toBeLessThan(5_000_000);
  });

  it('holds what it loads, and nothing else', () => {
    const others = packed.filter((name) => !/^extension\/dist\/(?:paths|known)\//.test(name));
    expect(others.sort()).toEqual(
      [
        '[Content_Types].xml',
        'extension.vsixmanifest',
        ...[
          'LICENSE.txt',
          'dist/extension.cjs',
          'dist/media/timeline.css',
          'dist/media/timeline.js',
          ...pagesOfRules().map((page) => `dist/rules/${page}`),
          'dist/server.cjs',
          'dist/third-party-notices.txt',
          'dist/tree-sitter-c.wasm',
          'dist/web-tree-sitter.wasm',
          'dist/worker.cjs',
          'examples/complete-after-invalidation.patch',
          'client/language-configuration/kernel-mail.json',
          'l10n/bundle.l10n.json',
          ...['answer', 'open', 'read', 'step'].flatMap((step) => [
            `media/walkthrough/${step}.md`,
            `media/walkthrough/${step}.png`,
          ]),
          'package.json',
          'package.nls.json',
          'readme.md',
          'syntaxes/diff-c.tmLanguage.json',
          'syntaxes/kernel-mail.tmLanguage.json',
          'syntaxes/timeline-codeblock.tmLanguage.json',
          'syntaxes/timeline.tmLanguage.json',
        ].map((name) => `extension/${name}`),
      ].sort(),
    );
  });

  it('holds what is known of each era that is bundled', () => {
    const known = packed.flatMap((name) => /^extension\/dist\/known\/(.*)\.json$/.exec(name)?.[1] ?? []);
    expect(known.sort()).toEqual([...ERAS.map(({ id }) => id), 'functions'].sort());
  });

  it('holds every bundled path', () => {
    const paths = packed.filter((name) => name.startsWith('extension/dist/paths/'));
    const sources = readdirSync(join(root, 'server/src/kernel/paths'), {
      recursive: true,
      withFileTypes: true,
    });
    expect(paths.length).toBe(sources.filter((entry) => entry.isFile()).length);
  });
});

function pagesOfRules(): readonly string[] {
  return readdirSync(join(root, 'docs/rules'));
}

/** The names in a zip's central directory. */
function zipEntries(file: string): readonly string[] {
  const zip = readFileSync(file);
  const end = zip.lastIndexOf('PK\x05\x06', undefined, 'latin1');
  const names: string[] = [];
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    const [name, extra, comment] = [28, 30, 32].map((offset) => zip.readUInt16LE(at + offset));
    names.push(zip.toString('utf8', at + 46, at + 46 + name!));
    at += 46 + name! + extra! + comment!;
  }
  return names;
}
