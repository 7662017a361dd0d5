/**
 * Rules that the user silences, for one patch or for all: `stale-page-cache:0003-xfs.patch`, `deadlock`. Said outside
 * of the patch: whoever sends a patch must not be able to say what its reviewers see.
 */

import type { Finding, PropertyId, SilencedFinding } from './report.js';
import { RULE_NAMES } from './rule-names.js';

export interface Silence {
  readonly rule: string;
  /** The last part of a file's name, or more of its end; null for every file. */
  readonly file: string | null;
}

const RULES: ReadonlySet<string> = new Set(Object.values<string>(RULE_NAMES));

export type ReadSilence =
  | { readonly ok: true; readonly silence: Silence }
  /** One line for people. */
  | { readonly ok: false; readonly what: string };

/** Reads `RULE` or `RULE:FILE`; a property such as `P2` stands for its rule. */
export function readSilence(text: string): ReadSilence {
  const colon = text.indexOf(':');
  const name = (colon < 0 ? text : text.slice(0, colon)).trim();
  const file = colon < 0 ? null : text.slice(colon + 1).trim();
  const rule = RULE_NAMES[name as PropertyId] ?? name;
  if (!RULES.has(rule))
    return { ok: false, what: `${name}: no such rule: give one of ${[...RULES].join(', ')}` };
  if (file === '') return { ok: false, what: `${text}: the file is missing: give RULE or RULE:FILE` };
  return { ok: true, silence: { rule, file } };
}

export const silenceText = ({ rule, file }: Silence): string => (file === null ? rule : `${rule}:${file}`);

const isSilenced = ({ rule, file }: Finding, all: readonly Silence[]): boolean =>
  all.some((one) => one.rule === rule && (one.file === null || isFile(file, one.file)));

const isFile = (file: string, named: string): boolean => file === named || file.endsWith(`/${named}`);

/** What is shown, and what is only counted. */
export function silenced(
  findings: readonly Finding[],
  all: readonly Silence[],
): { readonly shown: readonly Finding[]; readonly silenced: readonly SilencedFinding[] } {
  return {
    shown: findings.filter((finding) => !isSilenced(finding, all)),
    silenced: findings
      .filter((finding) => isSilenced(finding, all))
      .map(({ id, rule, change, file, line, message }) => ({ id, rule, change, file, line, message })),
  };
}
