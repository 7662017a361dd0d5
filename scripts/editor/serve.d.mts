import type { Profile } from './profile.mjs';

export interface ServedEditor {
  readonly address: string;
  stop(): Promise<void>;
}
export function serveEditor(profile: Profile, port?: number): Promise<ServedEditor>;
export function editorAddress(address: string, folder: string, file?: string): string;
