/**
 * When layouts are broken: ext4_break_layouts() and xfs_break_layouts() wait for pages of DAX that somebody uses, and drop
 * the lock that they are called under meanwhile. Scenarios have no DAX, so that another place among the locks is said.
 */

import type { Code } from '../lower/code.js';
import type { Changes } from '../source/merged.js';
import type { ChangedReference } from './changed-references.js';

const BREAKS = /^(?:ext4|xfs)_break_(?:dax_|leased_)?layouts$/;

const TAKES = /^(?:inode_|filemap_invalidate_|xfs_i)(?:try)?lock|^down_(?:read|write)/;
const DROPS = /^(?:inode_|filemap_invalidate_|xfs_i)unlock|^up_(?:read|write)/;

/** Whatever it is called, and waits for besides. */
const lockMove = (name: string): string[] =>
  TAKES.test(name) ? ['takes'] : DROPS.test(name) ? ['drops'] : [];

/** Functions in which other locks are taken and dropped before such a call than were before the patch. */
export function changedLayouts({ changed, edits }: Changes, before: Code, after: Code): ChangedReference[] {
  return changed.flatMap(({ beforeName, afterName }): ChangedReference[] => {
    const [old, now] = [callsBefore(before, beforeName), callsBefore(after, afterName)];
    const line = edits.find((edit) => edit.function === afterName)?.lines[0]?.line;
    if (afterName === null || line === undefined || old === null || now === null || old.calls === now.calls)
      return [];
    return [
      {
        function: afterName,
        line,
        reason: `what ${now.name}() waits for, and under which lock, is not modelled`,
      },
    ];
  });
}

/** The first of them in a function, and the calls of locks before it; null where there is none. */
function callsBefore(
  code: Code,
  name: string | null,
): { readonly name: string; readonly calls: string } | null {
  const instructions = (name === null ? null : code.function(name))?.instructions ?? [];
  const names = instructions.flatMap((one) =>
    one.kind === 'call' && one.callee.kind === 'name' ? [one.callee.name] : [],
  );
  const at = names.findIndex((one) => BREAKS.test(one));
  return at < 0
    ? null
    : {
        name: names[at]!,
        calls: stillHeld(names.slice(0, at).flatMap(lockMove)).join(),
      };
}

/** What was taken and dropped again says nothing of what is held afterwards. */
function stillHeld(moves: readonly string[]): readonly string[] {
  const held: string[] = [];
  for (const move of moves) {
    if (move === 'drops' && held.at(-1) === 'takes') held.pop();
    else held.push(move);
  }
  return held;
}
