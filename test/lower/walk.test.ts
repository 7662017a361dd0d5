/** From C to the events of an actor: what is followed, what is explored both ways, what is left out. */

import { describe, expect, it } from 'vitest';
import { events, eventsOf, lowered, runsAlone } from './c.js';

const entry = (body: string): string => `int ext4_dio_read(struct inode *inode)\n{\n${body}\n}\n`;

describe('calls', () => {
  it('of functions of the code are entered, in their order', () => {
    const helpers =
      'static void b(void)\n{\n\tsmp_rmb();\n}\nstatic void a(void)\n{\n\tsmp_mb();\n\tb();\n}\n';
    expect(eventsOf('a(); smp_wmb(); b(); return 0;', helpers)).toEqual([
      'smp_mb() smp_rmb() smp_wmb() smp_rmb()',
    ]);
  });

  it('of unknown functions do nothing and give an unknown value', () => {
    expect(eventsOf('if (somebody(inode)) smp_mb(); else smp_rmb(); return 0;')).toEqual([
      'smp_mb()',
      'smp_rmb()',
    ]);
  });

  it('of unknown functions whose result is kept as an error succeed', () => {
    expect(eventsOf('int err; err = somebody(inode); if (err) smp_mb(); smp_rmb(); return 0;')).toEqual([
      'smp_rmb()',
    ]);
  });

  it('of primitives of the same name as a function of the code are the primitive', () => {
    expect(eventsOf('smp_mb(); return 0;', 'void smp_mb(void)\n{\n\tsmp_rmb();\n}\n')).toEqual(['smp_mb()']);
  });

  it('that make no step, in a loop whose counter is unknown, are left where the loop may end', () => {
    const loop =
      'int i = 0; while (i != left) { i++; ext4_set_io_unwritten_flag(inode, io_end); } smp_mb(); return 0;';
    expect(eventsOf(loop)).toEqual(['smp_mb()']);
  });

  it('of themselves are not modelled where they make events, and end where they make none', () => {
    expect(() => eventsOf('smp_mb(); if (again()) ext4_dio_read(inode); return 0;')).toThrow(
      /not modelled: ext4_dio_read\(\) calls itself/,
    );
    const silent = 'static int count(int n)\n{\n\tif (more())\n\t\treturn count(n);\n\treturn n;\n}\n';
    expect(eventsOf('count(1); smp_mb(); return 0;', silent)).toEqual(['smp_mb()']);
  });

  it('return what they return', () => {
    const helper = 'static int zero(int n)\n{\n\tif (n)\n\t\treturn 1;\n\treturn 0;\n}\n';
    expect(eventsOf('if (zero(0)) smp_mb(); else smp_rmb(); return 0;', helper)).toEqual(['smp_rmb()']);
  });
});

describe('a function pointer', () => {
  const two = `
static int ext4_get_block(struct inode *inode)
{
	smp_mb();
	return 0;
}
static int ext4_get_block_unwritten(struct inode *inode)
{
	smp_wmb();
	return 0;
}
`;
  const choose = `
	get_block_t *get_block;

	if (atomic_read(&inode->i_dio_count))
		get_block = ext4_get_block_unwritten;
	else
		get_block = ext4_get_block;
`;

  it('chosen by an if is called', () => {
    expect(eventsOf(`${choose}\treturn get_block(inode);`, two)).toEqual([
      'atomic_read(&inode->i_dio_count): reads 0 smp_mb()',
    ]);
    expect(eventsOf(`inode_dio_begin(inode);${choose}\treturn get_block(inode);`, two)).toEqual([
      'inode_dio_begin(inode) atomic_read(&inode->i_dio_count): reads > 0 smp_wmb()',
    ]);
  });

  it('given to another function is called there', () => {
    const caller = `${two}static int map(struct inode *inode, get_block_t get)\n{\n\treturn get(inode);\n}\n`;
    expect(eventsOf('return map(inode, ext4_get_block_unwritten);', caller)).toEqual(['smp_wmb()']);
  });

  it('of an added function that chooses in its turn is followed', () => {
    const added = `${two}static int check_get_block(struct inode *inode)\n{${choose}\treturn get_block(inode);\n}\n`;
    const caller = `${added}static int map(struct inode *inode, get_block_t get)\n{\n\treturn get(inode);\n}\n`;
    expect(eventsOf('get_block_t *get = check_get_block; return map(inode, get);', caller)).toEqual([
      'atomic_read(&inode->i_dio_count): reads 0 smp_mb()',
    ]);
  });
});

describe('flags collected by |=', () => {
  const writeback = (dio: string): readonly string[] =>
    eventsOf(`
	struct ext4_map_blocks *map = g();
	int get_blocks_flags;
	bool dio_in_progress = ${dio};

	get_blocks_flags = EXT4_GET_BLOCKS_CREATE |
			   EXT4_GET_BLOCKS_METADATA_NOFAIL;
	if (dio_in_progress)
		get_blocks_flags |= EXT4_GET_BLOCKS_IO_CREATE_EXT;
	return ext4_map_blocks(handle, inode, map, get_blocks_flags);`);

  it('choose how ext4_map_blocks allocates', () => {
    const call = 'ext4_map_blocks(handle, inode, map, get_blocks_flags)';
    expect(writeback('false')).toEqual([`${call}: allocates mapped`]);
    expect(writeback('true')).toEqual([`${call}: allocates unwritten`]);
  });

  it('come out of a condition as what it was', () => {
    expect(writeback('atomic_read(&inode->i_dio_count)').join()).toMatch(/reads 0 .*allocates mapped$/);
  });
});

describe('error paths', () => {
  const body = `
	int ret;

	inode_dio_begin(inode);
	ret = invalidate_inode_pages2_range(inode->i_mapping, 0, -1);
	if (ret)
		goto out;
	smp_mb();
out:
	inode_dio_end(inode);
	return ret;`;

  it('are taken where the primitive says so, through goto and label', () => {
    const all = eventsOf(body);
    expect(all).toHaveLength(1);
    expect(all[0]).toMatch(/mapping is empty smp_mb\(\) inode_dio_end/);
    const dirty = eventsOf(
      `add_to_page_cache_lru(page, mapping, 0, 0); set_page_dirty(page); unlock_page(page); ${body}`,
    );
    expect(dirty).toHaveLength(1);
    expect(dirty[0]).toMatch(/stays, -EBUSY inode_dio_end/);
    expect(dirty[0]).not.toContain('smp_mb()');
  });

  it('end in the return of the caller', () => {
    const helper = `static int h(struct inode *inode)\n{\n${body}\n}\n`;
    expect(eventsOf('if (h(inode)) smp_wmb(); return 0;', helper).join()).not.toContain('smp_wmb');
  });
});

describe('a condition that nothing decides', () => {
  it('is taken both ways, and each way names it', () => {
    const runs = runsAlone(lowered(entry('smp_wmb(); if (inode->strange) smp_mb(); else smp_rmb();')));
    expect(runs.map(({ events: all, assumptions }) => [all.join(), ...assumptions]).sort()).toEqual([
      ['smp_wmb(),smp_mb()', 'inode->strange is true in ext4_dio_read()'],
      ['smp_wmb(),smp_rmb()', 'inode->strange is false in ext4_dio_read()'],
    ]);
  });

  it('before the first event of an actor is named too', () => {
    const runs = runsAlone(lowered(entry('if (inode->strange) smp_mb(); else smp_rmb();')));
    expect(runs.every(({ assumptions }) => assumptions.length === 1)).toBe(true);
  });

  it('is named by the call that it asks', () => {
    const runs = runsAlone(lowered(entry('smp_wmb(); if (strange(inode) > 2) smp_mb(); return 0;')));
    expect(runs.flatMap((run) => run.assumptions).sort()).toEqual([
      'strange(inode) > 2 is false in ext4_dio_read()',
      'strange(inode) > 2 is true in ext4_dio_read()',
    ]);
  });

  it('has its operands together as C has them', () => {
    const named = (condition: string) =>
      runsAlone(lowered(entry(`smp_wmb(); if (${condition}) smp_mb(); return 0;`)))
        .flatMap((run) => run.assumptions)
        .find((text) => text.includes(' is true'));
    const wide = '(inode->strange | inode->wide) & inode->mask';
    const sum = 'inode->strange + inode->wide > inode->mask';
    expect(named(wide)).toBe(`${wide} is true in ext4_dio_read()`);
    expect(named(sum)).toBe(`${sum} is true in ext4_dio_read()`);
  });

  it('is the same the second time', () => {
    const twice = 'if (inode->strange) smp_mb(); smp_wmb(); if (inode->strange) smp_rmb(); return 0;';
    expect(eventsOf(twice)).toEqual(['smp_mb() smp_wmb() smp_rmb()', 'smp_wmb()']);
  });

  it('compared with a number is that number on one way', () => {
    const text = 'int a = inode->x; if (a == 3) { smp_mb(); if (a != 3) smp_rmb(); } return 0;';
    expect(eventsOf(text)).toEqual(['', 'smp_mb()']);
    expect(eventsOf('int a = inode->x; if (a < 0) { if (a >= 0) smp_rmb(); smp_mb(); } return 0;')).toEqual([
      '',
      'smp_mb()',
    ]);
  });

  it('asked of a flag of an unknown value is asked again each time: more runs than there are, never fewer', () => {
    const text = 'if (inode->x & F) smp_mb(); if (inode->x & F) smp_rmb(); return 0;';
    expect(eventsOf(text)).toEqual(expect.arrayContaining(['', 'smp_mb() smp_rmb()']));
  });

  it('that matters to no event is not asked at all', () => {
    const idle = Array.from({ length: 30 }, (_, i) => `if (inode->x${String(i)}) note(${String(i)});`);
    const steps = (body: string): number => lowered(entry(body)).program.actors[0]!.steps.length;
    expect(steps(`${idle.join('\n')}\nsmp_mb();\nreturn 0;`)).toBe(steps('smp_mb(); return 0;'));
  });

  it('around what nobody asks for does not multiply the steps after it', () => {
    const idle = Array.from({ length: 12 }, (_, i) => `if (inode->x${String(i)}) count += 1;`);
    const steps = (body: string): number => lowered(entry(body)).program.actors[0]!.steps.length;
    expect(steps(`int count = 0;\n${idle.join('\n')}\nsmp_mb();\nreturn count;`)).toBe(
      steps('smp_mb(); return 0;'),
    );
  });
});

describe('loops', () => {
  it('with a counter are gone round as often as C says', () => {
    expect(eventsOf('int i; for (i = 0; i < 3; i++) smp_mb(); return 0;')).toEqual([
      'smp_mb() smp_mb() smp_mb()',
    ]);
  });

  it('that nothing ends have steps that come back to themselves', () => {
    expect(eventsOf('for (;;) smp_mb(); return 0;')).toEqual(['smp_mb() ...']);
  });

  it('that nobody can say how often have both ways at each round', () => {
    expect(eventsOf('while (more(inode)) smp_mb(); smp_rmb(); return 0;')).toEqual(
      expect.arrayContaining(['smp_rmb()', 'smp_mb() smp_rmb()']),
    );
  });

  it('without an event end, whether their condition is known or not', () => {
    expect(eventsOf('while (more(inode)) inode->x = 1; smp_mb(); return 0;')).toEqual(['smp_mb()']);
    expect(eventsOf('for (;;) cpu_relax(); return 0;')).toEqual(['']);
    expect(eventsOf('for (;;) xfs_iunlock(ip, XFS_ILOCK_SHARED); return 0;')).toEqual(['']);
  });

  it('over tagged pages end where the lookup finds none', () => {
    const scan = 'while (pagevec_lookup_range_tag(&pvec, mapping, &index, end, tag)) smp_mb(); return 0;';
    expect(eventsOf(scan)).toEqual(['pagevec_lookup_range_tag(&pvec, mapping, &index, end, tag): no page']);
  });

  it('scan a page once, and again in the next call of the function that scans', () => {
    const scan = `static void scan(void)
{
	while (pagevec_lookup_range_tag(&pvec, mapping, &index, end, tag))
		smp_mb();
}
`;
    const dirty = 'add_to_page_cache_lru(page, mapping, 0, 0); set_page_dirty(page);';
    const [run, ...others] = eventsOf(`${dirty} scan(); scan(); return 0;`, scan);
    expect(others).toEqual([]);
    expect(run!.match(/1 page smp_mb\(\)/g)).toHaveLength(2);
  });
});

describe('what the scenario decides', () => {
  it('is not explored both ways', () => {
    expect(eventsOf('if (test_opt(inode->i_sb, DELALLOC)) smp_mb(); else smp_rmb(); return 0;')).toEqual([
      'smp_mb()',
    ]);
    expect(eventsOf('if (iov_iter_rw(iter) == WRITE) smp_mb(); else smp_rmb(); return 0;')).toEqual([
      'smp_rmb()',
    ]);
    expect(eventsOf('if (is_sync_kiocb(iocb)) smp_mb(); else smp_rmb(); return 0;')).toEqual(['smp_mb()']);
  });
});

describe('entries', () => {
  it('run one after the other, and what one knew the next does not know', () => {
    const source = `
int ext4_dio_write(struct kiocb *iocb)
{
	iocb->ki_flags |= IOCB_DIRECT;
	iocb->private = 1;
	smp_wmb();
	return 0;
}
int ext4_buffered_read(struct kiocb *iocb)
{
	if (iocb->ki_flags & IOCB_DIRECT)
		smp_mb();
	if (iocb->private)
		smp_rmb();
	return 0;
}
`;
    const role = { kind: 'dio-write', name: 'DIO write', aio: false, blocks: [0], version: 1 } as const;
    const actor = { ...role, entries: ['ext4_dio_write', 'ext4_buffered_read'] };
    const scenario = { id: 't', mount: [], start: 'hole', asks: ['P1'] } as const;
    const initial = { blocks: [{ extent: 0, disk: 2 }], cached: false };
    const configuration = {
      fs: 'ext4',
      delalloc: true,
      dioreadNolock: false,
      lowSpace: false,
      extents: true,
      blocksPerPage: 1,
    } as const;
    expect(events(source, { ...scenario, configuration, actors: [actor], initial })).toEqual([
      'smp_wmb()',
      'smp_wmb() smp_rmb()',
    ]);
  });
});
