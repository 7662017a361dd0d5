import { describe, expect, it } from 'vitest';
import { choose, chosenFinding, lookAt } from '../../server/src/lsp/chosen.js';
import { OpenDocument } from '../../server/src/lsp/open-documents.js';
import { everything, introduced, left } from '../render/reports.js';
import { viewOf } from './views.js';

const [first] = introduced.findings;
const [second] = left.findings;

function opened() {
  const { document, checked } = viewOf(everything);
  const open = new OpenDocument(document);
  open.checked = checked;
  const served = {
    refreshed: 0,
    hintsChanged() {
      this.refreshed++;
    },
  };
  return { open, served };
}

describe('the finding that is looked at', () => {
  it('is the most serious one at first', () => {
    expect(chosenFinding(opened().open)).toBe(first!.id);
  });

  it('follows the cursor, and stays when it leaves', () => {
    const { open, served } = opened();
    lookAt(served, open, [second!]);
    expect(chosenFinding(open)).toBe(second!.id);
    lookAt(served, open, []);
    expect(chosenFinding(open)).toBe(second!.id);
    expect(served.refreshed).toBe(1);
  });

  it('stays where the cursor is in several', () => {
    const { open, served } = opened();
    lookAt(served, open, [second!, first!]);
    expect(chosenFinding(open)).toBe(first!.id);
    expect(served.refreshed).toBe(0);
  });

  it('is the most serious one again when the chosen one is gone', () => {
    const { open, served } = opened();
    choose(served, open, second!.id);
    open.checked = viewOf(introduced).checked;
    expect(chosenFinding(open)).toBe(first!.id);
  });

  it('can be none', () => {
    const { open, served } = opened();
    choose(served, open, null);
    expect(chosenFinding(open)).toBeNull();
    expect(served.refreshed).toBe(1);
  });
});
