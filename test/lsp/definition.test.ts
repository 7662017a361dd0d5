import { describe, expect, it } from 'vitest';
import { definitionOf } from '../../server/src/lsp/definition.js';
import { definitionsOf } from '../../server/src/lsp/definition-index.js';
import { structureOf } from '../../server/src/lsp/structure.js';
import { readPatches } from '../../server/src/diff/read.js';
import type { Report } from '../../server/src/review/report.js';
import { DIFF, directoryWith } from '../cli/command-line.js';
import { nothing } from '../render/reports.js';
import { documentOf, places, viewOf } from './views.js';

const PATCH = DIFF.replace('blk_start_plug(&plug);', 'iomap_dio_complete(dio);');

function judgedFor(release: string): Report {
  const releases = [{ file: 'a.patch', release, why: 'its hunks fit' }];
  return { ...nothing, explanation: { ...nothing.explanation, releases } };
}

async function indexed(report: Report, tree: string | null = null) {
  const read = await readPatches(Buffer.from(PATCH));
  if (!read.ok) throw new Error(read.what);
  return definitionsOf(report, read.input, [], tree);
}

describe('definitions', () => {
  it('are the functions of the judged release that the patch names', async () => {
    const found = await indexed(judgedFor('5.9-5.11'));
    expect(found['iomap_dio_complete']).toMatchObject({
      kind: 'bundled',
      file: '5.9/fs/iomap/direct-io.part.c',
    });
    expect(found).not.toHaveProperty('ext4_map_blocks');
  });

  it('are none where no release was found', async () => {
    expect(await indexed(judgedFor('none'))).toEqual({});
  });

  it('in a tree are those of its file, else the bundled ones', async () => {
    const tree = directoryWith({
      'fs/iomap/direct-io.c': 'int iomap_first(void)\n{\n}\n\nssize_t iomap_dio_complete(void *dio)\n{\n}\n',
    });
    const found = await indexed(judgedFor('6.12 (tree)'), tree.path);
    tree.remove();
    expect(found['iomap_dio_complete']).toEqual({ kind: 'tree', file: 'fs/iomap/direct-io.c', line: 5 });
  });
});

describe('go to definition', () => {
  const definitions = {
    iomap_dio_complete: { kind: 'bundled', file: '5.5/fs/iomap/direct-io.c', line: 34 },
  } as const;

  async function from(text: string, word: string) {
    const document = documentOf(text);
    const { checked } = viewOf(nothing, document);
    const line = text.split('\n').findIndex((one) => one.includes(word));
    const position = { line, character: document.line(line).indexOf(word) };
    return definitionOf(
      { document, checked: { ...checked!, definitions } },
      await structureOf(document),
      position,
      places,
    );
  }

  it('leads from a call in the patch to the function it was taken for', async () => {
    expect(await from(PATCH, 'iomap_dio_complete')).toEqual([
      {
        originSelectionRange: { start: { line: 8, character: 2 }, end: { line: 8, character: 20 } },
        targetUri: 'bundled:/5.5/fs/iomap/direct-io.c',
        targetRange: { start: { line: 33, character: 0 }, end: { line: 33, character: 0 } },
        targetSelectionRange: { start: { line: 33, character: 0 }, end: { line: 33, character: 0 } },
      },
    ]);
  });

  it('leads nowhere from other names, from prose, or from names that every object has', async () => {
    expect(await from(PATCH, 'inode_dio_begin')).toEqual([]);
    expect(await from(`iomap_dio_complete moves\n\n${PATCH}`, 'iomap_dio_complete moves')).toEqual([]);
    expect(await from(PATCH.replace('ret = 0', 'constructor = 0'), 'constructor')).toEqual([]);
  });
});
