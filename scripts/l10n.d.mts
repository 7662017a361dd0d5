export function translatableTexts(): string[];
