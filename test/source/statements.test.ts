/** What the head of a definition is, told by its words alone. */

import { describe, expect, it } from 'vitest';
import { definedFunction, tokens } from '../../server/src/source/statements.js';

describe('a definition', () => {
  it.each([
    ['static int demo_begin(struct inode *inode)', 'demo_begin'],
    ['demo_read(struct kiocb *iocb, struct iov_iter *to)', 'demo_read'],
    ['int demo_count(void) {', 'demo_count'],
  ])('%s is that of a function', (head, name) => {
    expect(definedFunction(tokens(head))).toBe(name);
  });

  it.each([
    'DEFINE_GUARD(demo_lock, struct inode *, demo_lock(_T), demo_unlock(_T))',
    'DEFINE_FREE(demo_unlock, struct inode *, if (_T) demo_unlock(_T))',
    'DEFINE_LOCK_GUARD_1(demo, struct inode, demo_lock(_T->lock), demo_unlock(_T->lock))',
  ])('%s is that of none, and whole', (line) => {
    expect(definedFunction(tokens(line))).toBeNull();
  });
});
