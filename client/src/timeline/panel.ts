/** One timeline view: asks the server for what it shows, and ties it to the editors. */

import { env, l10n, TextEditorSelectionChangeKind, Uri, window, workspace } from 'vscode';
import type { Disposable, TextEditorSelectionChangeEvent, WebviewPanel } from 'vscode';
import { REQUEST, type TimelineParams, type TimelineView } from '../../../server/src/lsp/protocol.js';
import { revealStep } from './editors.js';
import { stepsOn } from './follow.js';
import { newNonce, timelinePage } from './html.js';
import { isTimelineView, readFromView, type FromView, type ToView } from './messages.js';
import type { Requests } from './requests.js';
import { saveAsSvg } from './save-svg.js';

/** The folder of the extension with the view's script and style sheet: all that the webview may load. */
export const mediaFolder = (extension: Uri): Uri => Uri.joinPath(extension, 'dist', 'media');

export class TimelinePanel implements Disposable {
  #wanted: TimelineParams;
  #shown: TimelineView | null = null;
  /** Counts requests: an answer that a newer one has overtaken is dropped. */
  #asked = 0;
  readonly #subscriptions: Disposable[];

  constructor(
    readonly panel: WebviewPanel,
    readonly server: Requests,
    extension: Uri,
    wanted: TimelineParams,
  ) {
    this.#wanted = wanted;
    this.#subscriptions = [
      panel.webview.onDidReceiveMessage((message: unknown) => this.#received(message)),
      window.onDidChangeTextEditorSelection((event) => this.#cursorMoved(event)),
    ];
    this.#fill(extension);
  }

  get wanted(): TimelineParams {
    return this.#wanted;
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  /** Shows another finding, or the same in another form. */
  async show(wanted: TimelineParams): Promise<void> {
    this.#wanted = wanted;
    await this.refresh();
  }

  /** Asks the server again, e.g. when the document has been checked anew. */
  async refresh(): Promise<void> {
    const asked = ++this.#asked;
    const answer = await this.#ask();
    if (asked !== this.#asked) return;
    this.#shown = answer.type === 'show' ? answer.view : null;
    if (this.#shown) this.panel.title = l10n.t('Timeline {0}', this.#shown.finding.id);
    this.#post(answer);
  }

  #fill(extension: Uri): void {
    const { webview } = this.panel;
    const file = (name: string): string =>
      webview.asWebviewUri(Uri.joinPath(mediaFolder(extension), name)).toString();
    webview.html = timelinePage(
      {
        source: webview.cspSource,
        script: file('timeline.js'),
        style: file('timeline.css'),
        language: env.language,
        texts: l10n.bundle ?? {},
      },
      newNonce(),
    );
  }

  async #ask(): Promise<ToView> {
    try {
      // After a reload the patch may stand behind another tab: then VS Code has not opened it yet, nor told the server.
      await workspace.openTextDocument(Uri.parse(this.#wanted.uri, true));
      const view = await this.server.sendRequest(REQUEST.timeline, this.#wanted);
      if (isTimelineView(view)) return { type: 'show', view };
      const message = l10n.t(
        'There is nothing to draw: the patch has changed, or this was read out of the code, without a scenario.',
      );
      return { type: 'failed', message };
    } catch (error) {
      const what = error instanceof Error ? error.message : String(error);
      return { type: 'failed', message: l10n.t('The language server did not answer: {0}', what) };
    }
  }

  #post(message: ToView): void {
    void this.panel.webview.postMessage(message);
  }

  #received(raw: unknown): void {
    const message = readFromView(raw);
    if (message) void this.#act(message);
  }

  async #act(message: FromView): Promise<void> {
    switch (message.type) {
      case 'ready':
        this.#post({ type: 'waiting' });
        return this.refresh();
      case 'choose':
        return this.show({ ...this.#wanted, scenario: message.scenario, side: message.side });
      case 'reveal':
        return this.#reveal(message.n, message.focus);
      case 'saveAsSvg':
        if (this.#shown) await saveAsSvg(this.server, this.#shown);
    }
  }

  /** The view names a step and nothing else: which document that is was said by the server. */
  async #reveal(n: number, focus: boolean): Promise<void> {
    const step = this.#shown?.steps.find((one) => one.n === n);
    if (!step) return;
    try {
      await revealStep(step, focus);
    } catch {
      void window.showWarningMessage(l10n.t('{0} cannot be opened.', `${step.at.file}:${step.at.line}`));
    }
  }

  /** Moves that the extension makes itself have no kind, and do not move the view. */
  #cursorMoved({ kind, textEditor, selections }: TextEditorSelectionChangeEvent): void {
    const byUser =
      kind === TextEditorSelectionChangeKind.Keyboard ||
      kind === TextEditorSelectionChangeKind.Mouse ||
      kind === TextEditorSelectionChangeKind.Command;
    const cursor = selections[0];
    if (!byUser || !cursor || !this.#shown) return;
    const steps = stepsOn(this.#shown, textEditor.document.uri.toString(), cursor.active.line + 1);
    if (steps.length > 0) this.#post({ type: 'cursor', steps });
  }
}
