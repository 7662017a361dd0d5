export interface Profile {
  readonly home: string;
  readonly userData: string;
  readonly extensions: string;
}
export type EditorSettings = Readonly<Record<string, unknown>>;
export function makeProfile(folder: string, settings?: EditorSettings): Profile;
export function writeSettings(profile: Profile, settings: EditorSettings): void;
export function settingsText(settings: EditorSettings): string;
export function profileArguments(profile: Profile): string[];
export function installExtension(profile: Profile, vsix: string): void;
