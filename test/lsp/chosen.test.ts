import { describe, expect, it } from 'vitest';
import { choose, chosenFinding, lookAt } from '../../server/src/lsp/chosen.js';
import { OpenDocument } from '../../server/src/lsp/open-documents.js';
import { everything, introduced, left } from '../render/reports.js';
import { viewOf } from './views.js';

const [first] = introduced.findings;
const [second] = left.findings;

function opened(followsCursor = false) {
  const { document, checked } = viewOf(everything);
  const open = new OpenDocument(document);
  open.checked = checked;
  const served = {
    refreshed: 0,
    client: { followsCursor },
    hintsChanged() {
      this.refreshed++;
    },
  };
  return { open, served };
}

describe('the finding that is looked at', () => {
  it('is the most serious one at first, where the client does not say where the cursor is', () => {
    const { open, served } = opened();
    expect(chosenFinding(open, served.client)).toBe(first!.id);
  });

  it('is none at first where the client says where the cursor is', () => {
    const { open, served } = opened(true);
    expect(chosenFinding(open, served.client)).toBeNull();
    lookAt(served, open, [first!]);
    expect(chosenFinding(open, served.client)).toBe(first!.id);
    expect(served.refreshed).toBe(1);
  });

  it('is none again there when the chosen one is gone', () => {
    const { open, served } = opened(true);
    choose(served, open, second!.id);
    open.checked = viewOf(introduced).checked;
    expect(chosenFinding(open, served.client)).toBeNull();
  });

  it('follows the cursor, and stays when it leaves', () => {
    const { open, served } = opened();
    lookAt(served, open, [second!]);
    expect(chosenFinding(open, served.client)).toBe(second!.id);
    lookAt(served, open, []);
    expect(chosenFinding(open, served.client)).toBe(second!.id);
    expect(served.refreshed).toBe(1);
  });

  it('stays where the cursor is in several', () => {
    const { open, served } = opened();
    lookAt(served, open, [second!, first!]);
    expect(chosenFinding(open, served.client)).toBe(first!.id);
    expect(served.refreshed).toBe(0);
  });

  it('is the most serious one again when the chosen one is gone', () => {
    const { open, served } = opened();
    choose(served, open, second!.id);
    open.checked = viewOf(introduced).checked;
    expect(chosenFinding(open, served.client)).toBe(first!.id);
  });

  it('can be none', () => {
    const { open, served } = opened();
    choose(served, open, null);
    expect(chosenFinding(open, served.client)).toBeNull();
    expect(served.refreshed).toBe(1);
  });
});
