/** The folder command with a stand-in for VS Code: two patches, and a server that answers when the test lets it. */

import type { LanguageClient } from 'vscode-languageclient/node';
import type {
  CancellationToken,
  ExtensionContext,
  LogOutputChannel,
  RelativePattern,
  TextDocument,
  Uri,
} from 'vscode';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Others } from '../../server/src/lsp/protocol.js';
import { registerFolderCheck } from '../../client/src/folder.js';

type Command = (folder: Uri) => Promise<void>;

const editor = vi.hoisted(() => ({
  command: (() => Promise.resolve()) as Command,
  cancel: (): void => undefined,
  said: [] as string[],
  texts: new Map<string, string>(),
  files: [] as string[],
  languages: [] as (readonly [string, string])[],
}));

vi.mock('vscode', () => {
  class CancellationTokenSource {
    readonly #listeners: (() => void)[] = [];
    readonly token = {
      isCancellationRequested: false,
      onCancellationRequested: (listener: () => void) => this.#listeners.push(listener),
    };
    cancel(): void {
      this.token.isCancellationRequested = true;
      for (const listener of this.#listeners) listener();
    }
  }
  return {
    CancellationTokenSource,
    ProgressLocation: { Notification: 15 },
    RelativePattern: class {
      constructor(
        readonly base: Uri,
        readonly pattern: string,
      ) {}
    },
    commands: { registerCommand: (_: string, command: Command) => (editor.command = command) },
    l10n: { t: (text: string) => text },
    languages: {
      createDiagnosticCollection: () => ({ set: vi.fn(), delete: vi.fn() }),
      setTextDocumentLanguage: ({ uri }: TextDocument, language: string) =>
        editor.languages.push([uri.path, language]),
    },
    window: {
      visibleTextEditors: [],
      onDidChangeVisibleTextEditors: vi.fn(),
      setStatusBarMessage: (text: string) => editor.said.push(text),
      withProgress: (_: object, work: (progress: object, token: object) => Promise<void>) => {
        const source = new CancellationTokenSource();
        editor.cancel = () => source.cancel();
        return work({ report: vi.fn() }, source.token);
      },
    },
    workspace: {
      findFiles: ({ pattern }: RelativePattern) => {
        const found = editor.files.filter((path) => path.endsWith('.patch') === pattern.includes('patch'));
        return Promise.resolve(found.map((path) => ({ path, toString: () => path })));
      },
      fs: {
        readFile: ({ path }: Uri) => Promise.resolve(Buffer.from(editor.texts.get(path) ?? '')),
      },
      asRelativePath: ({ path }: Uri) => path,
      openTextDocument: (uri: Uri) =>
        Promise.resolve({
          uri,
          languageId: uri.path.endsWith('.patch') ? 'diff' : 'plaintext',
          getText: () => editor.texts.get(uri.path) ?? 'diff --git a/a.c b/a.c',
        }),
    },
  };
});

vi.mock('vscode-languageclient/node', () => ({ DocumentDiagnosticRequest: { type: 'diagnostic' } }));

/** A check that the server was asked for. */
interface Asked {
  readonly uri: string;
  readonly series: Others;
  readonly token: CancellationToken;
  readonly answer: () => void;
}

let asked: Asked[];
let logged: string[];

beforeEach(() => {
  [asked, logged] = [[], []];
  editor.said.length = 0;
  editor.texts.clear();
  editor.files = ['/a/1.patch', '/a/2.patch'];
  editor.languages.length = 0;
  const client = {
    sendRequest: (method: string, { uri, series }: Asked, token: CancellationToken) => {
      if (method === 'diagnostic') return Promise.resolve({ kind: 'unchanged' });
      return new Promise((resolve, reject) => {
        asked.push({ uri, series, token, answer: () => resolve({ summary: 'no race found' }) });
        token.onCancellationRequested(() => reject(new Error('Canceled')));
      });
    },
  };
  const log = { info: (line: string) => logged.push(line) };
  registerFolderCheck(
    { subscriptions: [] } as unknown as ExtensionContext,
    client as unknown as LanguageClient,
    log as unknown as LogOutputChannel,
  );
});

const folder = (path: string) => ({ path, toString: () => path }) as Uri;
/** The `n`th check that is asked for. */
const ask = (n: number) => vi.waitFor(() => expect(asked).toHaveLength(n)).then(() => asked[n - 1]!);

describe('a folder of patches', () => {
  it('is checked file by file, and the log has a line for each', async () => {
    const done = editor.command(folder('/a'));
    (await ask(1)).answer();
    (await ask(2)).answer();
    await done;
    expect(asked.map(({ uri }) => uri)).toEqual(['/a/1.patch', '/a/2.patch']);
    expect(logged).toEqual([
      '/a: 2 of 2 patches checked',
      '  /a/1.patch: no race found',
      '  /a/2.patch: no race found',
    ]);
    expect(editor.said).toHaveLength(1);
  });

  it('that is checked already is checked anew, once: the first check ends and says nothing', async () => {
    const first = editor.command(folder('/a'));
    await ask(1);
    const second = editor.command(folder('/a'));
    await first;
    (await ask(2)).answer();
    (await ask(3)).answer();
    await second;
    expect(asked.map(({ uri, token }) => [uri, token.isCancellationRequested])).toEqual([
      ['/a/1.patch', true],
      ['/a/1.patch', false],
      ['/a/2.patch', false],
    ]);
    expect(logged).toHaveLength(3);
    expect(editor.said).toHaveLength(1);
  });

  it('that holds saved mails has those checked as well in which there is a diff', async () => {
    editor.files = ['/a/mail.txt', '/a/notes.txt', '/a/0.patch'];
    editor.texts.set('/a/mail.txt', 'On Monday somebody wrote:\n> +++ b/fs/iomap.c\n');
    editor.texts.set('/a/notes.txt', 'what git diff says, see there\n');
    const done = editor.command(folder('/a'));
    (await ask(1)).answer();
    (await ask(2)).answer();
    await done;
    expect(asked.map(({ uri }) => uri)).toEqual(['/a/0.patch', '/a/mail.txt']);
    expect(editor.languages).toEqual([['/a/mail.txt', 'kernel-mail']]);
  });

  it('that holds a series is checked with each patch on top of those before it', async () => {
    editor.texts.set('/a/1.patch', 'From: a\nSubject: [PATCH v2 2/2] second\n');
    editor.texts.set('/a/2.patch', 'From: a\nSubject: [PATCH v2 1/2] first\n');
    const done = editor.command(folder('/a'));
    (await ask(1)).answer();
    (await ask(2)).answer();
    await done;
    const names = (texts: Others['earlier']): readonly string[] => texts.map(({ file }) => file);
    expect(asked.map(({ uri, series }) => [uri, names(series.earlier), names(series.later)])).toEqual([
      ['/a/1.patch', ['2.patch'], []],
      ['/a/2.patch', [], ['1.patch']],
    ]);
  });

  it('goes on while another one is checked', async () => {
    const both = [editor.command(folder('/a')), editor.command(folder('/b'))];
    await ask(2);
    expect(asked.map(({ token }) => token.isCancellationRequested)).toEqual([false, false]);
    for (const { answer } of asked) answer();
    await ask(4);
    for (const { answer } of asked) answer();
    await Promise.all(both);
    expect(editor.said).toHaveLength(2);
  });

  it('is checked no further when the user cancels', async () => {
    const done = editor.command(folder('/a'));
    await ask(1);
    editor.cancel();
    await done;
    expect(asked).toHaveLength(1);
    expect(editor.said).toHaveLength(1);
  });
});
