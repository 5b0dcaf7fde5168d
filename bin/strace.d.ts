export function findStrace(): string | null;
export function ensureStrace(): void;
