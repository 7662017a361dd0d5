// Writes l10n/bundle.l10n.json: every text of the client and its timeline view and that can be translated, in English.

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The first argument of every `l10n.t()`, sorted. */
export function translatableTexts() {
  const texts = ['client/src', 'media/timeline'].flatMap((name) => {
    const folder = join(root, name);
    const files = readdirSync(folder, { recursive: true }).filter((file) => file.endsWith('.ts'));
    return files.flatMap((file) => textsOf(join(folder, file)));
  });
  return [...new Set(texts)].sort();
}

function textsOf(file) {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
  const texts = [];
  const visit = (node) => {
    if (ts.isCallExpression(node) && node.expression.getText(source) === 'l10n.t') {
      const [text] = node.arguments;
      if (!ts.isStringLiteralLike(text)) throw new Error(`${file}: l10n.t() needs its text in one literal`);
      texts.push(text.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return texts;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const bundle = Object.fromEntries(translatableTexts().map((text) => [text, text]));
  mkdirSync(join(root, 'l10n'), { recursive: true });
  writeFileSync(join(root, 'l10n/bundle.l10n.json'), `${JSON.stringify(bundle, null, 2)}\n`);
}
