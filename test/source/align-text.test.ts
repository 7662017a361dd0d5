/** Which function an unnamed hunk stands in is asked of every function of its file: a score is enough for that. */

import { describe, expect, it } from 'vitest';
import {
  alignOnText,
  scoreOnText,
  statementsIn,
  textStatements,
} from '../../server/src/source/align-text.js';
import { cutFile } from '../../server/src/source/pieces.js';
import { placePatch } from '../../server/src/source/place.js';
import { relevanceOf } from '../../server/src/source/relevance.js';
import { bundled, matters, patchOf } from './helpers.js';

const PATH = 'fs/demo.c';
const SOURCE = `
static int demo_wait(struct inode *inode)
{
	int ret;

	inode_lock(inode);
	inode_dio_wait(inode);
	ret = demo_free(inode);
	inode_unlock(inode);
	return ret;
}
`;
const base = bundled(PATH, SOURCE);
const text = base.universe.get('demo_wait')!;

const head = `--- a/${PATH}\n+++ b/${PATH}\n`;
const hunkOf = (body: string) => {
  const patch = patchOf(`${head}@@ -5,3 +5,3 @@\n${body.replace(/^\n/, '')}`);
  const relevance = relevanceOf(patch, base, matters);
  return { statements: statementsIn(cutFile(patch.files[0]!).pieces), relevance };
};

const fitting = hunkOf(`
 	inode_lock(inode);
-	inode_dio_wait(inode);
 	ret = demo_free(inode);
`);

const foreign = hunkOf(`
 	mutex_lock(&sbi->s_lock);
-	sbi->s_flags = 0;
 	mutex_unlock(&sbi->s_lock);
`);

describe('the score of a hunk on a text', () => {
  it('is that of its alignment', () => {
    const { statements, relevance } = fitting;
    const { score } = alignOnText(text, statements, relevance);
    expect(score).toBeGreaterThan(1);
    expect(scoreOnText(text, statements, relevance, 1)).toBe(score);
  });

  it('is none where no word of the hunk stands in the text', () => {
    expect(scoreOnText(text, foreign.statements, foreign.relevance, 0.5)).toBe(0);
  });

  it('is none where the words of the hunk that stand in the text cannot come to what is asked for', () => {
    expect(scoreOnText(text, fitting.statements, fitting.relevance, 1000)).toBe(0);
  });
});

describe('the statements of a text', () => {
  it('are the same for equal functions of two releases', () => {
    const later = bundled(PATH, SOURCE, '10.0').universe.get('demo_wait')!;
    expect(textStatements(later)).toBe(textStatements(text));
  });

  it('keep the indentation, in tabs', () => {
    expect(textStatements(text).base.map(({ indent }) => indent)).toEqual([0, 0, 1, 1, 1, 1, 1, 1, 0]);
  });
});

describe('a file patch of more hunks than any patch has', () => {
  it('is refused as a whole, with the count', () => {
    const hunks = Array.from(
      { length: 5001 },
      (_, at) => `@@ -${10 * at + 1},1 +${10 * at + 1},1 @@\n-\ta = ${at};\n+\tb = ${at};\n`,
    );
    const { unplaced, changed } = placePatch(patchOf(head + hunks.join('')), base, matters);
    expect(changed).toEqual([]);
    expect(unplaced).toEqual([
      { line: 2, reason: 'fs/demo.c has 5001 hunks here, and no more than 5000 are placed', half: [] },
    ]);
  });
});
