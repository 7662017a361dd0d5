/** What stands under the cursor: what a primitive does and orders, and the finding of the line with its timeline. */

import { MarkupKind, type Hover, type Position } from 'vscode-languageserver';
import { describePrimitive, type PrimitiveDescription } from '../kernel/primitive-descriptions.js';
import { drawTimeline } from '../render/columns.js';
import { factsOf } from '../render/facts.js';
import { gridOf, stepText } from '../render/grid.js';
import { paint } from '../render/line.js';
import { code, escape, fence } from '../render/markdown.js';
import { shortForm } from '../render/short-form.js';
import { renderFinding } from '../render/text.js';
import { violation } from '../render/words.js';
import type { Finding, Report } from '../review/report.js';
import { argumentsAfter } from './arguments.js';
import { commandLink } from './commands.js';
import { COMMAND } from './protocol.js';
import { stepsThatMatter } from './steps-that-matter.js';
import type { Structure } from './structure.js';
import { changeOf, findingsAt, hasScenario, rangeNow, titleOf, touches, type View } from './view.js';

/** More rows than this do not fit a hover. */
const MOST_ROWS = 8;
const PLAIN_WIDTH = 80;
const OFF = 'Switch hovers off with the setting `dioOrdering.hover.enabled`.';

export interface HoverOptions {
  /** The client has the commands and trusts links to them. */
  readonly commands: boolean;
  readonly markdown: boolean;
}

export function hoverOf(
  view: View,
  structure: Structure,
  position: Position,
  chosen: string | null,
  options: HoverOptions,
): Hover | null {
  const primitive = primitiveAt(view, structure, position);
  const findings = findingsFor(view, position, primitive !== null);
  const first = findings.find(({ id }) => id === chosen) ?? findings[0];
  if (!primitive && !first) return null;
  const value = (options.markdown ? markdownSections : plainSections)(
    view,
    primitive?.about ?? null,
    [first, ...findings.filter((one) => one !== first)].flatMap((one) => one ?? []),
    options,
  ).join('\n\n');
  const range = primitive?.range ?? (first && rangeOf(view, first));
  const kind = options.markdown ? MarkupKind.Markdown : MarkupKind.PlainText;
  return { contents: { kind, value }, ...(range ? { range } : {}) };
}

const rangeOf = ({ checked, document }: View, { line, endLine }: Finding) =>
  checked ? rangeNow(checked, document, line, endLine) : null;

type About = PrimitiveDescription & { readonly name: string };

/** The first finding in full; of the others on the same line what they say. */
function markdownSections(
  { checked, document }: View,
  about: About | null,
  [first, ...others]: readonly Finding[],
  options: HoverOptions,
): string[] {
  return [
    ...(about ? [`${code(about.name)}: ${escape(about.does)}`, escape(about.orders)] : []),
    ...(first && checked ? findingSections(document.uri, checked.report, first, options) : []),
    ...others.map(({ message }) => escape(message)),
  ];
}

function plainSections({ checked }: View, about: About | null, findings: readonly Finding[]): string[] {
  const text = { width: PLAIN_WIDTH, colour: false, explain: false };
  return [
    ...(about ? [`${about.name}: ${about.does}`, about.orders] : []),
    ...findings.flatMap((finding) =>
      checked
        ? [renderFinding(checked.report, finding, { ...text, patchText: checked.patchText }).trimEnd()]
        : [],
    ),
  ];
}

function primitiveAt({ document }: View, { lines }: Structure, position: Position) {
  const at = document.wordAt(position);
  if (!at || !lines.has(position.line + 1)) return null;
  const end = document.indexOf(at.range.end);
  const about = describePrimitive(at.word, argumentsAfter(document.line(position.line), end));
  if (!about) return null;
  return { range: at.range, about: { name: at.word, ...about } };
}

/** Findings of the line; for a primitive also those that only pass through it. */
function findingsFor(view: View, { line }: Position, primitive: boolean): readonly Finding[] {
  const own = findingsAt(view, line);
  const { checked, document } = view;
  if (own.length > 0 || !primitive || !checked) return own;
  return checked.report.findings.filter(({ timeline }) =>
    timeline.steps.some(
      ({ at }) => at.kind === 'patch' && touches(rangeNow(checked, document, at.line, at.line), line),
    ),
  );
}

function findingSections(uri: string, report: Report, finding: Finding, options: HoverOptions): string[] {
  const head = `**${changeOf(finding)}: ${escape(titleOf(report, finding))}**\n\n${escape(finding.message)}`;
  const facts = factsOf(report, finding).map(
    ({ label, lines }) => `${label}: ${lines.map(escape).join('; ')}`,
  );
  return [
    head,
    ...(finding.change === 'fixed' ? ['Before the patch:'] : []),
    options.commands ? table(finding) : plainTimeline(finding),
    escape(`=> ${violation(finding)}`),
    facts.join('  \n'),
    ...(options.commands ? [links(uri, finding), OFF] : []),
  ];
}

function links(uri: string, finding: Finding): string {
  const args = [uri, finding.id];
  return [
    ...(hasScenario(finding)
      ? [commandLink(`Show all ${finding.timeline.steps.length} steps`, COMMAND.showTimeline, args)]
      : []),
    commandLink('Copy as mail reply', COMMAND.copyAsReply, args),
    commandLink('Export', COMMAND.export, args),
    commandLink('Explain', COMMAND.explain, [uri]),
  ].join(' · ');
}

function plainTimeline({ timeline }: Finding): string {
  const drawn = drawTimeline(shortForm(timeline).shown, { width: PLAIN_WIDTH, places: true });
  return fence(paint(drawn, false));
}

function table(finding: Finding): string {
  const { headings } = gridOf(finding.timeline);
  const head = ['', ...headings.map(escape), 'state'];
  const rows = stepsThatMatter(finding, MOST_ROWS).map((step) => [
    String(step.n),
    ...headings.map((_, actor) => (actor === step.actor ? code(stepText(step)) : '')),
    escape(step.effects.join(', ')),
  ]);
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
