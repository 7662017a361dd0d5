import { describe, expect, it } from 'vitest';
import { splitFile } from '../../server/src/source/functions.js';
import { statements } from '../../server/src/source/statements.js';
import { maskComments, maskFragment } from '../../server/src/source/mask.js';
import { sourceLines } from './helpers.js';

const names = (source: string): readonly string[] =>
  splitFile('f.c', sourceLines('f.c', source)).functions.map((f) => f.name);

describe('splitting a file into functions', () => {
  it('reads heads as the kernel writes them', () => {
    expect(
      names(`
#define DEMO(x) do { \\
	demo(x); } while (0)
struct demo { int a; };
EXPORT_SYMBOL_GPL(demo_before);
static int __init demo_init(void)
{
	return 0;
}
DEFINE_DEMO(demo)
STATIC ssize_t
xfs_demo_rw(
	struct kiocb		*iocb,
	int			(*done)(int))
{
	char *brace = "}";	/* } */
	return '}';
}
void *__demo(struct inode *inode)
	__releases(&inode->i_lock)
{
}
static inline int demo_one(void) { return 1; }
int demo_proto(int a);
`),
    ).toEqual(['demo_init', 'xfs_demo_rw', '__demo', 'demo_one']);
  });

  it('ends a function at its brace in column 0 even when #ifdef unbalances the braces in it', () => {
    const source = `
static int demo_a(void)
{
#ifdef CONFIG_A
	if (a) {
#else
	if (b) {
#endif
		return 1;
	}
}
static int demo_b(void)
{
}
`;
    expect(names(source)).toEqual(['demo_a', 'demo_b']);
  });

  it('keeps the lines of a function from its return type to its last brace', () => {
    const [one] = splitFile(
      'f.c',
      sourceLines('f.c', '\n/* about */\nstatic int\ndemo(int a)\n{\n}\n\nint x;'),
    ).functions;
    expect(one?.lines.map((line) => line.origin)).toMatchObject([
      { line: 2 },
      { line: 3 },
      { line: 4 },
      { line: 5 },
    ]);
  });

  it('finds tables of function pointers', () => {
    const { tables } = splitFile(
      'f.c',
      sourceLines('f.c', 'const struct demo_ops ops[] = {\n\t{ .a = b },\n};\nstruct s { int a; };'),
    );
    expect(tables.map((table) => [table.name, table.lines.length])).toEqual([['ops', 3]]);
  });
});

describe('splitting lines into statements', () => {
  const texts = (source: string): readonly string[] =>
    statements(maskComments(source).split('\n')).map((one) => one.tokens.join(' '));

  it('joins a statement over several lines and keeps heads, labels and braces apart', () => {
    expect(texts('if (a &&\n    b)\n\tret = f(a,\n\t\tb);\n} else {\nout:\nx = a ?\n\tb : c;')).toEqual([
      'if ( a && b )',
      'ret = f ( a , b ) ;',
      '} else {',
      'out :',
      'x = a ? b : c ;',
    ]);
  });

  it('does not let a lost closing parenthesis swallow what follows', () => {
    expect(texts('ret = f(a, (b;\ng();')).toHaveLength(2);
  });

  it('reads comments that lost their first or last line as comments', () => {
    const lines = [' * begins above', '*/', 'a();', '/*', ' * ends nowhere', 'b();', '*p = 1;'];
    expect(maskFragment(lines).map((line) => line.trim())).toEqual([
      '',
      '',
      'a();',
      '',
      '',
      'b();',
      '*p = 1;',
    ]);
  });
});
