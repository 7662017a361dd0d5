/** The page that the timeline view's script fills. It holds no text of a patch. */

import { randomBytes } from 'node:crypto';

export interface PageParts {
  /** Where the webview may load from: `webview.cspSource`. */
  readonly source: string;
  readonly script: string;
  readonly style: string;
  readonly language: string;
  /** The view's own words, from English into the language. */
  readonly texts: Readonly<Record<string, string>>;
}

export const newNonce = (): string => randomBytes(18).toString('base64');

/** Nothing is loaded but the extension's own style sheet and, by nonce, its script. */
export function timelinePage({ source, script, style, language, texts }: PageParts, nonce: string): string {
  const policy = `default-src 'none'; style-src ${source}; script-src 'nonce-${nonce}'`;
  return `<!DOCTYPE html>
<html lang="${attribute(language)}">
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="${attribute(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${attribute(style)}">
<title>DIO timeline</title>
</head>
<body>
<main id="timeline" data-texts="${attribute(JSON.stringify(texts))}"></main>
<script nonce="${attribute(nonce)}" src="${attribute(script)}"></script>
</body>
</html>
`;
}

const attribute = (text: string): string => text.replace(/[&"<>]/g, (char) => `&#${char.charCodeAt(0)};`);
