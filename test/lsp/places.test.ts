import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { contentOf, nameOf, placesOf, rulePage } from '../../server/src/lsp/places.js';

const bundled = { kind: 'bundled', file: '6.5/fs/ext4/inode.c', line: 3 } as const;

describe('places', () => {
  it('of bundled code are documents of our own for a client that can open them', () => {
    const uri = placesOf(true, null).uriOf(bundled, 'file:///a.patch');
    expect(uri).toBe('dio-ordering:/6.5/fs/ext4/inode.c');
    expect(contentOf(uri)).toContain('ext4_map_blocks');
  });

  it('of bundled code are files of the package for all others', () => {
    expect(existsSync(fileURLToPath(placesOf(false, null).uriOf(bundled, 'file:///a.patch')))).toBe(true);
  });

  it('of the patch are the document, of a tree its files', () => {
    const places = placesOf(true, '/usr/src/linux 6');
    expect(places.uriOf({ kind: 'patch', file: 'a', line: 1 }, 'file:///a.patch')).toBe('file:///a.patch');
    expect(places.uriOf({ kind: 'tree', file: 'fs/iomap/direct-io.c', line: 1 }, '')).toBe(
      'file:///usr/src/linux%206/fs/iomap/direct-io.c',
    );
  });
});

describe('content', () => {
  it.each([
    'dio-ordering:/5.5/../../../../../../etc/passwd',
    'dio-ordering:/5.5/%2e%2e/%2e%2e/%2e%2e/primitives.ts',
    'dio-ordering:///etc/hostname.c',
    'dio-ordering:/5.5/fs/ext4',
    'dio-ordering:/none.c',
    'file:///etc/passwd',
    'not a uri',
    'dio-ordering:/%E0%A4%A',
  ])('of %s is none', (uri) => {
    expect(contentOf(uri)).toBeNull();
  });
});

describe('rule pages', () => {
  it('are there for every page of docs/rules', () => {
    const pages = readdirSync(fileURLToPath(new URL('../../docs/rules', import.meta.url)));
    expect(pages.length).toBeGreaterThan(0);
    for (const page of pages) expect(rulePage(page.replace('.md', ''))).toMatch(/^file:.*\.md$/);
  });

  it('are none for other codes', () => {
    expect(rulePage('not-modelled')).toBeNull();
  });
});

describe('the name of a document', () => {
  it.each([
    ['file:///mail/0001%20fix.patch', '0001 fix.patch'],
    ['untitled:Untitled-1', 'Untitled-1'],
    ['nonsense', 'nonsense'],
  ])('%s is %s', (uri, name) => {
    expect(nameOf(uri)).toBe(name);
  });
});
