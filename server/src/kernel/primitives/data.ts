/** Where data moves: bios of direct I/O, page fills, copies between pages and user memory. */

import type { Assignment, Expr } from '../../sim/program.js';
import type { ActorRole } from '../configuration.js';
import {
  act,
  both,
  choose,
  anyOf,
  equals,
  exit,
  get,
  not,
  num,
  FORGET,
  object,
  option,
  register,
  to,
  TRUE,
  type Effect,
  type Fragment,
  type Item,
  type Option,
} from '../fragment.js';
import {
  CONTENT,
  EXTENT,
  ioBytes,
  ZERO_PAGE,
  type ActorVariables,
  type BlockVariables,
  type Model,
} from '../model.js';
import { flags, int, POSITIVE, ONE, truth, UNKNOWN, ZERO, type Value } from '../value.js';
import { underShared } from './locks.js';
import { cached, inserted, isFilled, stored } from './page-state.js';
import type { Primitive, PrimitiveCall } from './primitive.js';

const own = (call: PrimitiveCall): readonly { block: BlockVariables; got: number }[] =>
  call.role.blocks.map((index) => ({ block: call.model.blocks[index]!, got: call.self.got[index]! }));

const data = (call: PrimitiveCall): Expr => ({ kind: 'const', value: CONTENT.data + call.role.version });

/** Bytes of the actor's I/O. */
const length = ({ model: { configuration }, role }: PrimitiveCall): Value =>
  int(ioBytes(configuration, role));

/** The user buffer is used up: `iov_iter_count` is 0 from here on. */
const consumed = register('iter done', ONE);

/** fs/direct-io.c: what is waited for has ended, and its bio has given its reference back. */
const reaped = (call: PrimitiveCall): Effect =>
  object('dio', 'refcount', int(isLeftToCompletion(call) ? 2 : 1));

/** Whether the submitter goes on without its bio; iomap and fs/direct-io.c decide that before they submit one. */
const isLeftToCompletion = ({ role, storedAs, ofObject }: PrimitiveCall): boolean =>
  role.aio &&
  role.kind !== 'dio-completion' &&
  truth(storedAs('wait_for_completion')) !== true &&
  truth(ofObject('dio', 'is_async')) !== false;

/** The submitter goes on while its bio is on its way. */
export const IN_FLIGHT = 'bio in flight';
const LEFT_IN_FLIGHT = register(IN_FLIGHT, ONE);

/** fs/ext4/truncate.h: gives back what a write that failed has allocated behind EOF, which nobody else sees. */
function giveBack({ name, register: known }: PrimitiveCall): Fragment {
  if (truth(known(IN_FLIGHT)) !== true) return [exit(UNKNOWN)];
  return [
    {
      kind: 'not-modelled',
      reason: `what ${name}() takes away behind EOF, with a bio in flight, is not modelled`,
    },
  ];
}

/** A bio of zeros: what a write of part of a block leaves of it. Who does not wait for it leaves it to the completion. */
function zeroBio(call: PrimitiveCall): Fragment {
  const { model, role, self } = call;
  if (!model.configuration.blockInHalves) return [exit(UNKNOWN)];
  const zeroed =
    self.zeroes === null || !isLeftToCompletion(call)
      ? act('bio writes zeros to the rest of the block', restZeroed(model, role), 'release')
      : act('bio of zeros submitted', [to(self.zeroes, 1)], 'release');
  return [zeroed, exit(UNKNOWN)];
}

/** fs/direct-io.c: the zeros are pages of the write's own bio. */
const hasZeros = (call: PrimitiveCall): boolean => truth(call.register(ZEROS_IN_BIO)) === true;
const ZEROS_IN_BIO = 'zeros in the bio';
/** The next bio begins without. */
const NO_ZEROS = register(ZEROS_IN_BIO, ZERO);

const restZeroed = ({ blocks }: Model, { blocks: own }: ActorRole): Assignment[] =>
  blocks.filter((_, i) => !own.includes(i)).map(({ disk }) => to(disk, CONTENT.zeros));

/** The bio of a direct read or write; the disk is read or written later than the extent lookup, in a step of its own. */
function directBio(call: PrimitiveCall): Fragment {
  if (call.within.some((name) => name.includes('zero'))) return zeroBio(call);
  const legacy = call.within.includes('dio_bio_submit');
  const reference = legacy ? reaped(call) : object('iomap_dio', 'ref', int(2));
  const zeros = hasZeros(call);
  if (isLeftToCompletion(call)) {
    const { bio, zeroes } = call.self;
    const withIt = zeros && zeroes !== null ? [to(zeroes, 1)] : [];
    const text = zeros ? 'bio submitted, with zeros for the rest of the block' : 'bio submitted';
    return [
      act(text, [to(bio, 1), ...withIt], 'release'),
      exit(POSITIVE, consumed, reference, LEFT_IN_FLIGHT, ...(zeros ? [NO_ZEROS] : [])),
    ];
  }
  if (call.role.kind !== 'dio-write') {
    return [
      act(
        'bio reads the disk',
        own(call).map(({ block, got }) => to(got, get(block.disk))),
      ),
      exit(POSITIVE, consumed, reference),
    ];
  }
  const written = own(call).map(({ block }) => to(block.disk, data(call)));
  const rest = zeros ? restZeroed(call.model, call.role) : [];
  const text = zeros ? 'bio writes the disk, zeros to the rest of the block' : 'bio writes the disk';
  return [
    act(text, [...written, ...rest, to(call.self.bio, 2)], 'release'),
    exit(POSITIVE, consumed, reference, ...(zeros ? [NO_ZEROS] : [])),
  ];
}

/** User memory may be a mapping of the same file, and not there: the fault takes invalidate_lock. */
function touchesUserMemory(
  { model: { invalidateLock } }: PrimitiveCall,
  text: string,
  set: readonly Assignment[],
): Item {
  const { readers, writer, again } = invalidateLock;
  if (again === null) return act(text, set);
  const held = not(both(equals(readers, 0), equals(writer, 0)));
  const faults = `${text === '' ? '' : `${text}, `}may fault, with the mapping lock held`;
  return choose('none', option(text, not(held), set), option(faults, held, [...set, to(again.id, 1)]));
}

function directHole(call: PrimitiveCall): Fragment {
  return [
    touchesUserMemory(
      call,
      'zeros to the buffer',
      own(call).map(({ got }) => to(got, CONTENT.zeros)),
    ),
    exit(length(call), consumed, object('iomap_dio', 'size', length(call))),
  ];
}

/**
 * Reads every block of the locked page that it holds nothing for: looks its extent up, then a hole gives zeros and a
 * bio reads the rest later. Nobody looks at the page before it is up to date, so zeroing goes with the lookup and the
 * end of the bio with its read.
 */
function fillPage(call: PrimitiveCall): Item[] {
  const { model } = call;
  const done = [to(model.uptodate, 1), to(model.locked, 0)];
  const last = model.blocks.length - 1;
  return model.blocks.flatMap((block, i): Item[] => {
    const finish = i === last ? done : [];
    const text = i === last ? ', page uptodate, unlocked' : '';
    const zeroed = i === last ? [act('page uptodate, unlocked', done, 'release')] : [];
    const fromDisk = act(
      `bio reads the disk${text}`,
      [to(block.page, get(block.disk)), ...finish],
      'release',
    );
    const zeros = [to(block.page, CONTENT.zeros)];
    const mapped = equals(block.extent, EXTENT.mapped);
    const empty = not(isFilled(block));
    const found = (...items: Fragment): Option =>
      option('looks up: mapped', both(empty, mapped), [], ...items);
    const hole = option('looks up: not written, zeros', both(empty, not(mapped)), zeros, ...zeroed);
    const filled = option('block is up to date', isFilled(block), [], ...zeroed);
    const beyond = beyondEof(call, i);
    if (beyond === null) return [choose('none', found(fromDisk), hole, filled)];
    const past = option('beyond EOF, zeros', both(empty, beyond), zeros, ...zeroed);
    const inside = (...items: Fragment): Option =>
      option('inside EOF', both(empty, not(beyond)), [], ...items);
    // iomap_block_needs_zeroing() looks at i_size when the extent is known, do_mpage_readpage() before it asks for it.
    return call.name.startsWith('iomap')
      ? [choose('none', found(choose('none', inside(fromDisk), past)), hole, filled)]
      : [choose('none', inside(choose('none', found(fromDisk), hole)), past, filled)];
  });
}

/** Whether the block lies beyond i_size; null where that does not move. */
const beyondEof = ({ model: { size } }: PrimitiveCall, block: number): Expr | null =>
  size === null ? null : not({ kind: 'binary', op: '<', left: num(block), right: get(size) });

/**
 * page_cache_ra_unbounded() takes invalidate_lock shared, from 5.15 on. Its release is not known here; the functions that
 * come to it have their names since 5.10, and filemap_get_pages() since 5.12. A fault comes to it as well; before 5.15 the
 * file systems held a lock of their own around that.
 */
const takesInvalidateLock = ({ name, within }: PrimitiveCall): boolean =>
  /^(?:page_cache_a?sync_ra|do_sync_mmap_readahead)$/.test(name) || within.includes('filemap_get_pages');

/**
 * Readahead: adds the page if it is not there and fills it; an existing page is left alone, and none is added beyond
 * EOF (__do_page_cache_readahead()).
 */
function readAhead(call: PrimitiveCall): Fragment {
  const { model } = call;
  const beyond = beyondEof(call, 0);
  const added = choose(
    'full',
    option('page added, locked', not(cached(model)), inserted(model), ...fillPage(call)),
    option('page already cached', cached(model), []),
  );
  return [
    ...(beyond === null
      ? []
      : [choose('none', option('beyond EOF', beyond, [], exit(UNKNOWN)), option('', not(beyond), []))]),
    ...(takesInvalidateLock(call) ? underShared(model.invalidateLock, [added]) : [added]),
    exit(UNKNOWN),
  ];
}

/** Of the page cache, as it is at that moment. */
export const copyToUser = (call: PrimitiveCall): Fragment => [
  touchesUserMemory(
    call,
    'copies the page to the reader',
    own(call).map(({ block, got }) => to(got, get(block.page))),
  ),
  exit(length(call), consumed),
];

const copyFromUser = (call: PrimitiveCall): Fragment => [
  act('data into the page', [...own(call).map(({ block }) => to(block.page, data(call))), ...stored(call)]),
  exit(length(call), consumed),
];

const bool = (value: boolean): Value => (value ? ONE : ZERO);

/**
 * The part of a completion that runs before any C of the path: the device has done the bio of the submitter, whose
 * `dio->flags` (of fs/direct-io.c: `dio->private`) say that the extent was unwritten when it was submitted to one.
 */
const asyncBio = (call: PrimitiveCall): Fragment =>
  call.role.version === 0 ? asyncReadBio(call) : asyncWriteBio(call);

/** What a completion finds in its dio, read or write: of fs/iomap/direct-io.c, of fs/direct-io.c, and the bio itself. */
const completedDio = (call: PrimitiveCall, error: Value): readonly Effect[] => [
  object('iomap_dio', 'size', length(call)),
  object('iomap_dio', 'error', error),
  object('iomap_dio', 'ref', ONE),
  object('iomap_dio', 'wait_for_completion', ZERO),
  object('dio', 'result', length(call)),
  object('dio', 'io_error', error),
  object('dio', 'page_errors', ZERO),
  object('dio', 'refcount', ONE),
  object('dio', 'flags', ZERO),
  // What went wrong is in dio->error already.
  object('bio', 'bi_status', ZERO),
  object('bio', 'bi_error', ZERO),
];

function asyncReadBio(call: PrimitiveCall): Fragment {
  const submitter = call.model.actors[call.actor - 1]!;
  const read = own(call).map(({ block, got }) => to(got, get(block.disk)));
  const dio = (error: Value): Item =>
    exit(
      UNKNOWN,
      object('iomap_dio', 'flags', ZERO),
      ...completedDio(call, error),
      object('iomap_dio', 'dops', ZERO),
      object('iomap_dio', 'end_io', ZERO),
      object('dio', 'op', flags('REQ_OP_READ')),
      object('dio', 'end_io', ZERO),
      object('dio', 'private', ZERO),
      object('dio', 'defer_completion', ZERO),
    );
  const submitted = equals(submitter.bio, 1);
  return [
    choose(
      'acquire',
      option('bio reads the disk', submitted, [to(submitter.bio, 2), ...read], dio(ZERO)),
      ...failedBio(call, submitted, dio),
    ),
  ];
}

/** The device reports an error: the data has not moved. */
function failedBio({ model, actor, role }: PrimitiveCall, when: Expr, dio: (error: Value) => Item): Option[] {
  if (!role.faults) return [];
  return [option('bio fails', when, [to(model.actors[actor - 1]!.bio, 2)], dio(int(-5)))];
}

function asyncWriteBio(call: PrimitiveCall): Fragment {
  const submitter = call.model.actors[call.actor - 1]!;
  const blocks = own(call);
  const written = [
    to(submitter.bio, 2),
    ...blocks.map(({ block }) => to(block.disk, data(call))),
    ...zerosWithIt(call, submitter),
  ];
  // What is counted was unwritten when it was submitted, whoever has converted it since.
  const counted = submitter.unwritten === null ? num(0) : equals(submitter.unwritten, 1);
  const unwritten = anyOf([...blocks.map(({ block }) => equals(block.extent, EXTENT.unwritten)), counted]);
  const submitted = equals(submitter.bio, 1);
  const dio = (error: Value, ...names: string[]): Item =>
    exit(
      UNKNOWN,
      object('iomap_dio', 'flags', flags('IOMAP_DIO_WRITE', ...names)),
      ...completedDio(call, error),
      object('dio', 'op', flags('REQ_OP_WRITE')),
      object('dio', 'private', bool(names.length > 0)),
      object('dio', 'defer_completion', bool(names.length > 0)),
    );
  return [
    choose(
      'acquire',
      option('bio writes the disk', both(submitted, unwritten), written, dio(ZERO, 'IOMAP_DIO_UNWRITTEN')),
      option('bio writes the disk', both(submitted, not(unwritten)), written, dio(ZERO)),
      ...failedBio(call, submitted, (error) => dio(error, 'IOMAP_DIO_UNWRITTEN')),
    ),
  ];
}

/** The submitter's bio of zeros is done when its data is, in no order that anybody sees. */
const zerosWithIt = ({ model, role }: PrimitiveCall, { zeroes }: ActorVariables): Assignment[] => {
  if (zeroes === null) return [];
  return restZeroed(model, role).map(({ id, value }) =>
    to(id, { kind: 'if', condition: get(zeroes), then: value, else: get(id) }),
  );
};

export const DATA: readonly Primitive[] = [
  {
    names: ['ext4_truncate_failed_write'],
    about: [
      'Gives back what a failed write has allocated behind EOF',
      'No bio of the write may be in flight.',
    ],
    fragment: giveBack,
  },
  {
    names: ['iomap_dio_submit_bio'],
    about: [
      'Submits the bio of a direct read or write',
      'The disk is read or written later than the extent lookup.',
    ],
    fragment: directBio,
  },
  {
    names: ['submit_bio'],
    about: ['Submits a bio', 'The disk is read or written later.'],
    fragment: (call) =>
      call.within.some((name) => /^(?:iomap_dio|dio_bio_submit$)/.test(name))
        ? directBio(call)
        : [exit(UNKNOWN)],
  },
  {
    names: ['bio_add_page'],
    when: ([, page]) => page === 'sdio->cur_page',
    looksAt: [1],
    about: ['Adds a page of the user buffer, or one of zeros, to the bio', 'No look at shared state.'],
    fragment: ({ args: [, page] }) => [
      exit(
        UNKNOWN,
        ...(page?.kind === 'pointer' && page.to === ZERO_PAGE ? [register(ZEROS_IN_BIO, ONE)] : []),
      ),
    ],
  },
  {
    names: ['return to user space'],
    landmark: true,
    about: ['The system call returns', 'Fully ordered against the next one of the same task.'],
    fragment: ({ self, args }) => [
      choose('full', option('', TRUE, [to(self.returned, args[0]?.kind === 'int' ? args[0].value : 1)])),
      exit(UNKNOWN, FORGET),
    ],
  },
  {
    names: ['bio_iov_iter_get_pages'],
    about: ['Takes the pages of the user buffer into the bio', 'The buffer is used up from here on.'],
    fragment: (call) => [
      ...(call.model.invalidateLock.again === null ? [] : [touchesUserMemory(call, '', [])]),
      exit(ZERO, consumed),
    ],
  },
  {
    names: ['iomap_dio_hole_actor', 'iomap_dio_hole_iter', 'iov_iter_zero'],
    about: ['Gives zeros to the user buffer', 'No bio.'],
    fragment: directHole,
  },
  {
    names: ['zero_user'],
    about: ['Zeroes a page', 'In do_direct_IO() a page of the user buffer.'],
    fragment: (call) => (call.within.includes('do_direct_IO') ? directHole(call) : [exit(UNKNOWN)]),
  },
  {
    names: ['bio of the submitter'],
    about: ['The device completes the bio', 'What its submitter did before submit_bio() is seen here.'],
    fragment: asyncBio,
  },
  {
    names: [
      'ext4_mpage_readpages',
      'mpage_readpage',
      'mpage_read_folio',
      'mpage_readpages',
      'mpage_readahead',
      'iomap_readpage',
      'iomap_read_folio',
      'iomap_readpages',
      'iomap_readahead',
    ],
    about: [
      'Fills a page from the extent map and the disk',
      'The lookup and the disk read are separate; the page is locked throughout.',
    ],
    fragment: (call) =>
      /readpages$|readahead$/.test(call.name) &&
      call.within.some((name) => /readahead|ra_|force_page/.test(name))
        ? readAhead(call)
        : [...fillPage(call), exit(ZERO)],
  },
  {
    names: [
      'page_cache_sync_readahead',
      'page_cache_async_readahead',
      'page_cache_sync_ra',
      'page_cache_async_ra',
      'do_sync_mmap_readahead',
      'force_page_cache_readahead',
    ],
    about: ['Reads a page that is not cached yet', 'The page is locked until it is filled.'],
    fragment: readAhead,
  },
  {
    names: ['copy_page_to_iter', 'copy_folio_to_iter'],
    about: ['Copies the cached page to the reader', 'Without the page lock.'],
    fragment: copyToUser,
  },
  {
    names: ['iov_iter_copy_from_user_atomic', 'copy_page_from_iter_atomic', 'copy_folio_from_iter_atomic'],
    about: ['Copies user data into the page', 'Under the page lock.'],
    fragment: copyFromUser,
  },
];
