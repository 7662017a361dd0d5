/** VS Code's door to the extension. The client does no analysis: what it shows comes from the server. */

export function activate(): void {
  // Nothing is registered yet: `dio-ordering check` is the face that there is.
}
