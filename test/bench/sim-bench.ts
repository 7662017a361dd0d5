/**
 * The simulator beside Spin on the same model, in the same run. Bundle with esbuild and run, or call `benchSimulator`.
 */

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { explore } from '../../server/src/sim/explore.js';
import { toPromela } from '../../server/src/sim/promela.js';
import type { Program } from '../../server/src/sim/program.js';
import { search } from '../../server/src/sim/search.js';
import { buildMachine } from '../../server/src/sim/machine.js';
import { Reduction } from '../../server/src/sim/reduction.js';
import { StateSet } from '../../server/src/sim/state-set.js';
import { twoPages } from './two-pages.js';

const MAX_STATES = 50_000_000;
const SPIN_MEGABYTES = 8000;

interface Measured {
  readonly name: string;
  readonly states: number;
  /** Processor seconds of this process; what pan measures of itself. */
  readonly seconds: number;
  /** All memory that the search holds at its end, per state. */
  readonly bytesPerState: number;
}

/** Lines to print: one for each engine, then the ratios. */
export async function benchSimulator(): Promise<string[]> {
  const program = twoPages({
    readers: [
      [0, 1],
      [0, 1],
    ],
    faulters: [0, 1],
  });
  const full = measure('sim, all states', program, false);
  const reduced = measure('sim, reduced', program, true);
  const spin = measureSpin(program);
  return [
    'two pages, two direct readers, two faulters and a flusher, repeating for ever',
    line('', 'states', 'seconds', 'states/s', 'bytes/state'),
    ...[full, reduced, ...(typeof spin === 'string' ? [] : [spin])].map(row),
    ...(typeof spin === 'string' ? [spin] : ratios(reduced, spin)),
    ...smallPrograms(),
  ];
}

function measure(name: string, program: Program, reduction: boolean): Measured {
  const machine = buildMachine(program, 'sc', reduction);
  const states = new StateSet();
  states.reset(machine.words);
  const questions = { properties: [...machine.bad.keys()], witnesses: [], deadlock: true };
  const before = process.cpuUsage();
  const found = search(
    machine,
    states,
    reduction ? new Reduction(program, machine.actors) : null,
    questions,
    MAX_STATES,
  );
  const { user, system } = process.cpuUsage(before);
  if (found.truncated) throw new Error('the model of the bench is too large');
  const seconds = (user + system) / 1e6;
  return { name, states: states.count, seconds, bytesPerState: states.bytes / states.count };
}

/** Many small explorations, as a check makes them: the price of one, machine and all. */
function smallPrograms(): string[] {
  const program = twoPages({ readers: [[0]], faulters: [0] });
  const runs = 100;
  const start = process.hrtime.bigint();
  let states = 0;
  for (let run = 0; run < runs; run++) {
    states += explore(program, {
      memory: 'sc',
      reduction: true,
      maxStates: MAX_STATES,
      deadlock: true,
    }).states;
  }
  const milliseconds = Number(process.hrtime.bigint() - start) / 1e6;
  return [`${runs} explorations of ${states / runs} states: ${(milliseconds / runs).toFixed(2)} ms each`];
}

/** What Spin says of the same model, or why it was not asked. */
function measureSpin(program: Program): Measured | string {
  for (const tool of ['spin', 'gcc']) {
    if (spawnSync(tool, [tool === 'spin' ? '-V' : '--version']).error !== undefined)
      return `no ${tool}: not compared`;
  }
  const folder = mkdtempSync(join(tmpdir(), 'dio-ordering-spin-'));
  const run = (command: string, args: readonly string[]) =>
    execFileSync(command, args, {
      cwd: folder,
      encoding: 'utf8',
      maxBuffer: 1 << 26,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  try {
    writeFileSync(join(folder, 'model.pml'), toPromela(program, program.properties[0]!));
    run('spin', ['-a', 'model.pml']);
    run('gcc', ['-O2', '-DSAFETY', `-DMEMLIM=${SPIN_MEGABYTES}`, '-o', 'pan', 'pan.c']);
    return parsePan(run('./pan', ['-m2000000', '-w22']), folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function parsePan(output: string, folder: string): Measured {
  const number = (pattern: RegExp): number => Number(pattern.exec(output)?.[1] ?? NaN);
  const states = number(/^\s*([\d.e+]+) states, stored/m);
  if (!Number.isFinite(states)) throw new Error(`pan in ${folder} did not finish:\n${output}`);
  const megabytes = number(/([\d.]+)\s+total actual memory usage/);
  return {
    name: 'spin',
    states,
    seconds: number(/elapsed time ([\d.e+-]+) seconds/),
    bytesPerState: (megabytes * 2 ** 20) / states,
  };
}

function ratios(ours: Measured, spin: Measured): string[] {
  const rate = (one: Measured) => one.states / one.seconds;
  return [
    `against spin: ${(ours.states / spin.states).toFixed(2)} of its states, ` +
      `${(rate(ours) / rate(spin)).toFixed(2)} times its states/s, ` +
      `${(ours.seconds / spin.seconds).toFixed(2)} of its time`,
  ];
}

function row({ name, states, seconds, bytesPerState }: Measured): string {
  const rate = Math.round(states / seconds).toLocaleString('en');
  return line(name, states.toLocaleString('en'), seconds.toFixed(2), rate, bytesPerState.toFixed(1));
}

function line(name: string, ...cells: readonly string[]): string {
  return name.padEnd(18) + cells.map((cell) => cell.padStart(13)).join('');
}
