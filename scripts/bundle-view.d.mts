export function bundleView(folder: string): Promise<void>;
