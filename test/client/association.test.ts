import { describe, expect, it } from 'vitest';
import { associationPattern } from '../../client/src/association.js';

describe('the offer to take files for kernel mail', () => {
  it('is for the files of the same folder and ending', () => {
    expect(associationPattern('file', '/home/u/review/000_aacb.txt')).toBe('**/review/*.txt');
  });

  it('is for the file alone where it has no ending', () => {
    expect(associationPattern('file', '/home/u/review/mail')).toBe('**/review/mail');
    expect(associationPattern('file', '/home/u/review/.mail')).toBe('**/review/.mail');
  });

  it('reads addresses of other schemes', () => {
    expect(associationPattern('vscode-vfs', '/github/torvalds/linux/x.txt')).toBe('**/linux/*.txt');
  });

  it('is not made for what is no saved file', () => {
    expect(associationPattern('untitled', 'Untitled-1')).toBeNull();
    expect(associationPattern('file', '/x.txt')).toBeNull();
  });
});
