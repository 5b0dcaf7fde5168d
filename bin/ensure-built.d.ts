export function ensureBuilt(parts: { web: boolean }): Promise<void>;
