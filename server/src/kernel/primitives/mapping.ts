/** Mappings of the page into processes: made by faults, used by stores, taken away by who drops or writes the page. */

import type { Assignment } from '../../sim/program.js';
import { act, anyOf, choose, equals, exit, not, option, to } from '../fragment.js';
import { CONTENT, PTE } from '../model.js';
import { flags, ONE, UNKNOWN, ZERO } from '../value.js';
import { cached, current, lookedUp, stored, unmapped } from './page-state.js';
import type { Primitive, PrimitiveCall } from './primitive.js';

/** do_read_fault() maps for reading: nothing is stored through it, and only one of a dropped page shows what it should not. */
const mapped = ({ role, self }: PrimitiveCall, pte: number): Assignment[] =>
  role.kind === 'read-fault' && pte === PTE.page ? [] : [to(self.pte, pte)];

const userData = (call: PrimitiveCall): Assignment[] => [
  ...call.role.blocks.map((block) => to(call.model.blocks[block]!.page, CONTENT.data + call.role.version)),
  ...stored(call),
];

export const MAPPING: readonly Primitive[] = [
  {
    names: ['unmap_mapping_folio', 'unmap_mapping_page'],
    about: ['Unmaps the page from processes', 'Later accesses fault.'],
    fragment: ({ model }) => [act('', unmapped(model)), exit(UNKNOWN)],
  },
  {
    names: ['finish_fault', 'alloc_set_pte', 'do_set_pte'],
    about: [
      'Maps the page, for a write fault writable',
      'It does not look whether the page is still in the file.',
    ],
    fragment: (call) => {
      const there = lookedUp(call) ? current(call) : cached(call.model);
      return [
        choose(
          'none',
          option('page mapped', there, mapped(call, PTE.page), exit(ZERO)),
          option('maps a page dropped meanwhile', not(there), mapped(call, PTE.dropped), exit(ZERO)),
        ),
      ];
    },
  },
  {
    names: ['wp_page_reuse', 'finish_mkwrite_fault'],
    about: [
      'Makes the mapping of the page writable',
      'Unless it has changed: who drops a page unmaps it first.',
    ],
    fragment: (call) => [
      choose(
        'none',
        option('page mapped', cached(call.model), mapped(call, PTE.page), exit(ZERO)),
        option('unmapped meanwhile', not(cached(call.model)), [], exit(flags('VM_FAULT_NOPAGE'))),
      ),
    ],
  },
  {
    names: ['folio_mkclean', 'page_mkclean'],
    about: [
      'Write-protects the mappings of the page: the next store faults',
      'Returns whether one of them was writable.',
    ],
    fragment: ({ model }) => {
      const writable = anyOf(model.actors.map(({ pte }) => equals(pte, PTE.page)));
      return [
        choose(
          'none',
          option('was writable', writable, unmapped(model), exit(ONE)),
          option('was not', not(writable), [], exit(ZERO)),
        ),
      ];
    },
  },
  {
    names: ['user_store'],
    about: ['The process stores to its mapping', 'Faults again when the page was unmapped meanwhile.'],
    fragment: (call) => [
      choose(
        'full',
        option('user stores data', equals(call.self.pte, PTE.page), userData(call), exit(ONE)),
        option(
          'user stores data to a dropped page',
          equals(call.self.pte, PTE.dropped),
          stored(call),
          exit(ONE),
        ),
        option('faults again', equals(call.self.pte, PTE.none), [], exit(ZERO)),
      ),
    ],
  },
];
