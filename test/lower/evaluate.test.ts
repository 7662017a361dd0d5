/** What the interpreter knows of values, asked with a condition: smp_mb() where it holds, smp_rmb() where not. */

import { describe, expect, it } from 'vitest';
import { placeNamed } from '../../server/src/lower/place.js';
import { Store } from '../../server/src/lower/store.js';
import { int, UNKNOWN } from '../../server/src/kernel/value.js';
import { CONFIGURATION, events, eventsOf, scenarioOf } from './c.js';

const HOLDS = ['smp_mb()'];
const FAILS = ['smp_rmb()'];
const EITHER = ['smp_mb()', 'smp_rmb()'];

const asked = (before: string, condition: string, more = ''): readonly string[] =>
  eventsOf(`${before}\n\tif (${condition})\n\t\tsmp_mb();\n\telse\n\t\tsmp_rmb();\n\treturn 0;`, more);

describe('locals', () => {
  it.each<[string, string, readonly string[]]>([
    ['int a = 1;', 'a', HOLDS],
    ['int a = 0;', 'a', FAILS],
    ['int a;', 'a', EITHER],
    ['int a = 3; a -= 3;', 'a', FAILS],
    ['int a = other(), b = a;', 'b', EITHER],
    ['bool a = 7;', 'a == 1', HOLDS],
    ['bool a = inode;', 'a == true', HOLDS],
    ['int a = 1, *p = &a;', '*p', HOLDS],
    ['int a = 1, *p = &a, q = *p; *p = 0; q = *p;', 'q', FAILS],
    ['int a = 1; a = unknown;', 'a', EITHER],
    ['int a = 1; other(&a);', 'a', EITHER],
    ['int a = -EBUSY;', 'a == -EBUSY', HOLDS],
    ['int a = -EBUSY;', 'a == -EAGAIN', FAILS],
    ['int a = -EBUSY;', 'a < 0', HOLDS],
    ['int a = -ENOSUCH;', 'a < 0', HOLDS],
    ['int a = 5;', '(a ? 2 : 3) == 2', HOLDS],
    ['int a = 0; cmpxchg(&a, 0, -EIO);', 'a == -EIO', HOLDS],
    ['int a = 2; cmpxchg(&a, 0, -EIO);', 'a == 2', HOLDS],
    ['int a = unknown; cmpxchg(&a, 0, -EIO);', 'a', EITHER],
    ['int a = 3, b = cmpxchg(&a, 3, 4);', 'b == 3', HOLDS],
    ['int a = 4;', 'a >> 1 == 2', HOLDS],
  ])('%s %s', (before, condition, expected) => {
    expect(asked(before, condition)).toEqual(expected);
  });
});

describe('a store through a pointer', () => {
  it('is kept where the pointer itself is not asked for', () => {
    expect(asked('int a = 1, *p = &a; *p = 0;', 'a')).toEqual(FAILS);
  });

  it('is kept in a helper that answers through its parameter', () => {
    const helper = 'static void check(struct inode *inode, bool *answer)\n{\n\t*answer = true;\n}\n';
    expect(asked('bool dio = false; check(inode, &dio);', 'dio', helper)).toEqual(HOLDS);
  });
});

describe('flags', () => {
  it.each<[string, string, readonly string[]]>([
    ['int a = F; a |= G;', 'a & G', HOLDS],
    ['int a = F; a |= G;', 'a & H', FAILS],
    ['int a = F | G; a &= ~G;', 'a & G', FAILS],
    ['int a = F | G; a &= ~G;', 'a & F', HOLDS],
    ['int a = F | G;', '(a & ~G) == F', HOLDS],
    ['int a = 5000;', '(a & ~PAGE_MASK) == 904', HOLDS],
    ['int a = 7;', '(long_t)(a + 1) == 8', HOLDS],
    ['int a = F; if (other()) a |= G;', 'a & G', EITHER],
    ['int a = unknown; a |= F;', 'a', HOLDS],
    ['int a = unknown; a |= F;', 'a & F', HOLDS],
    ['int a = unknown; a |= F;', 'a & G', EITHER],
    ['int a = unknown; if (a & F) a |= G; else a &= ~G;', '!(a & F) == !(a & G)', HOLDS],
    ['int a = unknown; if (a & F) a = F; else if (a & F) return;', 'a & F', EITHER],
    ['int a = F;', 'a == F', HOLDS],
  ])('%s %s', (before, condition, expected) => {
    expect(asked(before, condition)).toEqual(expected);
  });
});

describe('objects', () => {
  it.each<[string, string, string, readonly string[]]>([
    ['a local one has its fields', 'struct s x; x.a = 1;', 'x.a', HOLDS],
    [
      'a literal zeroes what was written before',
      'struct s x; x.a = 1; x = (struct s) { .b = 1 };',
      'x.a',
      FAILS,
    ],
    ['a race that is meant is a look like any', 'struct s x; x.a = 0;', 'data_race(x.a)', FAILS],
    [
      'begun with an initialiser it is zero but for the fields named',
      'struct s x = { .a = 1 };',
      'x.b',
      FAILS,
    ],
    ['and those are what they are', 'struct s x = { .a = 1 };', 'x.a', HOLDS],
    ['begun without, it is unknown', 'struct s x;', 'x.a', EITHER],
    [
      'written as a whole, its fields are no longer known',
      'struct s x = { .a = 1 }; x = other();',
      'x.a',
      EITHER,
    ],
    ['through its address', 'struct s x, *p = &x; p->a = 1;', 'x.a', HOLDS],
    ['there is one of each type', 'inode->a = 1; struct inode *other = g();', 'other->a', HOLDS],
    ['but not of another type', 'inode->a = 1; struct page *page = g();', 'page->a', EITHER],
    ['fields of fields', 'struct s x = { .in = { .a = 1 } };', 'x.in.a', HOLDS],
    ['fields of fields that are not named', 'struct s x = { .in = { .a = 1 } };', 'x.in.b', FAILS],
  ])('%s: %s %s', (_, before, condition, expected) => {
    expect(asked(before, condition)).toEqual(expected);
  });

  it('reach a function that gets their address, and come back changed', () => {
    const helper = 'static void set(struct s *to, int value)\n{\n\tto->a = value;\n}\n';
    expect(asked('struct s x; set(&x, 1);', 'x.a', helper)).toEqual(HOLDS);
    expect(asked('struct s x, y; x.a = 1; y.a = 1; set(&y, 0);', 'x.a', helper)).toEqual(HOLDS);
  });

  it('of one type and name in two functions are two', () => {
    const helper = 'static int make(void)\n{\n\tint a = 0;\n\treturn a;\n}\n';
    expect(asked('int a = 1; make();', 'a', helper)).toEqual(HOLDS);
  });
});

describe('tables of function pointers', () => {
  const table = `
static int one(struct inode *inode)
{
	smp_mb();
	return 0;
}
static const struct iomap_ops ext4_ops = {
	.begin		= one,
};
`;
  it('call what their initialiser names', () => {
    expect(eventsOf('const struct iomap_ops *ops = &ext4_ops; return ops->begin(inode);', table)).toEqual(
      HOLDS,
    );
  });

  it('have no function in a field that it does not name', () => {
    expect(asked('const struct iomap_ops *ops = &ext4_ops;', 'ops->end', table)).toEqual(FAILS);
  });

  it('are those of the mount for objects that are there already', () => {
    const both = ['delalloc', 'nodelalloc'].map((name) => {
      const aops = name === 'delalloc' ? 'ext4_da_aops' : 'ext4_aops';
      const fence = name === 'delalloc' ? 'smp_wmb' : 'smp_rmb';
      return `
static int ${name}_writepages(struct address_space *mapping)
{
	${fence}();
	return 0;
}
static const struct address_space_operations ${aops} = {
	.writepages = ${name}_writepages,
};`;
    });
    const source = `${both.join('\n')}
int ext4_dio_read(struct address_space *mapping)
{
	return mapping->a_ops->writepages(mapping);
}
`;
    const mounted = (delalloc: boolean): readonly string[] =>
      events(source, scenarioOf(undefined, { configuration: { ...CONFIGURATION, delalloc } }));
    expect(mounted(true)).toEqual(['smp_wmb()']);
    expect(mounted(false)).toEqual(['smp_rmb()']);
  });
});

describe('counters of an object of the path', () => {
  it('are followed: the last reference is the last one', () => {
    const body =
      'atomic_set(&dio->ref, 1); atomic_inc(&dio->ref); if (atomic_dec_and_test(&dio->ref)) smp_rmb();';
    const asking = `struct iomap_dio *dio = g(); ${body}`;
    expect(asked(asking, 'atomic_dec_and_test(&dio->ref)')).toEqual(HOLDS);
  });
});

describe('the store', () => {
  it('forgets the fields of what is overwritten, and of nothing else', () => {
    const store = Store.empty();
    store.set(placeNamed('1:x.a'), int(1));
    store.set(placeNamed('1:xy.a'), int(2));
    store.set(placeNamed('1:x'), UNKNOWN);
    expect(store.get(placeNamed('1:x.a'))).toBeUndefined();
    expect(store.get(placeNamed('1:xy.a'))).toEqual(int(2));
  });

  it('has one key for one content, whatever the order of writing', () => {
    const [one, two] = [Store.empty(), Store.empty()];
    one.set(placeNamed('a'), int(1));
    one.set(placeNamed('b'), int(2));
    two.set(placeNamed('b'), int(2));
    two.set(placeNamed('c'), int(3));
    two.set(placeNamed('a'), int(1));
    two.set(placeNamed('c'), UNKNOWN);
    expect(one.key()).toBe(two.key());
    two.set(placeNamed('b'), int(3));
    expect(one.key()).not.toBe(two.key());
  });

  it('copied is another one', () => {
    const one = Store.empty();
    one.set(placeNamed('a'), int(1));
    const two = one.copy();
    two.set(placeNamed('a'), int(2));
    expect(one.get(placeNamed('a'))).toEqual(int(1));
  });
});
