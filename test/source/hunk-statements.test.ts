/** A diff that adds a function behind another one shows the end of the first as added, and its own as unchanged. */

import { describe, expect, it } from 'vitest';
import { hunkStatements } from '../../server/src/source/hunk-statements.js';
import { patchOf } from './helpers.js';

const kinds = (body: string): readonly string[] => {
  const text = `--- a/fs/demo.c\n+++ b/fs/demo.c\n@@ -10,9 +10,20 @@ demo_dio_rw(struct kiocb *iocb)\n${body.replace(/^\n/, '')}`;
  return hunkStatements(patchOf(text).files[0]!.hunks[0]!).map(
    ({ kind, words }) => `${kind}: ${words.join(' ')}`,
  );
};

describe('a function that is cut in two', () => {
  it.each([
    ['at once', ''],
    ['with a symbol for modules between', '+EXPORT_SYMBOL_GPL(__demo_dio_rw);\n'],
  ])('ends where it did, and the new one is added as a whole: %s', (_, between) => {
    const all = kinds(`
-	return demo_complete(dio);
+	return dio;
+}
${between}+
+ssize_t
+demo_dio_rw(struct kiocb *iocb)
+{
+	return demo_complete(__demo_dio_rw(iocb));
 }
`);
    expect(all.filter((one) => one.endsWith(' }'))).toEqual(['context: }', 'added: }']);
    expect(all.indexOf('context: }')).toBe(all.indexOf('added: return dio ;') + 1);
    expect(all.filter((one) => one.startsWith('removed'))).toEqual([
      'removed: return demo_complete ( dio ) ;',
    ]);
  });
});
