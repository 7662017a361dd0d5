import type { DocumentSymbol } from 'vscode-languageserver';
import { describe, expect, it } from 'vitest';
import { foldingRangesOf } from '../../server/src/lsp/folding.js';
import { structureOf } from '../../server/src/lsp/structure.js';
import { symbolsOf } from '../../server/src/lsp/symbols.js';
import { DIFF, mail } from '../cli/command-line.js';
import { documentOf } from './views.js';

/** The outline as text: name, first and last line (from 1), nested. */
function drawn(symbols: readonly DocumentSymbol[], depth = 0): string[] {
  return symbols.flatMap(({ name, range, children }) => [
    `${'  '.repeat(depth)}${name} ${range.start.line + 1}-${range.end.line + 1}`,
    ...drawn(children ?? [], depth + 1),
  ]);
}

async function outline(text: string): Promise<string[]> {
  const document = documentOf(text);
  return drawn(symbolsOf(document, (await structureOf(document)).parts));
}

describe('the outline', () => {
  it('of a mail: message, file, hunk, function', async () => {
    expect(await outline(mail(1, 2))).toEqual([
      '[PATCH 1/2] iomap: step 1 1-19',
      '  fs/iomap/direct-io.c 8-16',
      '    @@ -10,5 +10,5 @@ 11-16',
      '      iomap_dio_rw 12-16',
    ]);
  });

  it('of an mbox: a message each', async () => {
    const found = await outline(`${mail(1, 2)}\n${mail(2, 2)}`);
    expect(found.filter((line) => !line.startsWith(' '))).toEqual([
      '[PATCH 1/2] iomap: step 1 1-19',
      '[PATCH 2/2] iomap: step 2 20-38',
    ]);
  });

  it('of a plain diff has one message without a subject', async () => {
    expect((await outline(DIFF))[0]).toBe('patch 1-11');
  });

  it('of a text without a patch is empty', async () => {
    expect(await outline('Just words.\n')).toEqual([]);
    expect(await outline('')).toEqual([]);
  });

  it('names a function that the patch adds', async () => {
    const added = [
      'diff --git a/fs/ext4/inode.c b/fs/ext4/inode.c',
      '--- a/fs/ext4/inode.c',
      '+++ b/fs/ext4/inode.c',
      '@@ -1,2 +1,6 @@ static int ext4_first(void)',
      ' \treturn 0;',
      ' }',
      '+',
      '+static int ext4_second(void)',
      '+{',
      '+}',
      '',
    ].join('\n');
    expect(await outline(added)).toContain('      ext4_second 8-10');
  });
});

describe('functions of a hunk', () => {
  it('do not overlap where one is inserted between the lines of another', async () => {
    const inserted = [
      '--- a/fs/ext4/inode.c',
      '+++ b/fs/ext4/inode.c',
      '@@ -806,6 +806,12 @@ int ext4_get_block_unwritten(struct inode *inode, sector_t iblock,',
      ' \t\t\t       EXT4_GET_BLOCKS_IO_CREATE_EXT);',
      ' }',
      ' ',
      '+int ext4_dio_check_get_block(struct inode *inode, sector_t iblock)',
      '+{',
      '+\tif (!atomic_read(&inode->i_dio_count))',
      '+\t\treturn 0;',
      '+\treturn 1;',
      '+}',
      ' /* Maximum number of blocks we map for direct IO at once. */',
      ' #define DIO_MAX_BLOCKS 4096',
      ' ',
      '',
    ].join('\n');
    expect((await outline(inserted)).slice(3)).toEqual([
      '      ext4_get_block_unwritten 4-5',
      '      ext4_dio_check_get_block 7-12',
    ]);
  });

  it('of a mail whose lines lost their blanks do not overlap either', async () => {
    const seed = [
      'diff --git a/fs/ext4/inode.c b/fs/ext4/inode.c',
      '--- a/fs/ext4/inode.c',
      '+++ b/fs/ext4/inode.c',
      '@@ -806,6 +806,12 @@ int ext4_get_block_unwritten(struct inode *inode,',
      'sector_t iblock,',
      'EXT4_GET_BLOCKS_IO_CREATE_EXT);',
      '}',
      '+int ext4_dio_check_get_block(struct inode *inode, sector_t iblock)',
      '+{',
      '+ if (!atomic_read(&inode->i_dio_count))',
      '+ return 0;',
      '+ return 1;',
      '+}',
      '+',
      '/* Maximum number of blocks we map for direct IO at once. */',
      '#define DIO_MAX_BLOCKS 4096',
      '',
    ].join('\n');
    expect((await outline(seed)).slice(3)).toEqual([
      '      ext4_get_block_unwritten 5-7',
      '      ext4_dio_check_get_block 8-13',
    ]);
  });
});

describe('folding', () => {
  it('folds what the outline shows', async () => {
    const document = documentOf(mail(1, 1));
    expect(foldingRangesOf((await structureOf(document)).parts)).toEqual([
      { startLine: 0, endLine: 18 },
      { startLine: 7, endLine: 15 },
      { startLine: 10, endLine: 15 },
      { startLine: 11, endLine: 15 },
    ]);
  });
});
