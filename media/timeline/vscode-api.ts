/** The webview's end of VS Code. */

import type { FromView, KeptState } from '../../client/src/timeline/messages.js';

export interface VsCodeApi {
  postMessage(message: FromView): void;
  getState(): unknown;
  setState(state: KeptState): void;
}

/** May be called once. */
declare function acquireVsCodeApi(): VsCodeApi;

export const vscode = acquireVsCodeApi();
