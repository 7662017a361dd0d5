/** Answers the requests beyond LSP (see `protocol.ts`), and the commands for clients that do not have their own. */

import {
  MessageType,
  ShowMessageNotification,
  type Connection,
  type ProgressToken,
  type WorkDoneProgressParams,
} from 'vscode-languageserver';
import type { Report } from '../review/report.js';
import { readSilence, silenceText } from '../review/silence.js';
import { renderSvg } from '../render/svg.js';
import { choose } from './chosen.js';
import { explainOf } from './explain.js';
import { exportOf } from './export.js';
import { allFunctions, functionsAt } from './function-texts.js';
import { guarded } from './guard.js';
import type { OpenDocument } from './open-documents.js';
import { nameOf } from './places.js';
import {
  COMMAND,
  REQUEST,
  type CheckParams,
  type ExportFormat,
  type ExportParams,
  type ExportRefusal,
  type ExportResult,
  type FunctionPair,
  type FunctionsParams,
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

const FORMATS: readonly ExportFormat[] = [
  'text',
  'markdown',
  'json',
  'sarif',
  'mail',
  'svg',
  'litmus',
  'promela',
];

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
    guarded(served, 'content', null, (params: UriParams, signal) => answer.content(params, signal)),
  );
  connection.onRequest(
    REQUEST.functions,
    guarded(served, 'functions', [], (params: FunctionsParams, signal) => answer.functions(params, signal)),
  );
  connection.onRequest(
    REQUEST.check,
    guarded(served, 'check', null, (params: CheckParams & WorkDoneProgressParams, signal) =>
      answer.check(params, signal, params.workDoneToken),
    ),
  );
  connection.workspace.textDocumentContent.on(
    guarded(served, 'textDocumentContent', null, (params: UriParams, signal) =>
      answer.content(params, signal),
    ),
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
  ): Promise<Text | ExportRefusal> {
    const { documents, analyst } = this.served;
    const open = await documents.whenSettled(uri, signal);
    if (!open?.checked) return null;
    const finding = id === undefined ? null : findingOf(open.view, id);
    if (id !== undefined && !finding) return null;
    if (format === 'litmus' || format === 'promela') {
      if (!finding) return null;
      const wanted = { finding: finding.id, format, side };
      const model = await analyst.model(documents.inputOf(open), wanted, signal);
      return model && (model.ok ? { text: model.text } : { refused: model.what });
    }
    if (format !== 'svg') {
      const text = exportOf(
        await this.#withEvents(open, open.checked.report, signal),
        finding,
        format,
        open.checked.patchText,
      );
      return text === null ? null : { text };
    }
    if (!finding) return null;
    const wanted = { finding: finding.id, scenario, side };
    const timeline = await analyst.timeline(documents.inputOf(open), wanted, signal);
    return timeline && { text: renderSvg(timeline) };
  }

  async explain({ uri }: UriParams, signal: AbortSignal): Promise<Text> {
    const open = await this.served.documents.whenSettled(uri, signal);
    if (!open?.outcome) return null;
    const { outcome } = open;
    if (outcome.kind !== 'checked') return { text: explainOf(nameOf(uri), outcome) };
    const report = await this.#withEvents(open, outcome.report, signal);
    return { text: explainOf(nameOf(uri), { ...outcome, report }) };
  }

  async #withEvents(open: OpenDocument, report: Report, signal: AbortSignal): Promise<Report> {
    const { documents, analyst } = this.served;
    const events = await analyst.events(documents.inputOf(open), signal);
    return { ...report, explanation: { ...report.explanation, events } };
  }

  async content({ uri }: UriParams, signal: AbortSignal): Promise<Text> {
    const text = await this.served.contents.textOf(uri, signal);
    return text === null ? null : { text };
  }

  async functions({ uri, line }: FunctionsParams, signal: AbortSignal): Promise<readonly FunctionPair[]> {
    const open = await this.served.documents.whenSettled(uri, signal);
    if (!open) return [];
    const here = line === undefined ? [] : functionsAt(open.view, line);
    return here.length > 0 ? here : allFunctions(open.view);
  }

  async check(params: CheckParams, signal: AbortSignal, token?: ProgressToken): Promise<Status | null> {
    const { documents, settings } = this.served;
    const open = await documents.recheck(params, signal, token);
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
        return textOf(await this.export({ uri, format: 'text', ...finding }, signal));
      case COMMAND.copyAsReply:
        return textOf(await this.export({ uri, format: 'mail', ...finding }, signal));
      case COMMAND.export: {
        const wanted = FORMATS.find((one) => one === format) ?? 'markdown';
        return textOf(await this.export({ uri, format: wanted, ...finding }, signal));
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

/** What a client without commands of its own is shown. */
function textOf(answer: Text | ExportRefusal): string | null {
  if (answer === null) return null;
  return 'refused' in answer ? answer.refused : answer.text;
}
