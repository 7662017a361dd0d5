export const packagePath: string;
export function pack(file: string): Promise<void>;
