import { describe, expect, it } from 'vitest';
import { loadEra } from '../../server/src/source/bundled.js';
import { codeBaseOf } from '../../server/src/source/code-base.js';
import { ERAS, type EraId } from '../../server/src/source/eras.js';
import { partOf, withoutFunction, withPart } from '../../server/src/source/parts.js';
import type { SourceLine } from '../../server/src/source/text.js';
import { sourceLines } from './helpers.js';

const PATH = 'fs/f.c';

const WHOLE = `
/*
 * The file.
 */

/* First, old. */
static int first(void)
{
	return 1;
}

static int second(void)
{
	return 2;
}

static const struct ops table = {
	.first	= first,
};
`;

const PART = `
/*
 * What changes.
 */

/*
 * First, new.
 */
static int first(void)
{
	return third();
}

/* Behind the first. */
static int third(void)
{
	return 3;
}

static const struct ops table = {
	.first	= third,
};
`;

const whole = sourceLines(`1/${PATH}`, WHOLE);
const texts = (lines: readonly SourceLine[]): string => lines.map(({ text }) => text).join('\n');

describe('a part file', () => {
  const merged = withPart(PATH, whole, sourceLines('2/fs/f.part.c', PART));

  it('says by its name what it is a part of', () => {
    expect(partOf('fs/f.part.c')).toEqual({ path: PATH, isPart: true });
    expect(partOf(PATH)).toEqual({ path: PATH, isPart: false });
    expect(partOf('include/f.part.h').path).toBe('include/f.h');
  });

  it('replaces functions and tables with their comments where they stand, and adds new ones behind theirs', () => {
    const expected = WHOLE.trim()
      .replace('/* First, old. */', '/*\n * First, new.\n */')
      .replace(
        'return 1;\n}\n',
        'return third();\n}\n\n/* Behind the first. */\nstatic int third(void)\n{\n\treturn 3;\n}\n',
      )
      .replace('.first\t= first', '.first\t= third');
    expect(texts(merged)).toBe(expected);
  });

  it('keeps the place of every line', () => {
    const first = merged.find(({ text }) => text.includes('return third'))!;
    const second = merged.find(({ text }) => text.includes('return 2'))!;
    expect([first.origin, second.origin]).toEqual([
      { kind: 'bundled', file: '2/fs/f.part.c', line: 10 },
      { kind: 'bundled', file: `1/${PATH}`, line: 13 },
    ]);
  });

  it('for a file that is not there is the file', () => {
    expect(codeBaseOf('x', new Map([[PATH, withPart(PATH, [], whole)]])).universe.has('second')).toBe(true);
  });
});

describe('a function that a release has no longer', () => {
  it('is taken out with its comment; what is not there changes nothing', () => {
    const left = texts(withoutFunction(PATH, whole, 'first'));
    expect(left).toBe(WHOLE.trim().replace(/\/\* First[\s\S]*?\n}\n\n/, ''));
    expect(withoutFunction(PATH, whole, 'third')).toBe(whole);
  });
});

describe('the eras', () => {
  const has = (era: EraId, name: string): boolean => loadEra(era).universe.has(name);

  it('hold what older ones hold but for what they remove or replace', () => {
    expect([has('5.3', 'ext4_direct_IO'), has('5.5', 'ext4_direct_IO')]).toEqual([true, false]);
    expect([has('5.5', 'ext4_punch_hole'), has('4.12', 'ext4_punch_hole')]).toEqual([true, true]);
  });

  it('have one object for a function that they have in common', () => {
    const of = (era: EraId, name: string) => loadEra(era).universe.get(name);
    expect(of('5.8', 'ext4_page_mkwrite')).toBe(of('5.5', 'ext4_page_mkwrite'));
    expect(of('4.14', 'dio_complete')).not.toBe(of('4.12', 'dio_complete'));
  });

  it('remove nothing that is not there', () => {
    ERAS.forEach((era, at) => {
      const before = at === 0 ? null : loadEra(ERAS[at - 1]!.id);
      for (const removed of era.removes) {
        const [path, name] = removed.split(':') as [string, string?];
        const known =
          name === undefined ? before?.files.has(path) : before?.universe.get(name)?.path === path;
        expect([removed, known]).toEqual([removed, true]);
      }
    });
  });
});
