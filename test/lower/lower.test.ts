/** A scenario on C as a program of the simulator, and when there is none. */

import { describe, expect, it } from 'vitest';
import type { AskedProperty } from '../../server/src/kernel/scenarios.js';
import { lowerScenario, type Lowered } from '../../server/src/lower/lower.js';
import { checkProgram } from '../../server/src/sim/check-program.js';
import { CONFIGURATION, codeOf, HOLE, lowered, notModelled, ROLE, scenarioOf } from './c.js';

const CACHED = { ...HOLE, cached: true };

const entry = (body: string, more = ''): string =>
  `${more}int ext4_dio_read(struct inode *inode)\n{\n${body}\n}\n`;

describe('what cannot be turned into steps says why', () => {
  it.each<[string, string, RegExp]>([
    [
      'flags of ext4_map_blocks that are not known',
      'ext4_map_blocks(handle, inode, map, flags(inode));',
      /flags given to ext4_map_blocks\(\) are not known/,
    ],
    [
      'flags that are known but for one bit',
      'int flags = EXT4_GET_BLOCKS_CREATE; flags |= more(inode); ext4_map_blocks(handle, inode, map, flags);',
      /flags given to ext4_map_blocks\(\) are not known/,
    ],
    ['lock flags of XFS', 'xfs_ilock(ip, mode(ip));', /lock flags of xfs_ilock\(\) are not known/],
    [
      'flags of a page lookup',
      'page = pagecache_get_page(mapping, 0, fgp(inode), 0);',
      /flags of pagecache_get_page/,
    ],
    [
      'flags of an XFS allocation',
      'xfs_bmapi_write(tp, ip, 0, 1, mode(ip), 0, imap, &n);',
      /xfs_bmapi_write/,
    ],
    [
      'a primitive in text that is no C',
      '{ = inode_dio_begin(inode) }',
      /inode_dio_begin\(\) could not be read as C/,
    ],
  ])('%s', (_, body, reason) => {
    expect(notModelled(entry(body))).toMatch(reason);
  });

  it('but text that is no C and holds no primitive is passed over', () => {
    expect(notModelled(entry('{ = note(inode) }\n smp_mb(); return 0;'))).toBeNull();
  });

  it('flags that are not known on a path that the scenario excludes do not matter', () => {
    const body = 'if (IS_DAX(inode)) ext4_map_blocks(handle, inode, map, flags(inode)); smp_mb(); return 0;';
    expect(notModelled(entry(body))).toBeNull();
  });

  it('an entry that the code does not have', () => {
    expect(notModelled('int other(void)\n{\n\treturn 0;\n}\n')).toBe('ext4_dio_read() is not known in 9.9');
  });

  const many = Array.from({ length: 13 }, (_, i) => `if (x & F${String(i)}) flags |= G${String(i)};`);
  const manyWays = (first: string): string =>
    entry(
      `int flags = 0; int x = inode->x;\n${first} ${many.join('\n')}\nsmp_mb(); xfs_ilock(ip, flags); return 0;`,
    );

  it('conditions so many that an actor has thousands of steps', () => {
    expect(notModelled(manyWays('smp_rmb(); smp_mb();'))).toMatch(/DIO read: more than \d+ steps/);
  });

  it('so many conditions right after the first event of an actor, or before it', () => {
    expect(notModelled(manyWays(''))).toMatch(/DIO read: more than \d+ steps/);
  });

  it('a primitive in text that is no C under a condition', () => {
    expect(notModelled(entry('if (some(inode)) { = inode_dio_begin(inode) }\n smp_mb(); return 0;'))).toMatch(
      /inode_dio_begin/,
    );
  });
});

describe('the steps of a scenario', () => {
  const body = `
	inode_lock_shared(inode);
	if (inode->i_mapping->nrpages)
		filemap_fdatawait_range(inode->i_mapping, 0, LLONG_MAX);
	inode_dio_begin(inode);
	inode_dio_end(inode);
	inode_unlock_shared(inode);
	return 0;`;

  it('are a program that the simulator has nothing to say against', () => {
    expect(checkProgram(lowered(entry(body)).program)).toEqual([]);
  });

  it('have a note with function, line and call, but for the end', () => {
    const { program, notes } = lowered(entry(body), scenarioOf([ROLE], { initial: CACHED }));
    const without = program.actors[0]!.steps.flatMap((step, i) => (notes[0]![i] ? [] : [step.kind]));
    expect(without).toEqual(['end']);
    const shown = notes[0]!.flatMap((note) =>
      note && note.primitive !== 'return to user space'
        ? [`${String(note.site.origin.line)} ${note.call}`]
        : [],
    );
    expect(new Set(shown)).toEqual(
      new Set([
        '4 inode_lock_shared(inode)',
        '5 inode->i_mapping->nrpages',
        '6 filemap_fdatawait_range(inode->i_mapping, 0, LLONG_MAX)',
        '7 inode_dio_begin(inode)',
        '8 inode_dio_end(inode)',
        '9 inode_unlock_shared(inode)',
      ]),
    );
  });

  it('are those alone that can be come to: without a page nobody waits for its writeback', () => {
    const calls = ({ notes }: Lowered) => notes[0]!.flatMap((note) => note?.primitive ?? []);
    expect(calls(lowered(entry(body)))).not.toContain('filemap_fdatawait_range');
    expect(calls(lowered(entry(body), scenarioOf([ROLE], { initial: CACHED })))).toContain(
      'filemap_fdatawait_range',
    );
  });

  it('say as many things as there are ways to take them', () => {
    const { program, notes } = lowered(entry(body));
    program.actors[0]!.steps.forEach((step, i) => {
      const ways =
        step.kind === 'atomic' ? step.alternatives.length : 'cases' in step ? step.cases.length : 1;
      if (notes[0]![i]) expect(notes[0]![i].choices).toHaveLength(ways);
    });
  });

  it('are the same for the same input, as text', () => {
    expect(JSON.stringify(lowered(entry(body)).program)).toBe(JSON.stringify(lowered(entry(body)).program));
  });

  it('do not change with functions that no actor comes to', () => {
    const one = lowered(entry(body)).program;
    const two = lowered(entry(body, 'void elsewhere(void)\n{\n\tsmp_mb();\n}\n')).program;
    expect(two).toEqual(one);
  });

  it('change with a function that an actor comes to, though the entry is the same text', () => {
    const helper = (fence: string): string => `static void h(void)\n{\n\t${fence}();\n}\n`;
    const [one, two] = ['smp_mb', 'smp_rmb'].map(
      (fence) => lowered(entry('h(); return 0;', helper(fence))).program,
    );
    expect(one).not.toEqual(two);
  });

  it('name the functions that were run, and no other', () => {
    const more = 'static void used(void)\n{\n\tsmp_mb();\n}\nstatic void unused(void)\n{\n\tused();\n}\n';
    const { ran } = lowered(entry('used(); return 0;', more));
    expect(ran.has('used')).toBe(true);
    expect(ran.has('unused')).toBe(false);
  });

  it('depend on the functions that are run or passed over, not on those behind a condition that is false', () => {
    const helper = (name: string, body: string): string => `static void ${name}(void)\n{\n${body}\n}\n`;
    const more =
      helper('passed', 'trace();') +
      helper('behind', 'smp_mb();') +
      helper('dax', 'behind();') +
      helper('in', 'smp_rmb();');
    const { ran } = lowered(entry('if (x) passed(); if (IS_DAX(inode)) dax(); in(); return 0;', more));
    const own = ['passed', 'trace', 'dax', 'behind', 'in'];
    expect(own.filter((name) => ran.has(name))).toEqual(['passed', 'trace', 'in']);
  });

  it('change with a function that was passed over and that now makes an event', () => {
    const helper = (body: string): string => `static void passed(void)\n{\n${body}\n}\n`;
    const [one, two] = ['trace();', 'smp_mb();'].map(
      (body) => lowered(entry('if (x) passed(); smp_rmb(); return 0;', helper(body))).program,
    );
    expect(one).not.toEqual(two);
  });
});

describe('the model of a scenario', () => {
  it('has the properties that the scenario asks for', () => {
    const source = entry('smp_mb(); return 0;').replace('dio_read', 'dio_write');
    const reader = 'int ext4_buffered_read(struct inode *inode)\n{\n\tsmp_rmb();\n\treturn 0;\n}\n';
    const writer = { ...ROLE, kind: 'dio-write', name: 'DIO write', version: 1 } as const;
    const actors = [{ ...writer, entries: ['ext4_dio_write', 'ext4_buffered_read'] }];
    const ids = (...asks: readonly AskedProperty[]): readonly string[] =>
      lowered(source + reader, scenarioOf(actors, { asks })).program.properties.map(({ id }) => id);
    expect(ids('P1')).toEqual(['P1']);
    expect(ids('P1', 'P2')).toEqual(['P1', 'P2']);
  });

  it('decides the same C differently for another mount', () => {
    const code = codeOf(entry('if (ext4_should_dioread_nolock(inode)) smp_mb(); return 0;'));
    const steps = (dioreadNolock: boolean): number => {
      const result = lowerScenario(
        code,
        scenarioOf([ROLE], { configuration: { ...CONFIGURATION, dioreadNolock } }),
      );
      return result.ok ? result.lowered.program.actors[0]!.steps.length : 0;
    };
    expect(steps(true)).toBe(steps(false) + 1);
  });
});
