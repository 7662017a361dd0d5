import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { renderJson } from '../../server/src/render/json.js';
import type { Report } from '../../server/src/review/report.js';
import * as reports from './reports.js';

const schema = JSON.parse(
  readFileSync(new URL('../../schema/dio-ordering-1.schema.json', import.meta.url), 'utf8'),
) as object;
const validate = new Ajv2020({ strict: true, allErrors: true }).compile(schema);

function parse(text: string): Record<string, unknown> {
  return JSON.parse(text) as Record<string, unknown>;
}

/** The same value with the keys of every object in reverse order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [key, reversed(inner)]),
  );
}

const REPORTS: Readonly<Record<string, Report>> = {
  introduced: reports.introduced,
  left: reports.left,
  fixed: reports.fixed,
  nothing: reports.nothing,
  damaged: reports.damaged,
  'not modelled': reports.notModelled,
  everything: reports.everything,
  'led to from the patch': {
    ...reports.introduced,
    findings: reports.introduced.findings.map((finding) => ({
      ...finding,
      timeline: {
        ...finding.timeline,
        steps: finding.timeline.steps.map((step) => ({
          ...step,
          calledAt: { kind: 'patch' as const, file: reports.PATCH, line: 64 },
        })),
      },
    })),
  },
  conditional: {
    ...reports.everything,
    inputs: reports.everything.inputs.map((input) => ({
      ...input,
      conditions: [{ line: 3, text: 'judged alone' }],
      passedOver: [{ line: 9, kind: 'quoted' as const, text: 'a quoted diff' }],
    })),
    verdicts: reports.everything.verdicts.map((row) => ({ ...row, condition: 'judged alone' })),
    findings: reports.everything.findings.map((finding) => ({ ...finding, condition: 'judged alone' })),
  },
};

describe('JSON', () => {
  it.each(Object.entries(REPORTS))('of "%s" is valid by the published schema', (_, report) => {
    for (const explain of [false, true]) {
      validate(parse(renderJson(report, explain)));
      expect(validate.errors).toBeNull();
    }
  });

  it('has the contracted fields at the top, the explanation only when asked for', () => {
    const contracted = ['schema', 'version', 'inputs', 'verdicts', 'findings', 'notModelled'];
    expect(Object.keys(parse(renderJson(reports.everything, false)))).toEqual(contracted);
    expect(Object.keys(parse(renderJson(reports.everything, true)))).toEqual([...contracted, 'explanation']);
  });

  it('is byte-identical whatever order the report was put together in', () => {
    const turned = reversed(reports.everything) as Report;
    expect(renderJson(turned, true)).toBe(renderJson(reports.everything, true));
  });

  it('loses nothing of the report', () => {
    for (const report of Object.values(REPORTS)) expect(parse(renderJson(report, true))).toEqual(report);
  });

  it.each(['/findings/0', '/findings/0/timeline/steps/0', '/verdicts/0/scenario', ''])(
    'is refused by the schema with an unknown field at "%s"',
    (pointer) => {
      const value = parse(renderJson(reports.everything, true));
      const parts = pointer.split('/').slice(1);
      const inner = parts.reduce((at, part) => at[part] as Record<string, unknown>, value);
      inner['extra'] = 1;
      expect(validate(value)).toBe(false);
    },
  );
});
