/** Everything that the view says, apart from what the server says. */

import type { LockHeld, Side, TimelineView, ViewStep } from '../../server/src/lsp/protocol.js';

export const actorName = (view: TimelineView, actor: number): string =>
  `CPU${actor}: ${view.actors[actor] ?? ''}`;

const MOVED = {
  issued: 'issued here, takes effect later',
  late: 'takes effect here',
} as const;

/** Where in the program a reordered step stands, or that it is yet to take effect; null for a step in its place. */
export function movedWords({ reordered, programOrder }: ViewStep): string | null {
  if (reordered === null) return null;
  return programOrder === null ? MOVED[reordered] : `${MOVED[reordered]}, stands at step ${programOrder}`;
}

/** `iomap.c:447`; the patch that is open needs no name. The whole path is in the title. */
export const placeWords = ({ at }: ViewStep): string =>
  at.kind === 'patch' ? `line ${at.line}` : `${at.file.split('/').at(-1)}:${at.line}`;

export const placeTitle = ({ at }: ViewStep): string =>
  ({
    patch: `Line ${at.line} of the patch`,
    tree: `${at.file}:${at.line}, in the kernel tree`,
    bundled: `${at.file}:${at.line}, a bundled path`,
  })[at.kind];

export const lockWords = (view: TimelineView, { lock, mode, actor, from, to }: LockHeld): string =>
  `${lock}, ${mode}, held by ${actorName(view, actor)} from step ${from} ${to === null ? 'to the end' : `to step ${to}`}`;

/** What a screen reader says when a step is chosen. */
export function announcement(view: TimelineView, step: ViewStep): string {
  const effects = step.effects.map((effect) => effect.replace('→', ' to ')).join('; ');
  return [
    `Step ${step.n} of ${view.steps.length}`,
    `${actorName(view, step.actor)}, in ${step.function}()`,
    step.text,
    movedWords(step) ?? '',
    effects === '' ? 'changes nothing' : effects,
    step === view.steps.at(-1) && view.violation ? `Then: ${violationWords(view)}` : '',
  ]
    .filter((part) => part !== '')
    .join('. ');
}

export const ruleName = (view: TimelineView): string => view.finding.rule.replace(/-/g, ' ');

export const violationWords = (view: TimelineView): string =>
  `${ruleName(view)} (${view.finding.property}): ${view.violation?.text ?? ''}`;

const VERDICTS = {
  race: 'race',
  none: 'no race',
  'not-modelled': 'not modelled',
} as const;

export const verdictWords = (verdict: keyof typeof VERDICTS): string => VERDICTS[verdict];

export const SIDES: Readonly<Record<Side, string>> = { before: 'Before', after: 'After' };

/** What stands in place of the steps on a side that has no race. */
export function noRaceWords(view: TimelineView): string {
  const choice = view.scenarios.find(({ id }) => id === view.scenario);
  if (choice?.[view.side] === 'not-modelled') return `This scenario is not modelled ${view.side} the patch.`;
  return choice?.bounds === 'exhaustive'
    ? `No race ${view.side} the patch in this scenario: every interleaving was explored.`
    : `No race was found ${view.side} the patch in this scenario (${choice?.bounds ?? ''}).`;
}

export const CHANGES: Readonly<Record<TimelineView['finding']['change'], string>> = {
  introduced: '✖ introduced',
  left: '▲ left',
  fixed: '✔ fixed',
  untouched: 'untouched',
  absent: 'absent',
  unknown: 'unknown',
};
