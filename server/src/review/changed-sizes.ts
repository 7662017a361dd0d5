/**
 * Which size is asked for: i_disksize follows i_size when writeback or the end of a direct write has moved it, and ext4
 * may find a block below the one and above the other. Scenarios have no such block, so that one in the place of the other
 * is said.
 */

import type { Changes, Edit } from '../source/merged.js';
import type { ChangedReference } from './changed-references.js';

const SIZE = /\bi_size(?:_read)?\b/;
const DISK_SIZE = /\bi_disksize\b/;

/** Conditions in which the one takes the place of the other. */
export function changedSizes({ edits }: Changes): ChangedReference[] {
  return edits.flatMap((edit): ChangedReference[] => {
    const [old, now] = [sizeAsked(edit, 'removed'), sizeAsked(edit, 'added')];
    const line = edit.lines.find(({ kind, text }) => kind === 'added' && sizeIn(text) === now)?.line;
    if (old === null || now === null || old === now || line === undefined) return [];
    const reason = `${edit.function}() asks for ${now} where it asked for ${old}, and that the two may differ is not modelled`;
    return [{ function: edit.function, line, reason }];
  });
}

/** Null where an edit has no condition on that side, or one that asks for neither or both. */
function sizeAsked({ lines }: Edit, side: 'removed' | 'added'): string | null {
  const text = lines.flatMap((line) => (line.kind === side ? [line.text] : [])).join('\n');
  return /\b(?:if|while)\s*\(/.test(text) ? sizeIn(text) : null;
}

function sizeIn(text: string): string | null {
  const [size, diskSize] = [SIZE.test(text), DISK_SIZE.test(text)];
  if (size === diskSize) return null;
  return size ? 'i_size' : 'i_disksize';
}
