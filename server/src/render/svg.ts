/** One scenario of a finding as a self-contained SVG: a lane an actor, time downward, locks as bars, state at the right. */

import type { LockHeld, ScenarioStep, ScenarioTimeline } from '../review/scenario-timeline.js';
import { RULES } from './rules.js';
import { element, textElement } from './svg-elements.js';
import {
  CHAR,
  HEADING,
  heading,
  layOut,
  LINE,
  middleOf,
  PAD,
  placeOf,
  slotX,
  type Layout,
  type Row,
} from './svg-layout.js';
import { actorClass, actorMark, STYLE } from './svg-style.js';
import { wrap } from './width.js';
import { count } from './words.js';

/** The same timeline gives the same bytes. */
export function renderSvg(timeline: ScenarioTimeline): string {
  const layout = layOut(timeline);
  const title = titleOf(timeline, layout);
  const end = endOf(timeline, layout);
  const height = title.height + layout.height + end.height + PAD;
  const size = { width: layout.width, height, viewBox: `0 0 ${layout.width} ${height}` };
  const head = {
    xmlns: 'http://www.w3.org/2000/svg',
    ...size,
    role: 'img',
    'aria-labelledby': 'title about',
  };
  return `${element('svg', head, [
    textElement('title', { id: 'title' }, timeline.finding.message),
    textElement('desc', { id: 'about' }, aboutOf(timeline)),
    `<style>${STYLE}</style>`,
    element('rect', { class: 'paper', width: layout.width, height }),
    ...title.elements,
    element('g', { transform: `translate(0 ${title.height})` }, [
      ...headings(timeline, layout),
      ...timeline.locks.flatMap((held) => bar(timeline, layout, held)),
      ...timeline.steps.flatMap((step) => arrow(timeline, layout, step)),
      ...layout.rows.flatMap((row) => stepElements(row, layout)),
    ]),
    element('g', { transform: `translate(0 ${title.height + layout.height})` }, end.elements),
  ])}\n`;
}

interface Block {
  readonly elements: readonly string[];
  readonly height: number;
}

/** Lines of text from the left edge down. */
function block(layout: Layout, lines: readonly (readonly [style: string, text: string])[]): Block {
  const chars = Math.floor((layout.width - 2 * PAD) / CHAR);
  const wrapped = lines.flatMap(([style, text]) =>
    wrap(text, chars, 0).map((line) => [style, line] as const),
  );
  return {
    elements: wrapped.map(([style, text], i) =>
      textElement('text', { class: style, x: PAD, y: PAD + i * LINE + 12 }, text),
    ),
    height: PAD + wrapped.length * LINE + 6,
  };
}

function titleOf(timeline: ScenarioTimeline, layout: Layout): Block {
  const { finding, side, memory } = timeline;
  return block(layout, [
    ['strong', `${finding.change.toUpperCase()}: ${finding.message}`],
    ['dim', `${scenarioLabel(timeline)}; ${side} the patch; memory model ${memory}; ${finding.id}`],
  ]);
}

const scenarioLabel = ({ scenarios, scenario }: ScenarioTimeline): string =>
  scenarios.find(({ id }) => id === scenario)?.label ?? scenario;

function aboutOf({ actors, steps, violation }: ScenarioTimeline): string {
  const who = actors.map(heading).join(', ');
  const what = violation?.text ?? 'no race';
  return steps.length > 0 ? `${count(steps.length, 'step')} of ${who}: ${what}` : `${who}: ${what}`;
}

function headings(timeline: ScenarioTimeline, layout: Layout): string[] {
  const bottom = layout.height;
  const lanes = timeline.actors.flatMap((name, actor) => {
    const { x, textX } = layout.lanes[actor]!;
    return element('g', { class: actorClass(actor) }, [
      element('line', { class: 'rule', x1: x - 8, y1: 0, x2: x - 8, y2: bottom }),
      actorMark(actor, textX - 9, 12),
      textElement('text', { class: 'head', x: textX, y: 16 }, heading(name, actor)),
    ]);
  });
  return [
    ...lanes,
    element('line', { class: 'rule', x1: layout.stateX - 8, y1: 0, x2: layout.stateX - 8, y2: bottom }),
    textElement('text', { class: 'strong', x: layout.stateX, y: 16 }, 'state'),
    textElement('text', { class: 'strong', x: layout.placeX, y: 16 }, 'line'),
    element('line', { class: 'rule', x1: PAD, y1: HEADING - 8, x2: layout.width - PAD, y2: HEADING - 8 }),
  ];
}

/** Filled: exclusive; hollow: shared. Open below: still held at the end. */
function bar(timeline: ScenarioTimeline, layout: Layout, held: LockHeld): string[] {
  const x = slotX(timeline, layout, held);
  const from = rowOf(layout, held.from);
  const to = held.to === null ? undefined : rowOf(layout, held.to);
  if (!from) return [];
  const top = middleOf(from) - 6;
  const bottom = to ? middleOf(to) + 4 : layout.height;
  const number = layout.locks.indexOf(held.lock) + 1;
  const shape = { class: held.mode, x: x - 5, y: top, width: 10, height: Math.max(12, bottom - top), rx: 2 };
  const tip = `${held.lock}, ${held.mode}, held by ${heading(timeline.actors[held.actor]!, held.actor)}`;
  return [
    element('g', { class: actorClass(held.actor) }, [
      textElement('title', {}, tip),
      element('rect', shape),
      textElement(
        'text',
        { class: `on-${held.mode}`, x, y: top + 9, 'text-anchor': 'middle' },
        String(number),
      ),
    ]),
  ];
}

/** From where a step stands in the program to where it takes effect. */
function arrow(timeline: ScenarioTimeline, layout: Layout, step: ScenarioStep): string[] {
  const from = step.programOrder === null ? undefined : rowOf(layout, step.programOrder);
  const to = rowOf(layout, step.n);
  if (!from || !to) return [];
  const [x, right] = [slotX(timeline, layout, step), layout.lanes[step.actor]!.textX - 16];
  const [top, bottom] = [middleOf(from), middleOf(to)];
  const path = `M${right} ${top}H${x}V${bottom}H${right - 4}`;
  const tip = `M${right + 2} ${bottom}l-7 -4v8z`;
  return [
    element('g', { class: actorClass(step.actor) }, [
      textElement('title', {}, `step ${from.step.n} takes effect at step ${step.n}`),
      element('path', { class: 'moved', d: path }),
      element('path', { class: 'tip', d: tip }),
    ]),
  ];
}

const rowOf = ({ rows }: Layout, n: number): Row | undefined => rows.find(({ step }) => step.n === n);

function stepElements(row: Row, layout: Layout): string[] {
  const { step, enters, lines, effects } = row;
  const { textX } = layout.lanes[step.actor]!;
  const style = step.quiet ? 'dim' : 'step';
  const base = (i: number): number => row.y + (enters.length + i) * LINE + 13;
  const number = { class: 'dim', x: PAD + 24, y: base(0), 'text-anchor': 'end' };
  const column = (x: number, texts: readonly string[], from: number, name: string): string[] =>
    texts.map((text, i) => textElement('text', { class: name, x, y: base(from + i) }, text));
  return [
    ...column(textX, enters, -enters.length, 'dim'),
    textElement('text', number, `${step.differs ? '≠ ' : ''}${step.n}`),
    element('g', { class: actorClass(step.actor) }, [actorMark(step.actor, textX - 9, middleOf(row))]),
    ...column(textX, lines, 0, style),
    ...column(layout.stateX, effects, 0, step.quiet ? 'dim' : 'strong'),
    ...column(layout.placeX, [placeOf(step)], 0, step.at.kind === 'patch' ? 'strong' : 'dim'),
  ];
}

function endOf(timeline: ScenarioTimeline, layout: Layout): Block {
  const end = block(layout, [verdict(timeline), ...legend(timeline, layout)]);
  const edge = element('line', {
    class: timeline.violation ? 'edge' : 'rule',
    'stroke-width': 2,
    x1: PAD,
    y1: 2,
    x2: layout.width - PAD,
    y2: 2,
  });
  return { ...end, elements: [edge, ...end.elements] };
}

function verdict({ violation, scenarios, scenario, side }: ScenarioTimeline): readonly [string, string] {
  if (violation) {
    const { title, property } = RULES[violation.property];
    return ['bad', `✖ ${title} (${property}): ${violation.text}`];
  }
  const choice = scenarios.find(({ id }) => id === scenario);
  const answer = choice?.[side] === 'none' ? `no race ${side} the patch (${choice.bounds})` : 'not modelled';
  return ['strong', answer];
}

function legend({ steps }: ScenarioTimeline, { locks }: Layout): (readonly [string, string])[] {
  const moved = steps.some(({ programOrder }) => programOrder !== null);
  const differs = steps.some((step) => step.differs);
  const bars = locks.map((lock, i) => `${i + 1} ${lock}`).join(' · ');
  return [
    ...(differs ? [['dim', 'turns as in the race; ≠ marks what goes another way'] as const] : []),
    ...(locks.length > 0
      ? [['dim', `locks held: ${bars} (filled: exclusive, hollow: shared)`] as const]
      : []),
    ...(moved
      ? [
          [
            'dim',
            'dashed arrow: from where an access stands in the program to where it takes effect',
          ] as const,
        ]
      : []),
  ];
}
