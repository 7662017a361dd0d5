/** Settings as a client sends them -> `Settings`; what is not valid is named and its default taken. */

import { readSilence } from '../review/silence.js';
import { CODES } from './diagnostics.js';
import type { InitializationOptions, Settings } from './protocol.js';

export const DEFAULTS: Settings = {
  kernel: 'auto',
  tree: '',
  memory: 'lkmm',
  inlayHints: { enabled: true },
  codeLens: { enabled: true },
  hover: { enabled: true },
  diagnostics: { enabled: true, levels: {} },
  silence: [],
  debounce: 200,
};

export const LEVELS = ['off', 'hint', 'information', 'warning', 'error'] as const;
const MEMORY = ['sc', 'tso', 'lkmm'] as const;
const LONGEST_DEBOUNCE = 10_000;

type Levels = Settings['diagnostics']['levels'];

export interface ReadSettings {
  readonly settings: Settings;
  /** One line for each value that was not understood. */
  readonly problems: readonly string[];
}

/** Reads settings value by value on top of `base`. */
class Reader {
  readonly problems: string[] = [];

  value<T>(from: unknown, key: string, base: T, wanted: string, read: (value: unknown) => T | null): T {
    const value = member(from, key.split('.').at(-1)!);
    if (value === undefined || value === null) return base;
    const understood = read(value);
    if (understood !== null) return understood;
    this.problems.push(`dioOrdering.${key}: ${JSON.stringify(value)} is not ${wanted}: ignored`);
    return base;
  }

  silence(from: unknown, base: readonly string[]): readonly string[] {
    const texts = this.value(from, 'silence', base, 'a list of RULE or RULE:FILE', strings);
    return texts.filter((one) => {
      const read = readSilence(one);
      if (!read.ok) this.problems.push(`dioOrdering.silence: ${read.what}: ignored`);
      return read.ok;
    });
  }

  /** A rule that is not there would be silently without effect: a slip of the pen, or one that was renamed. */
  levels(from: unknown, base: Levels): Levels {
    const wanted = `an object of ${LEVELS.join(', ')} by rule`;
    const read = this.value(member(from, 'diagnostics'), 'diagnostics.levels', base, wanted, levels);
    const known = Object.entries(read).filter(([rule]) => {
      if (CODES.includes(rule)) return true;
      const what = `${rule}: no such rule: give one of ${CODES.join(', ')}`;
      this.problems.push(`dioOrdering.diagnostics.levels: ${what}: ignored`);
      return false;
    });
    return Object.fromEntries(known);
  }

  enabled(from: unknown, key: string, base: { readonly enabled: boolean }): boolean {
    const own = member(from, key);
    return this.value(own, `${key}.enabled`, base.enabled, 'true or false', (value) =>
      typeof value === 'boolean' ? value : null,
    );
  }
}

function member(from: unknown, key: string): unknown {
  return typeof from === 'object' && from !== null ? (from as Record<string, unknown>)[key] : undefined;
}

const text = (value: unknown): string | null => (typeof value === 'string' ? value.trim() : null);

const oneOf =
  <T extends string>(all: readonly T[]) =>
  (value: unknown): T | null =>
    all.find((one) => one === value) ?? null;

function levels(value: unknown): Levels | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const rows = Object.entries(value).map(([rule, level]) => [rule, oneOf(LEVELS)(level)] as const);
  if (rows.some(([, level]) => level === null)) return null;
  return Object.fromEntries(rows.flatMap(([rule, level]) => (level === null ? [] : [[rule, level]])));
}

const strings = (value: unknown): readonly string[] | null =>
  Array.isArray(value) && value.every((one) => typeof one === 'string') ? value : null;

function milliseconds(value: unknown): number | null {
  return typeof value === 'number' && value >= 0 && value <= LONGEST_DEBOUNCE ? value : null;
}

export function readSettings(from: unknown, base: Settings = DEFAULTS): ReadSettings {
  const reader = new Reader();
  const settings: Settings = {
    kernel: reader.value(from, 'kernel', base.kernel, 'auto or a release', text) || 'auto',
    tree: reader.value(from, 'tree', base.tree, 'a folder', text),
    memory: reader.value(from, 'memory', base.memory, `one of ${MEMORY.join(', ')}`, oneOf(MEMORY)),
    inlayHints: { enabled: reader.enabled(from, 'inlayHints', base.inlayHints) },
    codeLens: { enabled: reader.enabled(from, 'codeLens', base.codeLens) },
    hover: { enabled: reader.enabled(from, 'hover', base.hover) },
    diagnostics: {
      enabled: reader.enabled(from, 'diagnostics', base.diagnostics),
      levels: reader.levels(from, base.diagnostics.levels),
    },
    silence: reader.silence(from, base.silence),
    debounce: reader.value(from, 'debounce', base.debounce, `0 to ${LONGEST_DEBOUNCE}`, milliseconds),
  };
  return { settings, problems: reader.problems };
}

export interface ReadOptions extends ReadSettings {
  readonly trusted: boolean;
  readonly clientCommands: boolean;
}

/** `initializationOptions`; a client that says nothing is trusted, as a command line is, and has no commands. */
export function readOptions(from: unknown): ReadOptions {
  const options = from as Partial<Record<keyof InitializationOptions, unknown>> | null | undefined;
  return {
    ...readSettings(options?.settings),
    trusted: options?.trusted !== false,
    clientCommands: options?.clientCommands === true,
  };
}
