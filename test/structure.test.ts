/** What holds for the project as a whole: its rooms, its bundled paths, and what its documents promise. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { mask } from '../server/src/lower/mask.js';
import { cParser, parse } from '../server/src/lower/parser.js';
import { loadEra } from '../server/src/source/bundled.js';
import { pathsFolder } from '../server/src/source/paths-folder.js';
import { ERAS, type Era } from '../server/src/source/eras.js';
import { dioOrdering } from './cli/command-line.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** Files below a folder of the project, as paths from its root. */
function filesBelow(folder: string, ending: RegExp): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && ending.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .sort();
}

/** What a TypeScript file imports or exports on, types included, as written. */
function specifiers(file: string): string[] {
  return [...read(file).matchAll(/^(?:import|export)\b[^;]*?\bfrom\s+'([^']+)'|\bimport\('([^']+)'\)/gm)].map(
    (found) => found[1] ?? found[2]!,
  );
}

const sources = filesBelow('server/src', /\.ts$/);
const imports: ReadonlyMap<string, readonly string[]> = new Map(
  sources.map((file) => [
    file,
    specifiers(file)
      .filter((name) => name.startsWith('.'))
      .map((name) => normalize(join(dirname(file), name.replace(/\.js$/, '.ts')))),
  ]),
);

const roomOf = (file: string): string | null => /^server\/src\/(\w+)\//.exec(file)?.[1] ?? null;

/** Rooms and what each may import, from the table that eslint enforces. */
const table = /const rooms = \{\n([\s\S]*?)\n\};/.exec(read('eslint.config.js'))![1]!;
const rooms: ReadonlyMap<string, readonly string[]> = new Map(
  [...table.matchAll(/^ {2}(\w+): \[(.*)\],$/gm)].map(([, room, allowed]) => [
    room!,
    [...allowed!.matchAll(/'(\w+)'/g)].map((found) => found[1]!),
  ]),
);

/** A way from some node back to itself; null when there is none. */
function cycle(graph: ReadonlyMap<string, readonly string[]>): readonly string[] | null {
  const done = new Set<string>();
  const visit = (node: string, way: readonly string[]): readonly string[] | null => {
    if (way.includes(node)) return [...way.slice(way.indexOf(node)), node];
    if (done.has(node)) return null;
    for (const next of graph.get(node) ?? []) {
      const found = visit(next, [...way, node]);
      if (found !== null) return found;
    }
    done.add(node);
    return null;
  };
  for (const node of graph.keys()) {
    const found = visit(node, []);
    if (found !== null) return found;
  }
  return null;
}

describe('rooms', () => {
  it('are those that eslint knows', () => {
    expect(rooms.size).toBeGreaterThan(8);
    const used = new Set(sources.map(roomOf));
    expect([...used].filter((room) => room === null || !rooms.has(room))).toEqual([]);
  });

  it('import only what the table allows', () => {
    const wrong = [...imports].flatMap(([file, targets]) => {
      const own = roomOf(file)!;
      const allowed = [own, ...(rooms.get(own) ?? [])];
      const outside = targets.filter(
        (target) => roomOf(target) !== null && !allowed.includes(roomOf(target)!),
      );
      return outside.map((target) => `${file} imports ${target}`);
    });
    expect(wrong).toEqual([]);
  });

  it('know each other one way', () => {
    expect(cycle(rooms)).toBeNull();
  });

  it('hold no files that import each other in a circle', () => {
    expect(cycle(imports)).toBeNull();
  });

  it('stand in ARCHITECTURE.md as they are enforced', () => {
    const rows = [...read('ARCHITECTURE.md').matchAll(/^\| `(\w+)\/` +\| ([^|]*) \|/gm)];
    const drawn = new Map(
      rows.map(([, room, knows]) => [
        room!,
        [...knows!.matchAll(/`(\w+)`/g)].map((found) => found[1]!).sort(),
      ]),
    );
    const enforced = new Map([...rooms].map(([room, allowed]) => [room, [...allowed].sort()]));
    expect(drawn).toEqual(enforced);
  });
});

describe('reach', () => {
  it('nothing opens a connection or starts a process', () => {
    const forbidden = /^(?:node:)?(?:net|tls|dgram|dns|https?|http2|child_process|cluster)$/;
    const files = [...sources, ...filesBelow('client/src', /\.ts$/)];
    const found = files.flatMap((file) =>
      specifiers(file)
        .filter((name) => forbidden.test(name))
        .map((name) => [file, name]),
    );
    expect(found).toEqual([]);
  });

  it('only the faces, the sources and the parser see the disk', () => {
    const seeing = sources.filter((file) => specifiers(file).some((name) => /^node:fs/.test(name)));
    expect(seeing.filter((file) => !['cli', 'lsp', 'source', 'lower'].includes(roomOf(file)!))).toEqual([]);
    expect(seeing.filter((file) => roomOf(file) === 'lower')).toEqual(['server/src/lower/parser.ts']);
  });

  it('only the client knows VS Code, and of the server it knows the protocol alone', () => {
    const files = filesBelow('client/src', /\.ts$/);
    const known = files.flatMap(specifiers).filter((name) => name.includes('server/src'));
    expect(new Set(known.map((name) => name.replace(/^(\.\.\/)+/, '')))).toEqual(
      new Set(['server/src/lsp/protocol.js']),
    );
    expect(sources.filter((file) => specifiers(file).includes('vscode'))).toEqual([]);
  });

  it('the protocol is types and names: it brings no code of the server into the client', () => {
    const brought = read('server/src/lsp/protocol.ts').matchAll(/^(?:import|export) (?!type)[^;]*?from/gm);
    expect([...brought]).toEqual([]);
  });
});

describe('bundled paths', () => {
  const folder = relative(root, pathsFolder());

  it('are there for at least one release', () => {
    expect(filesBelow(folder, /\.[ch]$/).length).toBeGreaterThan(0);
  });

  it.each(filesBelow(folder, /\.[ch]$/))('%s is C that the parser reads without an error', async (file) => {
    const tree = parse(await cParser(), mask(read(file)));
    const wrong = tree.rootNode.descendantsOfType('ERROR').map((node) => node!.startPosition.row + 1);
    const hasError = tree.rootNode.hasError;
    tree.delete();
    expect({ wrong, hasError }).toEqual({ wrong: [], hasError: false });
  });
});

describe('README.md', () => {
  const readme = read('README.md');
  const scripts = Object.keys(
    (JSON.parse(read('package.json')) as { scripts: Record<string, string> }).scripts,
  );

  it('names only scripts that package.json has', () => {
    const named = [...readme.matchAll(/\bnpm (?:run )?([a-z][\w:-]*)/g)].map((found) => found[1]!);
    const own = named.filter((name) => name !== 'ci' && name !== 'run');
    expect(own.length).toBeGreaterThan(1);
    expect(own.filter((name) => !scripts.includes(name))).toEqual([]);
  });

  it('names only commands and options that the command line has', async () => {
    const commands = [...new Set([...readme.matchAll(/`dio-ordering (\w+)/g)].map((found) => found[1]!))];
    const helps = await Promise.all(commands.map((command) => dioOrdering([command, '--help'])));
    expect(helps.map((help) => help.code)).toEqual(commands.map(() => 0));
    const known = helps.map((help) => help.out).join('\n');
    const options = [...readme.matchAll(/`(--[a-z-]+)/g)].map((found) => found[1]!);
    expect(options.length).toBeGreaterThan(5);
    expect(options.filter((option) => !known.includes(option))).toEqual([]);
  });

  it('has one line for each example', () => {
    const listed = [...readme.matchAll(/^\| `examples\/([^`]+)` +\|/gm)].map((found) => found[1]!);
    const there = readdirSync(join(root, 'examples')).filter((name) => !name.startsWith('.'));
    expect(listed.sort()).toEqual(there.sort());
  });

  it('names the releases as the program does', () => {
    const text = readme.replace(/\s+/g, ' ');
    const listed = `(${ERAS.map(({ label }) => label).join(', ')})`;
    expect(text).toContain(`ext4 and XFS from ${ERAS[0]!.first} on`);
    expect(text).toContain(listed);
    expect(ERAS.filter((era) => bundledFor(era) !== 'ext4, XFS')).toEqual([]);
  });

  it('links only to files that are there', () => {
    const links = [...readme.matchAll(/\]\(((?!https?:)[^)#]+)/g)].map((found) => found[1]!);
    expect(links.filter((link) => !isThere(link))).toEqual([]);
  });
});

describe('ARCHITECTURE.md', () => {
  it('names tests that are there', () => {
    const named = [...read('ARCHITECTURE.md').matchAll(/`(test\/[\w./-]+\.ts)`/g)].map((found) => found[1]!);
    expect(named.length).toBeGreaterThan(7);
    expect(named.filter((file) => !isThere(file))).toEqual([]);
  });
});

/** The file systems whose paths are bundled for a release. */
function bundledFor(era: Era): string {
  const there = [
    ['ext4', 'fs/ext4/'],
    ['XFS', 'fs/xfs/'],
  ].filter(([, folder]) => [...loadEra(era.id).files.keys()].some((path) => path.startsWith(folder!)));
  return there.map(([name]) => name).join(', ') || 'none';
}

function isThere(path: string): boolean {
  return existsSync(join(root, path));
}
