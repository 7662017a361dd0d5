/** package.json against the code: what it contributes is there, and what is there is contributed. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { settingsTable } from '../../scripts/settings-table.mjs';
import { translatableTexts } from '../../scripts/l10n.mjs';
import { CODES } from '../../server/src/lsp/diagnostics.js';
import { CLIENT_COMMANDS } from '../../server/src/lsp/protocol.js';
import { DEFAULTS, LEVELS } from '../../server/src/lsp/settings.js';
import { ERAS } from '../../server/src/source/eras.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const json = (path: string): unknown => JSON.parse(read(path)) as unknown;

interface Setting {
  readonly type: string;
  readonly default: unknown;
  readonly scope: string;
  readonly markdownDescription: string;
  readonly enum?: readonly string[];
  readonly enumDescriptions?: readonly string[];
  readonly pattern?: string;
  readonly examples?: readonly string[];
  readonly additionalProperties?: { readonly enum: readonly string[] };
  readonly propertyNames?: { readonly enum: readonly string[] };
}

interface Manifest {
  readonly activationEvents: readonly string[];
  readonly capabilities: {
    readonly untrustedWorkspaces: { readonly restrictedConfigurations: readonly string[] };
  };
  readonly contributes: {
    readonly languages: readonly { readonly configuration: string; readonly firstLine: string }[];
    readonly grammars: readonly { readonly path: string; readonly scopeName: string }[];
    readonly commands: readonly { readonly command: string; readonly category: string }[];
    readonly menus: Readonly<Record<string, readonly { readonly command: string }[]>>;
    readonly configuration: { readonly properties: Readonly<Record<string, Setting>> };
    readonly walkthroughs: readonly {
      readonly steps: readonly {
        readonly description: string;
        readonly media: { readonly markdown: string };
      }[];
    }[];
  };
}

const manifest = json('package.json') as Manifest;
const { commands, configuration, grammars, languages, menus, walkthroughs } = manifest.contributes;
const settings = new Map(Object.entries(configuration.properties));
const clientSources = readdirSync(join(root, 'client/src'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => read(join('client/src', name)));

/** `{ a: { b: 1 } }` as `a.b` and 1; a record of the user's own names is one value. */
function flat(value: object, prefix = ''): readonly (readonly [string, unknown])[] {
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) =>
    typeof inner === 'object' && inner !== null && Object.keys(inner).length > 0
      ? flat(inner, `${prefix}${key}.`)
      : [[`${prefix}${key}`, inner] as const],
  );
}

describe('settings', () => {
  it('are those that the server reads, with its defaults', () => {
    // How much of the protocol is logged is the language client's own setting.
    const own = [...settings].filter(([name]) => name !== 'dioOrdering.trace.server');
    const contributed = own.map(([name, setting]) => [name.replace('dioOrdering.', ''), setting.default]);
    expect(contributed.sort()).toEqual([...flat(DEFAULTS)].map((row) => [...row]).sort());
  });

  it('are few, and each is described, with a scope', () => {
    expect(settings.size).toBeLessThanOrEqual(12);
    const wrong = [...settings].filter(
      ([, each]) => !/^%setting\./.test(each.markdownDescription) || !/^(window|machine)/.test(each.scope),
    );
    expect(wrong).toEqual([]);
  });

  it('describe each value of a choice', () => {
    const choices = [...settings.values()].filter((each) => each.enum !== undefined);
    expect(choices.length).toBeGreaterThan(0);
    for (const each of choices) expect(each.enumDescriptions).toHaveLength(each.enum!.length);
  });

  it('offer the levels that the server knows, for the rules that it knows', () => {
    const levels = settings.get('dioOrdering.diagnostics.levels');
    expect(levels?.additionalProperties?.enum).toEqual(LEVELS);
    expect(levels?.propertyNames?.enum).toEqual(CODES);
  });

  it('offer the releases at which the bundled paths change', () => {
    const kernel = settings.get('dioOrdering.kernel');
    expect(kernel?.examples).toEqual(['auto', ...ERAS.map((era) => era.first)]);
    expect(kernel!.examples!.filter((release) => !new RegExp(kernel!.pattern!).test(release))).toEqual([]);
  });

  it('that name a folder are not taken from a restricted workspace', () => {
    expect(manifest.capabilities.untrustedWorkspaces.restrictedConfigurations).toEqual(['dioOrdering.tree']);
  });

  it('stand in README.md as `npm run settings:table` prints them', () => {
    expect(read('README.md').includes(settingsTable())).toBe(true);
  });
});

describe('commands', () => {
  const registered = clientSources.flatMap((source) =>
    [...source.matchAll(/registerCommand\('(dioOrdering\.\w+)'/g)].map((found) => found[1]!),
  );

  it('of the client are contributed, and what is contributed is registered', () => {
    const contributed = commands.map((each) => each.command);
    expect(contributed.sort()).toEqual([...registered, ...CLIENT_COMMANDS].sort());
  });

  it('are all of one category', () => {
    expect(new Set(commands.map((each) => each.category))).toEqual(new Set(['DIO']));
  });

  it('in menus and in the walkthrough are contributed', () => {
    const contributed = new Set(commands.map((each) => each.command));
    const inMenus = Object.values(menus).flatMap((entries) => entries.map((each) => each.command));
    const inSteps = read('package.nls.json').matchAll(/command:(dioOrdering\.\w+)/g);
    const named = [...inMenus, ...[...inSteps].map((found) => found[1]!)];
    expect(named.filter((command) => !contributed.has(command))).toEqual([]);
  });
});

describe('activation', () => {
  it('waits for a patch, or for a view that is opened again', () => {
    expect(manifest.activationEvents).toEqual([
      'onLanguage:diff',
      'onLanguage:kernel-mail',
      'onWebviewPanel:dioOrdering.timeline',
    ]);
  });
});

describe('files that are named', () => {
  it('are there', () => {
    const named = [
      ...languages.flatMap((each) => each.configuration ?? []),
      ...grammars.map((each) => each.path),
      ...walkthroughs.flatMap((each) => each.steps.map((step) => step.media.markdown)),
    ];
    expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  it('hold the grammars that they are named for', () => {
    const scopes = grammars.map((each) => (json(each.path) as { scopeName: string }).scopeName);
    expect(scopes).toEqual(grammars.map((each) => each.scopeName));
  });
});

describe('a mail without an ending', () => {
  const firstLine = new RegExp(languages[0]!.firstLine);

  it.each([
    'From 19f3ba706e5c82d4417c0e9da63b58f271d4e0c9 Mon Sep 17 00:00:00 2001',
    'From: Tomas Lindqvist <tomas.lindqvist@example.org>',
    'Return-Path: <tomas.lindqvist@example.org>',
    'Delivered-To: petra@example.org',
    'Message-ID: <20190312070319.4471-1-tomas.lindqvist@example.org>',
    'Message-Id: <20190312070319.4471-1-tomas.lindqvist@example.org>',
    'Subject: [PATCH] iomap: complete a synchronous direct write last',
    'Subject: iomap: complete a synchronous direct write last',
    '[v2] iomap: complete a synchronous direct write last',
    'Date: Tue, 12 Mar 2019 07:03:19 +0100',
    'DKIM-Signature: v=1; a=rsa-sha256; d=example.org',
    'MIME-Version: 1.0',
    'From nobody Tue Mar 12 07:03:19 2019',
  ])('is recognised by its first line: %s', (line) => {
    expect(firstLine.test(line)).toBe(true);
  });

  it.each([
    'From here on nothing is read.',
    '#include <linux/fs.h>',
    'Subject: lunch',
    '[1/2] Building C object main.o',
  ])('is not taken for one: %s', (line) => {
    expect(firstLine.test(line)).toBe(false);
  });
});

describe('texts', () => {
  it('of package.json are all in package.nls.json, and no others', () => {
    const used = [...read('package.json').matchAll(/"%([\w.]+)%"/g)].map((found) => found[1]!);
    expect([...new Set(used)].sort()).toEqual(Object.keys(json('package.nls.json') as object).sort());
  });

  it('of the client are all in the bundle for translators, and no others: npm run l10n', () => {
    expect(Object.keys(json('l10n/bundle.l10n.json') as object).sort()).toEqual(translatableTexts());
  });
});
