/** What scenarios cost, and the count of the steps that a short timeline leaves out. */

import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, it } from 'vitest';
import { renderJson } from '../../server/src/render/json.js';
import { renderText } from '../../server/src/render/text.js';
import type { Report } from '../../server/src/review/report.js';
import { clean, introduced, PATCH, patchText } from './reports.js';

const text = (report: Report): string =>
  renderText(report, { width: 100, colour: false, explain: false, patchText });

const cost = (scenario: string, states: number, milliseconds: number, bytes: number) => ({
  ...{ file: PATCH, scenario, states, milliseconds, bytes },
});
const stats = [cost('ext4/a', 12, 3.4, 1500), cost('ext4/b', 1200, 40, 99_000), cost('ext4/c', 0, 1, 0)];

it('the cost of scenarios follows the report, the dearest first', () => {
  expect(text({ ...clean, stats }).slice(text(clean).length)).toBe(
    [
      '',
      'states    ms  KiB  scenario',
      ` 1,200  40.0   97  ext4/b  ${PATCH}`,
      `    12   3.4    2  ext4/a  ${PATCH}`,
      '     0   1.0    -  1 scenario in which nothing was explored',
      ' 1,212  44.4   99  all',
      '',
    ].join('\n'),
  );
});

it('it is in JSON, valid by the schema, only where it was asked for', () => {
  const schema = JSON.parse(
    readFileSync(new URL('../../schema/dio-ordering-1.schema.json', import.meta.url), 'utf8'),
  ) as object;
  const validate = new Ajv2020({ strict: true, allErrors: true }).compile(schema);
  const json = JSON.parse(renderJson({ ...clean, stats }, false)) as { stats: object[] };
  validate(json);
  expect(validate.errors).toBeNull();
  expect(json.stats).toEqual(stats);
  expect(renderJson(clean, false)).not.toContain('milliseconds');
});

it.each([
  [1, '1 step that touches nothing shared is left out; `timeline` and --explain show it'],
  [2, '2 steps that touch nothing shared are left out; `timeline` and --explain show them'],
])('%i quiet steps are counted in words', (quiet, line) => {
  const [finding] = introduced.findings;
  const steps = finding!.timeline.steps.map((step) =>
    step.n <= quiet ? { ...step, quiet: true as const } : step,
  );
  const findings = [{ ...finding!, timeline: { ...finding!.timeline, steps } }];
  expect(text({ ...introduced, findings })).toContain(line);
});
