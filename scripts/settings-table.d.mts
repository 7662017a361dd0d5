export function settingsTable(): string;
