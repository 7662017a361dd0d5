/** What the view says of steps, verdicts and sides, apart from what the server says. */

import type { LockHeld, Side, TimelineView, ViewStep } from '../../server/src/lsp/protocol.js';
import { l10n } from './l10n.js';

export const actorName = (view: TimelineView, actor: number): string =>
  `CPU${actor}: ${view.actors[actor] ?? ''}`;

/** Where in the program a reordered step stands, or that it is yet to take effect; null for a step in its place. */
export function movedWords({ reordered, programOrder }: ViewStep): string | null {
  switch (reordered) {
    case null:
      return null;
    case 'issued':
      return l10n.t('issued here, takes effect later');
    case 'late':
      return programOrder === null
        ? l10n.t('takes effect here')
        : l10n.t('takes effect here, stands at step {step}', { step: programOrder });
  }
}

/** `iomap.c` and `:447`; the patch that is open needs no name. The whole path is in the title. */
export const placeWords = ({ at }: ViewStep): { readonly file: string; readonly line: string } =>
  at.kind === 'patch'
    ? { file: '', line: l10n.t('line {line}', { line: at.line }) }
    : { file: at.file.split('/').at(-1)!, line: `:${at.line}` };

export function placeTitle({ at: { kind, file, line } }: ViewStep): string {
  switch (kind) {
    case 'patch':
      return l10n.t('Line {line} of the patch', { line });
    case 'tree':
      return l10n.t('{file}:{line}, in the kernel tree', { file, line });
    case 'bundled':
      return l10n.t('{file}:{line}, a bundled path', { file, line });
  }
}

const MODES: Readonly<Record<LockHeld['mode'], string>> = {
  exclusive: l10n.t('exclusive'),
  shared: l10n.t('shared'),
};

export const modeWords = ({ mode }: LockHeld): string => MODES[mode];

export function lockWords(view: TimelineView, held: LockHeld): string {
  const { lock, actor, from, to } = held;
  const known = { lock, mode: modeWords(held), actor: actorName(view, actor), from };
  return to === null
    ? l10n.t('{lock}, {mode}, held by {actor} from step {from} to the end', known)
    : l10n.t('{lock}, {mode}, held by {actor} from step {from} to step {to}', { ...known, to });
}

export const movedTitle = (from: number, to: number): string =>
  l10n.t('Step {from} takes effect at step {to}', { from, to });

/** Of a step on the side that has no race. */
export const differsWords = (): string => l10n.t('Other than in the race');

/** What a screen reader says when a step is chosen. */
export function announcement(view: TimelineView, step: ViewStep): string {
  const effects = step.effects.map((effect) => effect.replace('→', ` ${l10n.t('to')} `)).join('; ');
  const actor = actorName(view, step.actor);
  return [
    l10n.t('Step {step} of {all}', { step: step.n, all: view.steps.length }),
    l10n.t('{actor}, in {function}()', { actor, function: step.function }),
    step.text,
    movedWords(step) ?? '',
    step.differs ? differsWords() : '',
    effects === '' ? l10n.t('changes nothing') : effects,
    step === view.steps.at(-1) && view.violation
      ? l10n.t('Then: {violation}', { violation: violationWords(view) })
      : '',
  ]
    .filter((part) => part !== '')
    .join('. ');
}

export const positionWords = (step: number, all: number): string => l10n.t('{step} of {all}', { step, all });

export const ruleName = (view: TimelineView): string => view.finding.rule.replace(/-/g, ' ');

export const violationWords = (view: TimelineView): string =>
  `${ruleName(view)} (${view.finding.property}): ${view.violation?.text ?? ''}`;

export const VERDICTS = {
  race: l10n.t('race'),
  none: l10n.t('no race'),
  'not-modelled': l10n.t('not modelled'),
} as const;

export const SIDES: Readonly<Record<Side, string>> = { before: l10n.t('Before'), after: l10n.t('After') };

export const captionWords = ({ side }: TimelineView): string =>
  side === 'before' ? l10n.t('Interleaving before the patch.') : l10n.t('Interleaving after the patch.');

interface NoRace {
  readonly unmodelled: string;
  readonly proven: string;
  readonly bounded: (bounds: string) => string;
}

const NO_RACE: Readonly<Record<Side, NoRace>> = {
  before: {
    unmodelled: l10n.t('This scenario is not modelled before the patch.'),
    proven: l10n.t('No race before the patch in this scenario: every interleaving was explored.'),
    bounded: (bounds) =>
      l10n.t('No race was found before the patch in this scenario ({bounds}).', { bounds }),
  },
  after: {
    unmodelled: l10n.t('This scenario is not modelled after the patch.'),
    proven: l10n.t('No race after the patch in this scenario: every interleaving was explored.'),
    bounded: (bounds) => l10n.t('No race was found after the patch in this scenario ({bounds}).', { bounds }),
  },
};

/** What stands after the steps, or in their place, on a side that has no race. */
export function noRaceWords({ scenarios, scenario, side, steps }: TimelineView): string {
  const choice = scenarios.find(({ id }) => id === scenario);
  const { unmodelled, proven, bounded } = NO_RACE[side];
  if (choice?.[side] === 'not-modelled') return unmodelled;
  const none = choice?.bounds === 'exhaustive' ? proven : bounded(choice?.bounds ?? '');
  if (steps.length === 0) return none;
  return `${none} ${l10n.t('The actors take turns as in the race; ≠ marks what goes another way.')}`;
}

export const CHANGES: Readonly<Record<TimelineView['finding']['change'], string>> = {
  introduced: `✖ ${l10n.t('introduced')}`,
  left: `▲ ${l10n.t('left')}`,
  fixed: `✔ ${l10n.t('fixed')}`,
  untouched: l10n.t('untouched'),
  absent: l10n.t('absent'),
  unknown: l10n.t('unknown'),
};
