export function installEditor(): void;
