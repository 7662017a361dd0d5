/** The page of the timeline view: what it lets in. */

import { describe, expect, it } from 'vitest';
import { newNonce, timelinePage } from '../../../client/src/timeline/html.js';

const parts = {
  source: 'https://*.vscode-cdn.net',
  script: 'https://file.vscode-cdn.net/dist/media/timeline.js',
  style: 'https://file.vscode-cdn.net/dist/media/timeline.css',
  language: 'en',
  texts: {},
};

describe('the page', () => {
  it('loads nothing but its style sheet, and the script that has the nonce', () => {
    const page = timelinePage(parts, 'N0nce');
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)![1];
    expect(policy).toBe("default-src 'none'; style-src https://*.vscode-cdn.net; script-src 'nonce-N0nce'");
    expect(page.match(/<script[^>]*>/g)).toEqual([`<script nonce="N0nce" src="${parts.script}">`]);
  });

  it('has another nonce each time, long enough not to be guessed', () => {
    const nonces = Array.from({ length: 50 }, newNonce);
    expect(new Set(nonces).size).toBe(50);
    expect(nonces.every((nonce) => Buffer.from(nonce, 'base64').length >= 16)).toBe(true);
  });

  it('carries the words of the language for the script, whatever they hold', () => {
    const page = timelinePage({ ...parts, texts: { Step: '"><script>Schritt' } }, 'N0nce');
    expect(page).toContain('data-texts="{&#34;Step&#34;:&#34;\\&#34;&#62;&#60;script&#62;Schritt&#34;}"');
    expect(page.match(/<script/g)).toHaveLength(1);
  });

  it('lets no address end its attribute', () => {
    const page = timelinePage({ ...parts, script: '"><script>' }, 'N0nce');
    expect(page).not.toContain('"><script>');
  });
});
