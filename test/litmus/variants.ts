/** Variants of a litmus test: what stands at one of its `slot` comments, or how the accesses beside it are made. */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Judgement, type MemoryModel, type Observation, judge } from '../../server/src/litmus/judge.js';
import { readLitmus } from '../../server/src/litmus/read.js';
import type { LitmusTest } from '../../server/src/litmus/syntax.js';

export type Order =
  | 'none'
  | 'mb'
  | 'rmb'
  | 'wmb'
  | 'after-atomic'
  | 'barrier'
  | 'acquire'
  | 'release'
  | 'data'
  | 'address'
  | 'control';

export function fixture(name: string): string {
  return readFileSync(fileURLToPath(new URL(`fixtures/${name}.litmus`, import.meta.url)), 'utf8');
}

/** `text` with `order` between the accesses before and after its slot. */
export function withOrder(text: string, slot: number, order: Order): string {
  const lines = text.split('\n');
  const at = lines.findIndex((line) => line.includes(`/* slot ${slot} */`));
  const change = (line: number, from: RegExp, to: string) => {
    const changed = lines[line]!.replace(from, to);
    if (changed === lines[line]) throw new Error(`no ${order} here: ${lines[line]}`);
    lines[line] = changed;
  };
  switch (order) {
    case 'none':
      break;
    case 'mb':
    case 'rmb':
    case 'wmb':
      lines[at] = `\tsmp_${order}();`;
      break;
    case 'after-atomic':
      lines[at] = '\tsmp_mb__after_atomic();';
      break;
    case 'barrier':
      lines[at] = '\tbarrier();';
      break;
    case 'acquire':
      change(at - 1, /READ_ONCE\(\*(\w+)\)/, 'smp_load_acquire($1)');
      break;
    case 'release':
      change(at + 1, /WRITE_ONCE\(\*(\w+), (.+)\)/, 'smp_store_release($1, $2)');
      break;
    case 'data':
      change(at + 1, /(WRITE_ONCE\(\*\w+, .+)\)/, '$1 + r0 - r0)');
      break;
    case 'address':
      change(at + 1, /ONCE\(\*(\w+)/, 'ONCE(*($1 + (r0 & 0))');
      break;
    case 'control':
      change(at + 1, /\t/, '\tif (r0 >= 0) ');
  }
  return lines.join('\n');
}

export function testOf(text: string): LitmusTest {
  const read = readLitmus(text);
  if (read.kind !== 'test') throw new Error(JSON.stringify(read));
  return read.test;
}

export function judged(text: string, memory: MemoryModel = 'lkmm'): Judgement {
  return judge(testOf(text), memory);
}

export function observe(text: string, memory: MemoryModel = 'lkmm'): Observation {
  const judgement = judged(text, memory);
  if (judgement.kind !== 'observation') throw new Error(JSON.stringify(judgement));
  return judgement;
}
