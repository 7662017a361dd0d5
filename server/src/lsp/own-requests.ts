/** Answers the requests beyond LSP (see `protocol.ts`), and the commands for clients that do not have their own. */

import {
  MessageType,
  ShowMessageNotification,
  type Connection,
  type ProgressToken,
  type WorkDoneProgressParams,
} from 'vscode-languageserver';
import { readSilence, silenceText } from '../review/silence.js';
import { renderSvg } from '../render/svg.js';
import { choose } from './chosen.js';
import { explainOf } from './explain.js';
import { exportOf } from './export.js';
import { guarded } from './guard.js';
import { contentOf, nameOf } from './places.js';
import {
  COMMAND,
  REQUEST,
  type CheckParams,
  type ExportFormat,
  type ExportParams,
  type ExportResult,
  type Status,
  type TimelineParams,
  type TimelineView,
  type UriParams,
} from './protocol.js';
import type { Served } from './served.js';
import { statusOf } from './status.js';
import { timelineViewOf } from './timeline.js';
import { findingOf } from './view.js';

type Text = ExportResult | null;

const FORMATS: readonly ExportFormat[] = ['text', 'markdown', 'json', 'sarif', 'mail', 'svg'];

export function answerOwnRequests(connection: Connection, served: Served): void {
  const answer = new Answers(served);
  connection.onRequest(
    REQUEST.timeline,
    guarded(served, 'timeline', null, (params: TimelineParams, signal) => answer.timeline(params, signal)),
  );
  connection.onRequest(
    REQUEST.export,
    guarded(served, 'export', null, (params: ExportParams, signal) => answer.export(params, signal)),
  );
  connection.onRequest(
    REQUEST.explain,
    guarded(served, 'explain', null, (params: UriParams, signal) => answer.explain(params, signal)),
  );
  connection.onRequest(
    REQUEST.content,
    guarded(served, 'content', null, ({ uri }: UriParams) => content(uri)),
  );
  connection.onRequest(
    REQUEST.check,
    guarded(served, 'check', null, (params: CheckParams & WorkDoneProgressParams, signal) =>
      answer.check(params, signal, params.workDoneToken),
    ),
  );
  connection.workspace.textDocumentContent.on(
    guarded(served, 'textDocumentContent', null, ({ uri }: UriParams) => content(uri)),
  );
  connection.onExecuteCommand(
    guarded(served, 'executeCommand', null, async ({ command, arguments: args }, signal) => {
      const text = await answer.command(command, args ?? [], signal);
      // Without commands of its own the client has no other place to show the answer in.
      if (text !== null && !served.client.commands)
        void connection.sendNotification(ShowMessageNotification.type, {
          type: MessageType.Info,
          message: text,
        });
      return text;
    }),
  );
}

function content(uri: string): Text {
  const text = contentOf(uri);
  return text === null ? null : { text };
}

class Answers {
  constructor(readonly served: Served) {}

  async timeline(params: TimelineParams, signal: AbortSignal): Promise<TimelineView | null> {
    const { documents, analyst, places } = this.served;
    const open = await documents.whenSettled(params.uri, signal);
    if (!open?.checked) return null;
    const { finding, scenario, side } = params;
    if (findingOf(open.view, finding)) choose(this.served, open, finding);
    const timeline = await analyst.timeline(documents.inputOf(open), { finding, scenario, side }, signal);
    return timeline && timelineViewOf(timeline, open.view, places);
  }

  async export(
    { uri, format, finding: id, scenario, side }: ExportParams,
    signal: AbortSignal,
  ): Promise<Text> {
    const { documents, analyst } = this.served;
    const open = await documents.whenSettled(uri, signal);
    if (!open?.checked) return null;
    const finding = id === undefined ? null : findingOf(open.view, id);
    if (id !== undefined && !finding) return null;
    if (format !== 'svg') {
      const text = exportOf(open.checked.report, finding, format, open.checked.patchText);
      return text === null ? null : { text };
    }
    if (!finding) return null;
    const wanted = { finding: finding.id, scenario, side };
    const timeline = await analyst.timeline(documents.inputOf(open), wanted, signal);
    return timeline && { text: renderSvg(timeline) };
  }

  async explain({ uri }: UriParams, signal: AbortSignal): Promise<Text> {
    const open = await this.served.documents.whenSettled(uri, signal);
    return open?.outcome ? { text: explainOf(nameOf(uri), open.outcome) } : null;
  }

  async check({ uri, all }: CheckParams, signal: AbortSignal, token?: ProgressToken): Promise<Status | null> {
    const { documents, settings } = this.served;
    const open = await documents.recheck(uri, all === true, signal, token);
    return open ? statusOf(open.view, open.outcome, open.state, settings.memory) : null;
  }

  /** The text to show, or null where there is nothing to show. */
  async command(
    name: string,
    [uri, id, format]: readonly unknown[],
    signal: AbortSignal,
  ): Promise<string | null> {
    if (typeof uri !== 'string') return null;
    const finding = typeof id === 'string' ? { finding: id } : {};
    switch (name) {
      case COMMAND.check:
        return (await this.check({ uri, all: true }, signal))?.summary ?? null;
      case COMMAND.explain:
        return (await this.explain({ uri }, signal))?.text ?? null;
      case COMMAND.showTimeline:
        return (await this.export({ uri, format: 'text', ...finding }, signal))?.text ?? null;
      case COMMAND.copyAsReply:
        return (await this.export({ uri, format: 'mail', ...finding }, signal))?.text ?? null;
      case COMMAND.export: {
        const wanted = FORMATS.find((one) => one === format) ?? 'markdown';
        return (await this.export({ uri, format: wanted, ...finding }, signal))?.text ?? null;
      }
      case COMMAND.silence:
        return typeof id === 'string' ? this.#silence(uri, id) : null;
      case COMMAND.selectFinding:
        this.#select(uri, typeof id === 'string' ? id : null);
        return null;
      default:
        return null;
    }
  }

  /** Says what makes it last. */
  #silence(uri: string, rule: string): string {
    const read = readSilence(rule);
    if (!read.ok) return read.what;
    this.served.documents.silence(uri, read.silence.rule);
    const setting = silenceText({ rule: read.silence.rule, file: nameOf(uri) });
    return `silenced until this text is closed; dioOrdering.silence: ["${setting}"] keeps it so`;
  }

  #select(uri: string, id: string | null): void {
    const open = this.served.documents.get(uri);
    if (open) choose(this.served, open, id);
  }
}
