/** The command line: which commands and options there are, and what ends the process with which code. */

import { Command, CommanderError, Option } from 'commander';
import { version } from '../../../package.json';
import { CHECK_FORMATS, checkCommand, FAIL_ON, type CheckFlags } from './check.js';
import { complain, EXIT, type ExitCode, type Io } from './io.js';
import { addLitmus } from './litmus.js';
import { addAnalysisOptions } from './options.js';
import { columns } from './screen.js';
import type { Services } from './services.js';
import { SIDES, TIMELINE_FORMATS, timelineCommand, type TimelineFlags } from './timeline.js';

const EXIT_CODES = `
Exit codes:
  0  nothing at or above --fail-on
  1  findings
  2  wrong usage, or an input that could not be read
  3  internal error`;

/** Runs one command line, without the program's name, to its exit code. Never throws. */
export async function run(args: readonly string[], io: Io, services: Services): Promise<ExitCode> {
  let code: ExitCode = EXIT.clean;
  const program = commandLine(io, services, (result) => (code = result));
  try {
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.clean : EXIT.usage;
    return internalError(error, io);
  }
}

/** One line, and the stack for those who look for it. */
export function internalError(error: unknown, io: Io): ExitCode {
  const message = error instanceof Error ? error.message : String(error);
  complain(io, `internal error: ${message}; please report it with the output of DIO_ORDERING_DEBUG=1`);
  const debug = io.env['DIO_ORDERING_DEBUG'];
  if (debug !== undefined && debug !== '' && error instanceof Error)
    io.stderr.write(`${error.stack ?? ''}\n`);
  return EXIT.internal;
}

function commandLine(io: Io, services: Services, done: (code: ExitCode) => void): Command {
  const program = new Command('dio-ordering')
    .description(
      'Finds the direct I/O races that a kernel patch introduces, leaves or closes, and shows the interleaving.',
    )
    .version(version, '--version', 'print the version')
    .helpOption('--help', 'print this help')
    .addHelpText('after', EXIT_CODES)
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      outputError: (text) =>
        complain(io, `${text.replace(/^error: |\.?\s*$/g, '')}; see dio-ordering --help`),
      getOutHelpWidth: () => columns(io),
      getErrHelpWidth: () => columns(io),
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .exitOverride();
  addCheck(program, io, services, done);
  addTimeline(program, io, services, done);
  addLitmus(program, io, done);
  addLsp(program);
  return program;
}

function addCheck(program: Command, io: Io, services: Services, done: (code: ExitCode) => void): void {
  addAnalysisOptions(
    program
      .command('check')
      .description('judge patches and print the races that they introduce, leave or fix')
      .argument(
        '[inputs...]',
        'patch files, mails or mboxes; directories, whose patches are a series; - for stdin',
      )
      .addOption(new Option('--format <format>', 'what to print').choices(CHECK_FORMATS).default('text'))
      .addOption(
        new Option(
          '--fail-on <change>',
          'exit 1 at: introduced races; left ones too; any finding, fixed ones too',
        )
          .choices(FAIL_ON)
          .default('introduced'),
      )
      .option('--stats', 'also print states, time and memory of each scenario')
      .option(
        '--explain',
        'also print what was extracted, which scenarios ran, what was skipped and why',
        false,
      ),
  ).action(async (named: string[], flags: CheckFlags, command: Command) => {
    // Nothing named: a pipe is read, a person at a terminal is helped.
    if (named.length === 0 && io.stdin.isTTY === true) command.help({ error: true });
    done(await checkCommand(named.length === 0 ? ['-'] : named, flags, io, services));
  });
}

function addTimeline(program: Command, io: Io, services: Services, done: (code: ExitCode) => void): void {
  addAnalysisOptions(
    program
      .command('timeline')
      .description('print one finding with its interleaving')
      .argument('<input>', 'the patch file, mail, mbox or directory that was checked; - for stdin')
      .requiredOption('--finding <id>', 'the finding, by the id that check prints')
      .addOption(new Option('--format <format>', 'what to print').choices(TIMELINE_FORMATS).default('text'))
      .addOption(
        new Option(
          '--side <side>',
          'of the patch, for svg and litmus; without it, the side that has the race',
        ).choices(SIDES),
      ),
  ).action(async (named: string, flags: TimelineFlags) => {
    done(await timelineCommand(named, flags, io, services));
  });
}

/** The server ends the process itself, as LSP says. It is loaded when it is asked for: the other commands start faster. */
function addLsp(program: Command): void {
  program
    .command('lsp')
    .description('serve an editor: language server protocol on stdin and stdout')
    .requiredOption('--stdio', 'the only transport there is')
    .allowExcessArguments(false)
    .option('--clientProcessId <pid>', 'the editor, when it should be watched from the start')
    .action(async () => {
      const { serveStdio } = await import('../lsp/stdio.js');
      serveStdio();
      await new Promise(() => undefined);
    });
}
