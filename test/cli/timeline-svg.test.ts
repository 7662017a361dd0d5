import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DIFF, dioOrdering, directoryWith } from './command-line.js';

describe('timeline --format svg', () => {
  let folder: ReturnType<typeof directoryWith>;
  let patch: string;

  beforeAll(() => {
    folder = directoryWith({ 'introduced.patch': DIFF });
    patch = `${folder.path}/introduced.patch`;
  });

  afterAll(() => folder.remove());

  it('prints one finding as a drawing and nothing else', async () => {
    const listed = await dioOrdering(['check', '--format', 'json', patch]);
    const { findings } = JSON.parse(listed.out) as { findings: readonly { readonly id: string }[] };
    const { id } = findings[0]!;
    const { code, out, err } = await dioOrdering(['timeline', patch, '--finding', id, '--format', 'svg']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^<svg xmlns="[^"]+" width="\d+" [\s\S]*<\/svg>\n$/);
    expect(out).toContain(id);
  });

  it('prints nothing of a finding that is not there', async () => {
    const { code, out, err } = await dioOrdering([
      'timeline',
      patch,
      '--finding',
      'p1-00000000',
      '--format',
      'svg',
    ]);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain('no finding p1-00000000');
  });
});
