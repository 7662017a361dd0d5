/** What the process gives the commands; a test gives its own. Results go to stdout alone, everything said to stderr. */

export interface Io {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: AsyncIterable<Uint8Array> & { readonly isTTY?: boolean };
  readonly stdout: Output;
  readonly stderr: Pick<Output, 'write'>;
}

export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** 0 nothing at or above `--fail-on`, 1 findings, 2 usage or unreadable input, 3 internal error. */
export const EXIT = { clean: 0, findings: 1, usage: 2, internal: 3 } as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** One line on stderr: what, where, what to do. */
export function complain(io: Io, what: string): void {
  io.stderr.write(`dio-ordering: ${what.replace(/\s*[\r\n]+\s*/g, ' ').trim()}\n`);
}
