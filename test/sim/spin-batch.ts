/**
 * Many programs as one Promela model, so that Spin and gcc run once for all of them: the model begins with a free
 * choice of the program, and says which property of which program some state violates.
 */

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { variablesOf } from '../../server/src/sim/expr.js';
import type { Expr, Program, VariableId } from '../../server/src/sim/program.js';
import { type PromelaNames, promelaExpr, promelaSteps } from '../../server/src/sim/promela.js';

/** What some state of a program is: ids of properties and witnesses, and `deadlock`. */
export type Found = ReadonlySet<string>;

export const DEADLOCK = 'deadlock';

/** Why there is no Spin to ask, or null. */
export function whyNoSpin(): string | null {
  if (spawnSync('spin', ['-V']).error !== undefined) return 'spin is not installed';
  return spawnSync('gcc', ['--version']).error === undefined ? null : 'gcc is not installed';
}

/** By program: what Spin finds. */
export function askSpin(programs: readonly Program[]): Found[] {
  const folder = mkdtempSync(join(tmpdir(), 'dio-ordering-spin-'));
  const run = (command: string, args: readonly string[]) =>
    execFileSync(command, args, {
      cwd: folder,
      encoding: 'utf8',
      maxBuffer: 1 << 26,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  try {
    writeFileSync(join(folder, 'batch.pml'), batchModel(programs));
    run('spin', ['-a', 'batch.pml']);
    run('gcc', ['-O0', '-w', '-DSAFETY', '-DNOREDUCE', '-o', 'pan', 'pan.c']);
    const output = run('./pan', ['-E', '-m1000000', '-w22']);
    if (!/errors: 0$/m.test(output) || /max search depth too small/.test(output)) throw new Error(output);
    return readFlags(output, programs);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readFlags(output: string, programs: readonly Program[]): Found[] {
  const found = programs.map(() => new Set<string>());
  for (const [, flag] of output.matchAll(/^FOUND (\d+)$/gm)) {
    const program = Math.floor(Number(flag) / FLAGS);
    found[program]!.add(flagNames(programs[program]!)[Number(flag) % FLAGS]!);
  }
  return found;
}

/** Flags of one program: its properties, its witnesses, and the deadlock. */
const FLAGS = 8;

const flagNames = (program: Program): string[] => [
  ...program.properties.map(({ id }) => id),
  ...program.witnesses.map(({ id }) => id),
  DEADLOCK,
];

const predicates = (program: Program): Expr[] => [
  ...program.properties.map(({ bad }) => bad),
  ...program.witnesses.map(({ state }) => state),
];

function batchModel(programs: readonly Program[]): string {
  const variables = Math.max(...programs.map((program) => program.variables.length));
  const actors = Math.max(...programs.map((program) => program.actors.length));
  const processes = Array.from({ length: actors }, (_, actor) => process(programs, actor));
  return [
    'c_decl { extern void flag(int); }',
    `c_code { static char flagged[${programs.length * FLAGS}];`,
    '  void flag(int i) { if (!flagged[i]) { flagged[i] = 1; printf("FOUND %d\\n", i); } } }',
    'hidden int before;',
    'short chosen = -1;',
    ...Array.from({ length: variables }, (_, id) => `byte v${id};`),
    ...processes.flat(),
    'active proctype watch() {',
    '  timeout; if',
    ...programs.map((program, index) => `  :: (chosen == ${index}) -> ${atEnd(program, index)}`),
    '  fi; false',
    '}',
    '',
  ].join('\n');
}

/** What is looked at when nobody can go on. */
function atEnd(program: Program, index: number): string {
  const names = batchNames(program, index);
  const ended = program.actors.map(({ steps, entry, called }, actor) => {
    const ends = steps.flatMap(({ kind }, step) =>
      kind === 'end' ? [`end_${names.label(actor, step)}`] : [],
    );
    const labels = called ? [...ends, names.label(actor, entry)] : ends;
    return `(${labels.map((label) => `actor${actor}@${label}`).join(' || ')})`;
  });
  const flag = (id: string) => `c_code { flag(${index * FLAGS + flagNames(program).indexOf(id)}); }`;
  const looks = program.properties.flatMap(({ id, atEnd }) =>
    atEnd ? [`if :: (${promelaExpr(atEnd, names)}) -> ${flag(id)} :: else fi`] : [],
  );
  return `if :: (${ended.join(' && ')}) -> ${[...looks, 'skip'].join('; ')} :: else -> ${flag(DEADLOCK)} fi`;
}

/** The actors at place `actor` of all programs; the first one makes the choice. */
function process(programs: readonly Program[], actor: number): string[] {
  const present = [...programs.entries()].filter(([, program]) => program.actors[actor] !== undefined);
  const starts = present.map(([index, program]) => {
    const names = batchNames(program, index);
    const go = `goto ${names.label(actor, program.actors[actor]!.entry)}`;
    return actor === 0
      ? `  :: d_step { ${choose(program, index).join('; ')} } ${go}`
      : `  :: (chosen == ${index}) -> ${go}`;
  });
  const steps = present.flatMap(([index, program]) =>
    promelaSteps(program, actor, batchNames(program, index)),
  );
  return [`active proctype actor${actor}() {`, '  if', ...starts, '  fi;', ...steps, '}'];
}

function choose(program: Program, index: number): string[] {
  return [
    `chosen = ${index}`,
    ...program.variables.map(({ initial }, id) => `v${id} = ${initial}`),
    ...look(program, index, null),
  ];
}

function batchNames(program: Program, index: number): PromelaNames {
  return {
    variable: (id) => `v${id}`,
    label: (actor, step) => `P${index}_${actor}_S${step}`,
    afterStep: (_actor, _step, writes) => look(program, index, writes),
    atEnd: () => '',
  };
}

/** Flags each predicate that holds and that looks at one of `writes`; null for all predicates. */
function look(program: Program, index: number, writes: readonly VariableId[] | null): string[] {
  return predicates(program).flatMap((predicate, i) => {
    const seen = variablesOf(predicate);
    if (writes !== null && !writes.some((id) => seen.has(id))) return [];
    const holds = promelaExpr(predicate, batchNames(program, index));
    return [`if :: (${holds}) -> c_code { flag(${index * FLAGS + i}); } :: else fi`];
  });
}
