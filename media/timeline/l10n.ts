/**
 * The view's own words in the language of the editor. A webview has no `vscode.l10n`: the extension puts what VS Code
 * loaded into the page. Without that, or for a text that is missing there, the words are those that stand in the code.
 */

type Values = Readonly<Record<string, string | number>>;

const TEXTS = textsOf(document.getElementById('timeline')?.dataset['texts']);

function textsOf(json: string | undefined): ReadonlyMap<string, unknown> {
  try {
    return new Map(Object.entries(JSON.parse(json ?? '{}') as object));
  } catch {
    return new Map();
  }
}

/** As `vscode.l10n`, and found by the same script: the text in one literal, `{name}` where a value goes. */
export const l10n = {
  t(text: string, values: Values = {}): string {
    const found = TEXTS.get(text);
    const translated = typeof found === 'string' ? found : text;
    return translated.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
  },
};
