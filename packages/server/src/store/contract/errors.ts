export class StoreError extends Error {
  readonly code: 'unavailable' | 'conflict' | 'newer_schema' | 'locked' | 'unreadable';
  constructor(code: StoreError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StoreError';
    this.code = code;
  }
}
