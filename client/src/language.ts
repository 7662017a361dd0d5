/** Any open text can be checked: it becomes kernel mail, and once it is offered to do so for its like from then on. */

import {
  CodeLens,
  type CodeLensProvider,
  commands,
  EventEmitter,
  type ExtensionContext,
  l10n,
  languages,
  type Memento,
  Range,
  type TextDocument,
  type Uri,
  workspace,
} from 'vscode';
import { associationPattern } from './association.js';
import { isChecked, KERNEL_MAIL } from './languages.js';

const ALWAYS = 'dioOrdering.alwaysKernelMail';
const NOT_AGAIN = 'dioOrdering.dismissKernelMail';
const OFFERED = 'kernelMailOffered';

/** The offer stands as a lens on the first line of the document that was just made kernel mail, and nowhere else. */
export class LanguageOffer implements CodeLensProvider {
  readonly #offered: Memento;
  readonly #changed = new EventEmitter<void>();
  readonly onDidChangeCodeLenses = this.#changed.event;
  #open: { readonly uri: string; readonly pattern: string } | null = null;

  constructor(offered: Memento) {
    this.#offered = offered;
  }

  /** Makes the document one that is checked; it is the same one where it is already. */
  async checked(document: TextDocument): Promise<TextDocument> {
    if (isChecked(document)) return document;
    const mail = await languages.setTextDocumentLanguage(document, KERNEL_MAIL);
    await this.#offer(mail.uri);
    return mail;
  }

  provideCodeLenses(document: TextDocument): CodeLens[] {
    const offer = this.#open;
    if (offer?.uri !== document.uri.toString()) return [];
    const firstLine = new Range(0, 0, 0, 0);
    const always = l10n.t('Checked as kernel mail · always for {pattern}', {
      pattern: offer.pattern.replace(/^\*\*\//, ''),
    });
    return [
      new CodeLens(firstLine, { command: ALWAYS, title: always, arguments: [offer.pattern] }),
      new CodeLens(firstLine, { command: NOT_AGAIN, title: l10n.t('only now') }),
    ];
  }

  async associate(pattern: string): Promise<void> {
    const files = workspace.getConfiguration('files');
    const set = files.inspect<Record<string, string>>('associations');
    const inWorkspace = workspace.workspaceFolders !== undefined;
    const there = inWorkspace ? set?.workspaceValue : set?.globalValue;
    await files.update('associations', { ...there, [pattern]: KERNEL_MAIL }, !inWorkspace);
    this.dismiss();
  }

  dismiss(): void {
    this.#open = null;
    this.#changed.fire();
  }

  async #offer(uri: Uri): Promise<void> {
    const pattern = associationPattern(uri.scheme, uri.path);
    const before = this.#offered.get<readonly string[]>(OFFERED, []);
    if (pattern === null || before.includes(pattern)) return;
    await this.#offered.update(OFFERED, [...before, pattern]);
    this.#open = { uri: uri.toString(), pattern };
    this.#changed.fire();
  }
}

export function registerLanguageOffer(context: ExtensionContext): LanguageOffer {
  const offer = new LanguageOffer(context.workspaceState);
  context.subscriptions.push(
    languages.registerCodeLensProvider({ language: KERNEL_MAIL }, offer),
    commands.registerCommand(ALWAYS, (pattern: string) => offer.associate(pattern)),
    commands.registerCommand(NOT_AGAIN, () => {
      offer.dismiss();
    }),
  );
  return offer;
}
