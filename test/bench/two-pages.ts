/**
 * The model that the simulator is measured on: two pages of one file, direct readers, write faulters and a flusher
 * that repeat for ever.
 *
 * The steps are those of iomap_dio_rw with the invalidation that reads do up to 5.8, of block_page_mkwrite with
 * an unwritten allocation, and of write_cache_pages with the conversion at the end of the I/O.
 */

import { TRUE, add, and, constant, is, not, sub, variable } from '../../server/src/sim/expr.js';
import type { Actor, Expr, Program, Variable, VariableId } from '../../server/src/sim/program.js';
import { Path, set } from './path.js';

const HOLE = 0;
const UNWRITTEN = 1;
const MAPPED = 2;

interface Page {
  readonly cached: VariableId;
  readonly locked: VariableId;
  readonly dirty: VariableId;
  readonly writeback: VariableId;
  readonly block: VariableId;
  /** What the disk holds: 0 never written, 1 data. */
  readonly disk: VariableId;
}

interface File {
  readonly nrpages: VariableId;
  readonly dioCount: VariableId;
  readonly pages: readonly Page[];
}

export interface Cast {
  /** By direct reader: the pages that it reads, in order. */
  readonly readers: readonly (readonly number[])[];
  /** By faulter: the page that it writes to. */
  readonly faulters: readonly number[];
}

export function twoPages({ readers, faulters }: Cast): Program {
  const variables: Variable[] = [];
  const declare = (name: string, max: number, owner: number | null = null): VariableId =>
    variables.push({ name, initial: 0, max, owner }) - 1;
  const file = declareFile(declare, readers.length);
  const exposed = readers.map((_, actor) => declare(`exposed${actor}`, 1, actor));
  const seen = readers.map((_, actor) => declare(`seen${actor}`, MAPPED, actor));
  const found = declare('found', 1, readers.length + faulters.length);
  return {
    variables,
    actors: [
      ...readers.map((range, i) => reader(`reader${i}`, file, range, seen[i]!, exposed[i]!)),
      ...faulters.map((page, i) => faulter(`faulter${i}`, file, file.pages[page]!)),
      flusher(file, found),
    ],
    properties: exposed.map((id, i) => ({ id: `stale-read-${i}`, bad: is(id, 1) })),
    witnesses: [{ id: 'all-mapped', state: and(...file.pages.map(({ block }) => is(block, MAPPED))) }],
  };
}

function declareFile(declare: (name: string, max: number) => VariableId, readers: number): File {
  return {
    nrpages: declare('nrpages', 2),
    dioCount: declare('i_dio_count', readers),
    pages: [0, 1].map((page) => ({
      cached: declare(`cached${page}`, 1),
      locked: declare(`locked${page}`, 1),
      dirty: declare(`dirty${page}`, 1),
      writeback: declare(`writeback${page}`, 1),
      block: declare(`block${page}`, MAPPED),
      disk: declare(`disk${page}`, 1),
    })),
  };
}

const plus = (id: VariableId, n: 1 | -1) => ({
  id,
  value: n === 1 ? add(variable(id), constant(1)) : sub(variable(id), constant(1)),
});

/** Flush, begin, invalidate, look up, read, end; `seen` is the last value loaded. */
function reader(
  name: string,
  file: File,
  range: readonly number[],
  seen: VariableId,
  exposed: VariableId,
): Actor {
  const path = new Path();
  const pages = range.map((page) => file.pages[page]!);
  const first = range[0]!;
  path.load('start', file.nrpages, seen, 'begin', `flush${first}`);
  path.rmw('begin', 'relaxed', file.dioCount, (count) => add(count, constant(1)), 'cached?');
  path.load('cached?', file.nrpages, seen, `lookup${first}`, `drop${first}`);
  path.rmw('end', 'full', file.dioCount, (count) => sub(count, constant(1)), 'start');
  pages.forEach((page, i) => {
    const [n, after] = [range[i]!, range[i + 1]];
    flushPage(path, page, n, seen, after === undefined ? 'begin' : `flush${after}`);
    dropPage(path, file, page, n, seen, after === undefined ? `lookup${first}` : `drop${after}`);
    readPage(path, page, n, seen, exposed, after === undefined ? 'end' : `lookup${after}`);
  });
  return path.actor(name, 'start');
}

/** filemap_write_and_wait_range for one page: write back if it is dirty, then wait. */
function flushPage(path: Path, page: Page, n: number, seen: VariableId, next: string): void {
  path.load(`flush${n}`, page.dirty, seen, `wait${n}`, `flush-lock${n}`);
  writeBack(path, page, `flush-lock${n}`, `wait${n}`);
  path.atomic(`wait${n}`, 'none', is(page.writeback, 0), [], next);
}

/** Lock, recheck, set writeback and clear dirty with the unlock; the data, the conversion and the end of writeback later. */
function writeBack(path: Path, page: Page, lock: string, next: string): void {
  const clean: Expr = is(page.dirty, 0);
  const begin = [set(page.dirty, 0), set(page.writeback, 1), set(page.locked, 0)];
  lockPage(path, page, lock, `${lock} recheck`);
  path.either(`${lock} recheck`, 'release', clean, [[set(page.locked, 0)], next], [begin, `${lock} write`]);
  path.atomic(`${lock} write`, 'full', TRUE, [set(page.disk, 1)], `${lock} convert`);
  path.atomic(`${lock} convert`, 'full', TRUE, [set(page.block, MAPPED)], `${lock} end`);
  path.atomic(`${lock} end`, 'release', TRUE, [set(page.writeback, 0)], next);
}

function lockPage(path: Path, page: Page, label: string, next: string): void {
  path.atomic(label, 'acquire', is(page.locked, 0), [set(page.locked, 1)], next);
}

/** invalidate_inode_pages2_range for one page. A page that is dirty again stays. */
function dropPage(path: Path, file: File, page: Page, n: number, seen: VariableId, next: string): void {
  const drop = [set(page.cached, 0), plus(file.nrpages, -1), set(page.locked, 0)];
  path.load(`drop${n}`, page.cached, seen, next, `drop-lock${n}`);
  lockPage(path, page, `drop-lock${n}`, `drop-wait${n}`);
  path.atomic(`drop-wait${n}`, 'none', is(page.writeback, 0), [], `drop-remove${n}`);
  const clean = and(is(page.cached, 1), is(page.dirty, 0));
  path.either(`drop-remove${n}`, 'release', clean, [drop, next], [[set(page.locked, 0)], next]);
}

/** The extent lookup, and the bio that reads the disk later when the extent is mapped. */
function readPage(
  path: Path,
  page: Page,
  n: number,
  seen: VariableId,
  exposed: VariableId,
  next: string,
): void {
  path.load(`lookup${n}`, page.block, seen, next, `mapped?${n}`);
  path.either(`mapped?${n}`, 'none', is(seen, MAPPED), [[], `bio${n}`], [[], next]);
  path.load(`bio${n}`, page.disk, seen, `stale${n}`, next);
  path.atomic(`stale${n}`, 'none', TRUE, [set(exposed, 1)], next);
}

/** Lock (filling the page if need be), allocate unwritten, set dirty, unlock. */
function faulter(name: string, file: File, page: Page): Actor {
  const path = new Path();
  lockPage(path, page, 'fault', 'fill');
  const fill = [set(page.cached, 1), plus(file.nrpages, 1)];
  path.either('fill', 'none', is(page.cached, 0), [fill, 'get_block'], [[], 'get_block']);
  path.either(
    'get_block',
    'none',
    is(page.block, HOLE),
    [[set(page.block, UNWRITTEN)], 'dirty'],
    [[], 'dirty'],
  );
  path.atomic('dirty', 'none', TRUE, [set(page.dirty, 1)], 'stable');
  path.atomic('stable', 'none', is(page.writeback, 0), [], 'unlock');
  path.atomic('unlock', 'release', TRUE, [set(page.locked, 0)], 'fault');
  return path.actor(name, 'fault');
}

/** Looks for dirty pages without a lock, one page after the other, for ever. */
function flusher(file: File, found: VariableId): Actor {
  const path = new Path();
  file.pages.forEach((page, n) => {
    const next = `find${(n + 1) % file.pages.length}`;
    path.load(`find${n}`, page.dirty, found, next, `lock${n}`);
    lockPage(path, page, `lock${n}`, `busy?${n}`);
    const wait = and(is(page.dirty, 1), is(page.writeback, 1));
    path.either(`busy?${n}`, 'none', not(wait), [[], `recheck${n}`], [[], `busy${n}`]);
    path.atomic(`busy${n}`, 'none', is(page.writeback, 0), [], `recheck${n}`);
    const begin = [set(page.dirty, 0), set(page.writeback, 1), set(page.locked, 0)];
    path.either(
      `recheck${n}`,
      'release',
      is(page.dirty, 0),
      [[set(page.locked, 0)], next],
      [begin, `write${n}`],
    );
    path.atomic(`write${n}`, 'full', TRUE, [set(page.disk, 1)], `convert${n}`);
    path.atomic(`convert${n}`, 'full', TRUE, [set(page.block, MAPPED)], `end${n}`);
    path.atomic(`end${n}`, 'release', TRUE, [set(page.writeback, 0)], next);
  });
  return path.actor('flusher', 'find0');
}
