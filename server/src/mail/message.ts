/** What the mail room gives: messages made of decoded lines that still know their place in the file. */

/** One line of decoded text. `line` is 1-based in the file as opened, whatever encoding lay between. */
export interface TextLine {
  readonly text: string;
  readonly line: number;
}

/** One text part of a message: the body itself, an inline part or an attachment. */
export interface Body {
  readonly lines: readonly TextLine[];
  /** Set for `format=flowed` (RFC 3676): the sender said that soft breaks may be undone. */
  readonly flowed: { readonly delSp: boolean } | null;
  /** Of a part with a header block of its own (an attached mail or `git format-patch` file); else the message's hold. */
  readonly facts: Facts | null;
}

/** `[PATCH v2 3/7]`: a single patch is 1/1, a cover letter has index 0. */
export interface SeriesTag {
  readonly version: number;
  readonly index: number;
  readonly total: number;
}

export interface Facts {
  readonly subject: string | null;
  readonly series: SeriesTag | null;
  /** yyyy-mm-dd */
  readonly date: string | null;
  readonly messageId: string | null;
  /** The first line of a message that shares a page with others: there it tells it from them as an id does. */
  readonly onPage?: number;
  /** Message ids of `References:` and `In-Reply-To:`, the root of the thread first. */
  readonly references: readonly string[];
}

/** One mail, one commit of `git show`, one plain diff, one archive page. */
export interface Message {
  readonly facts: Facts;
  readonly bodies: readonly Body[];
  /** Media types of parts that were not read as text, e.g. `text/html`. */
  readonly skipped: readonly string[];
}

/** The form a file has, told from its first lines. */
export type InputForm = 'diff' | 'format-patch' | 'mail' | 'mbox' | 'archive-page';

/** What stood around every line of the file and is no part of any: where it began. */
export interface TakenOff {
  readonly line: number;
  readonly what: 'colours' | 'graph';
}

export interface Messages {
  readonly form: InputForm;
  readonly takenOff: readonly TakenOff[];
  readonly messages: readonly Message[];
}
