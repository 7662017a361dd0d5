import { describe, expect, it } from 'vitest';
import {
  allFunctions,
  definitionInFunction,
  functionsAt,
  functionText,
  functionUri,
  readFunctionUri,
  textOfLines,
} from '../../server/src/lsp/function-texts.js';
import type { ChangedFunction, TextLine } from '../../server/src/review/changed-functions.js';
import { nothing } from '../render/reports.js';
import { documentOf, places, URI, viewOf } from './views.js';

const patch = (line: number, text: string): TextLine => ({ text, at: { kind: 'patch', file: 'a', line } });
const bundled = (line: number, text: string): TextLine => ({
  text,
  at: { kind: 'bundled', file: '5.5/fs/iomap/direct-io.c', line },
});

const HEAD = bundled(10, 'static void iomap_end(struct iomap_dio *dio)');
const CALL = patch(21, '\tinode_dio_end(inode);');

/** Line 20 of the patch is removed, 22 added, 21 stays; the patch shows no more of the function. */
const CHANGED: ChangedFunction = {
  name: 'iomap_end',
  patch: 1,
  release: '5.5',
  before: [HEAD, bundled(11, '{'), patch(20, '\tiomap_flush(dio);'), CALL, bundled(14, '}')],
  after: [HEAD, bundled(11, '{'), CALL, patch(22, '\tiomap_flush(dio);'), bundled(14, '}')],
};
const ADDED: ChangedFunction = {
  name: 'iomap_flush',
  patch: 1,
  release: '5.5',
  before: null,
  after: [patch(30, 'static void iomap_flush(struct iomap_dio *dio)'), patch(31, '{'), patch(32, '}')],
};

const view = viewOf(nothing);
const definitions = {
  inode_dio_end: { kind: 'bundled', file: '5.5/include/linux/fs.h', line: 7 },
} as const;
const changed = { ...view, checked: { ...view.checked!, functions: [CHANGED, ADDED], definitions } };
const AFTER = { uri: URI, side: 'after', patch: 1, release: '5.5', name: 'iomap_end' } as const;

describe('the address of a function', () => {
  it.each([
    AFTER,
    { ...AFTER, side: 'before', uri: 'file:///mail/0001%20fix%3F.patch' },
    { ...AFTER, release: '6.12.43 (tree)', patch: 12 },
    { ...AFTER, release: 'linux/next', uri: 'untitled:Untitled-1' },
  ] as const)('says what it says: %j', (address) => {
    expect(readFunctionUri(functionUri(address))).toEqual(address);
  });

  it('ends in the name of a C file', () => {
    expect(functionUri(AFTER)).toMatch(/^dio-ordering:\/after\/1\/5\.5\/iomap_end\.c\?/);
  });

  it.each([
    'dio-ordering:/5.5/fs/ext4/inode.c',
    'file:///after/1/5.5/a.c?x',
    'nonsense',
    'dio-ordering:/%E0',
  ])('is not %s', (uri) => {
    expect(readFunctionUri(uri)).toBeNull();
  });
});

describe('the text of a function', () => {
  it('is whole, on either side', () => {
    expect(textOfLines(functionText(changed, { ...AFTER, side: 'before' })!)).toContain('{\n\tiomap_flush');
    expect(textOfLines(functionText(changed, AFTER)!)).toContain('{\n\tinode_dio_end');
  });

  it('is empty on a side that does not have it, and none where the patch changes no such function', () => {
    expect(functionText(changed, { ...AFTER, name: 'iomap_flush', side: 'before' })).toEqual([]);
    expect(functionText(changed, { ...AFTER, name: 'iomap_begin' })).toBeNull();
    expect(functionText(viewOf(null), AFTER)).toBeNull();
  });
});

describe('the functions at a line', () => {
  it.each([
    ['added', 21, 3],
    ['kept', 20, 2],
    ['removed: the line above it', 19, 1],
  ])('are those that have it, with the line after the patch: %s', (_, line, after) => {
    expect(functionsAt(changed, line)).toMatchObject([{ name: 'iomap_end', line: after }]);
  });

  it('are none away from them', () => {
    expect(functionsAt(changed, 3)).toEqual([]);
    expect(allFunctions(changed).map(({ name }) => name)).toEqual(['iomap_end', 'iomap_flush']);
  });
});

describe('go to definition in a function', () => {
  const document = documentOf(textOfLines(CHANGED.after!));
  const from = (line: number, character: number) =>
    definitionInFunction(changed, document, CHANGED.after![line], { line, character }, places);

  it('leads from a call to the function called', () => {
    expect(from(2, 3)).toMatchObject([
      { targetUri: 'bundled:/5.5/include/linux/fs.h', targetRange: { start: { line: 6 } } },
    ]);
  });

  it('leads from any other word to the line of the patch, or of the bundled file', () => {
    expect(from(3, 3)).toMatchObject([{ targetUri: URI, targetRange: { start: { line: 21 } } }]);
    expect(from(4, 0)).toMatchObject([
      { targetUri: 'bundled:/5.5/fs/iomap/direct-io.c', targetRange: { start: { line: 13 } } },
    ]);
  });
});
