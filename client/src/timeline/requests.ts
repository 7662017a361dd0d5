/** What the timeline view needs of the language client. */
export interface Requests {
  sendRequest(method: string, params: object): Promise<unknown>;
}
