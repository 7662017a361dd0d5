/** The timeline views of a window: opened by a command, and again when the window is reloaded. */

import { l10n, ViewColumn, window } from 'vscode';
import type { ExtensionContext, WebviewOptions, WebviewPanel } from 'vscode';
import type { TimelineParams } from '../../../server/src/lsp/protocol.js';
import { readKeptState } from './messages.js';
import { mediaFolder, TimelinePanel } from './panel.js';
import type { Requests } from './requests.js';

export const VIEW_TYPE = 'dioOrdering.timeline';

export interface TimelineViews {
  /** Opens the finding beside the editor; a view that shows the document already is used again. */
  show(wanted: TimelineParams): Promise<void>;
  /** The document has been checked anew: views of it ask for their timeline again. */
  refresh(uri: string): Promise<void>;
}

export function registerTimelineView(context: ExtensionContext, server: Requests): TimelineViews {
  const views = new Views(context, server);
  context.subscriptions.push(
    window.registerWebviewPanelSerializer(VIEW_TYPE, {
      deserializeWebviewPanel: async (panel, state: unknown) => views.restore(panel, state),
    }),
  );
  return views;
}

class Views implements TimelineViews {
  readonly #open = new Set<TimelinePanel>();

  constructor(
    readonly context: ExtensionContext,
    readonly server: Requests,
  ) {}

  async show(wanted: TimelineParams): Promise<void> {
    const known = [...this.#open].find((one) => one.wanted.uri === wanted.uri);
    if (!known) {
      this.#adopt(this.#newPanel(), wanted);
      return;
    }
    known.panel.reveal(undefined, false);
    await known.show(wanted);
  }

  async refresh(uri: string): Promise<void> {
    const own = [...this.#open].filter((one) => one.wanted.uri === uri);
    await Promise.all(own.map((one) => one.refresh()));
  }

  /** A panel whose state cannot be read has nothing to come back with. */
  restore(panel: WebviewPanel, state: unknown): void {
    const kept = readKeptState(state);
    if (!kept) {
      panel.dispose();
      return;
    }
    panel.webview.options = this.#options();
    const { uri, finding, scenario, side } = kept;
    this.#adopt(panel, { uri, finding, scenario, side });
  }

  #newPanel(): WebviewPanel {
    const column = { viewColumn: ViewColumn.Beside, preserveFocus: false };
    return window.createWebviewPanel(VIEW_TYPE, l10n.t('Timeline'), column, this.#options());
  }

  #options(): WebviewOptions {
    return { enableScripts: true, localResourceRoots: [mediaFolder(this.context.extensionUri)] };
  }

  #adopt(panel: WebviewPanel, wanted: TimelineParams): void {
    const view = new TimelinePanel(panel, this.server, this.context.extensionUri, wanted);
    this.#open.add(view);
    panel.onDidDispose(() => {
      this.#open.delete(view);
      view.dispose();
    });
  }
}
