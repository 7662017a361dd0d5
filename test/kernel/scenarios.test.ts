import { describe, expect, it } from 'vitest';
import { constant } from '../../server/src/kernel/constants.js';
import { decideCall, decideField, decidesCall, type Situation } from '../../server/src/kernel/decisions.js';
import { buildModel } from '../../server/src/kernel/model.js';
import { primitiveOf } from '../../server/src/kernel/primitives.js';
import { interestingStates, propertiesOf } from '../../server/src/kernel/properties.js';
import { scenariosOf } from '../../server/src/kernel/scenarios.js';
import { flags, int, ONE, pointer, ZERO, type Value } from '../../server/src/kernel/value.js';
import { evaluate } from '../../server/src/sim/expr.js';
import { CONFIGURATION, ROLE } from '../lower/c.js';

const ALL = [...scenariosOf('ext4'), ...scenariosOf('xfs')];

describe('scenarios', () => {
  it('have ids of their own', () => {
    expect(new Set(ALL.map(({ id }) => id)).size).toBe(ALL.length);
  });

  it.each(ALL.map((one) => [one.id, one] as const))(
    '%s has something to reach and nothing wrong at its start',
    (_, one) => {
      const model = buildModel(one.configuration, one.initial, one.actors);
      const start = (id: number): number => model.variables[id]!.initial;
      const { blockInHalves, blocksPerPage } = one.configuration;
      expect(one.initial.blocks).toHaveLength(blockInHalves ? 2 : blocksPerPage);
      const witnesses = interestingStates(model, one.actors);
      expect(witnesses.length).toBeGreaterThanOrEqual(one.actors.length);
      for (const { state } of witnesses) expect(evaluate(state, start)).toBe(0);
      const properties = propertiesOf(model, one);
      expect(properties.length).toBeGreaterThan(0);
      for (const { bad } of properties) expect(evaluate(bad, start)).toBe(0);
      for (const { initial, max } of model.variables) expect(initial >= 0 && initial <= max).toBe(true);
    },
  );
});

describe('what a scenario decides', () => {
  const situation = (entry: string, more: Partial<Situation> = {}): Situation => ({
    configuration: CONFIGURATION,
    role: ROLE,
    entry,
    ...more,
  });
  const nolock = { ...CONFIGURATION, dioreadNolock: true };
  const indirect = { ...nolock, extents: false };
  const aio = { ...ROLE, aio: true };

  it.each<[string, readonly string[], Situation, Value]>([
    ['iov_iter_rw', [], situation('ext4_dio_write'), ONE],
    ['iov_iter_rw', [], situation('ext4_dio_read'), ZERO],
    ['test_opt', ['inode->i_sb', 'DELALLOC'], situation('ext4_dio_read'), ONE],
    ['test_opt', ['sb', 'NODELALLOC'], situation('ext4_dio_read'), ZERO],
    ['ext4_should_dioread_nolock', ['inode'], situation('x', { configuration: nolock }), ONE],
    ['ext4_should_dioread_nolock', ['inode'], situation('x', { configuration: indirect }), ZERO],
    [
      'ext4_test_inode_flag',
      ['inode', 'EXT4_INODE_EXTENTS'],
      situation('x', { configuration: indirect }),
      ZERO,
    ],
    ['is_sync_kiocb', ['iocb'], situation('ext4_dio_write'), ONE],
    ['is_sync_kiocb', ['iocb'], situation('ext4_dio_write', { role: aio }), ZERO],
    ['is_sync_kiocb', ['iocb'], situation('ext4_buffered_read', { role: aio }), ONE],
  ])('%s(%o)', (name, args, where, expected) => {
    expect(decideCall(name, where, [], args)).toEqual(expected);
  });

  it('a mount option that it does not have is unknown', () => {
    expect(decideCall('test_opt', situation('x'), [], ['sb', 'BARRIER'])).toEqual({
      kind: 'unknown',
    });
  });

  it('nothing of calls that it has no row for', () => {
    expect(decideCall('schedule', situation('x'), [], [])).toBeNull();
  });

  it('takes no row from what every JavaScript object has', () => {
    expect(decidesCall('constructor')).toBe(false);
  });

  it('the tables of objects by file system and mount', () => {
    expect(decideField('address_space', 'a_ops', situation('x'))).toEqual(pointer('table:ext4_da_aops'));
    const nodelalloc = { ...CONFIGURATION, delalloc: false };
    expect(decideField('address_space', 'a_ops', situation('x', { configuration: nodelalloc }))).toEqual(
      pointer('table:ext4_aops'),
    );
    expect(decideField('inode', 'anything', situation('x'))).toBeNull();
  });

  it('no call that is a primitive: the primitive would never be reached, or the decision never asked', () => {
    const both = ['page_offset', 'i_size_read', 'kmalloc', 'ext4_journal_start', 'xfs_trans_alloc'];
    for (const sizeMoves of [false, true])
      expect(
        both.filter((name) => decidesCall(name, sizeMoves) && primitiveOf(name, [], sizeMoves) !== null),
      ).toEqual([]);
  });

  it('i_size where it does not move, and the place of the I/O by it where it does', () => {
    expect(decideCall('i_size_read', situation('x'), [], ['inode'])).not.toBeNull();
    const moving = situation('x', {
      configuration: { ...CONFIGURATION, blocksPerPage: 2, sizeAtStart: 1 },
      role: { ...ROLE, blocks: [1] },
    });
    expect(decideCall('i_size_read', moving, [], ['inode'])).toBeNull();
    expect(decideField('kiocb', 'ki_pos', moving)).toEqual(int(16384 + 2048));
    expect(decideField('ext4_inode_info', 'i_disksize', moving)).toEqual(int(16384 + 2048));
  });
});

describe('constants', () => {
  it.each<[string, Value | null]>([
    ['NULL', ZERO],
    ['EBUSY', int(16)],
    ['PAGE_SIZE', int(4096)],
    [
      'EXT4_GET_BLOCKS_IO_CREATE_EXT',
      flags('EXT4_GET_BLOCKS_PRE_IO', 'EXT4_GET_BLOCKS_UNWRIT_EXT', 'EXT4_GET_BLOCKS_CREATE'),
    ],
    ['SOME_FLAG', flags('SOME_FLAG')],
    ['get_block', null],
    ['Mixed', null],
  ])('%s', (name, expected) => {
    expect(constant(name)).toEqual(expected);
  });
});
