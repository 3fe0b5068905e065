/** What went wrong, in words that policies and agents can rely on; listed in docs/comfyui.md. */
export type ErrorCode =
  | 'COMFYUI_NOT_RUNNING'
  | 'NOT_COMFYUI'
  | 'COMFYUI_FAILED'
  | 'TIMEOUT'
  | 'INVALID_WORKFLOW'
  | 'MODEL_NOT_FOUND'
  | 'JOB_NOT_FOUND'
  | 'FILE_NOT_FOUND'
  | 'PERMISSION_DENIED'
  | 'VALIDATION_ERROR';

export const ERROR_TYPES = {
  COMFYUI_NOT_RUNNING: 'connection',
  NOT_COMFYUI: 'connection',
  COMFYUI_FAILED: 'connection',
  TIMEOUT: 'connection',
  INVALID_WORKFLOW: 'validation',
  MODEL_NOT_FOUND: 'validation',
  JOB_NOT_FOUND: 'execution',
  FILE_NOT_FOUND: 'filesystem',
  PERMISSION_DENIED: 'filesystem',
  VALIDATION_ERROR: 'validation',
} as const satisfies Record<ErrorCode, string>;

export type ErrorHints = {
  /** What the agent can do next, in the order of likelihood. */
  readonly suggestions?: readonly string[];
  readonly details?: unknown;
};

/** Ends a tool call; `server.ts` makes the one `isError` result of it. */
export class ToolError extends Error {
  override readonly name = 'ToolError';
  readonly code: ErrorCode;
  readonly suggestions: readonly string[];
  readonly details: unknown;

  constructor(code: ErrorCode, message: string, hints: ErrorHints = {}) {
    super(message);
    this.code = code;
    this.suggestions = hints.suggestions ?? [];
    this.details = hints.details;
  }

  /** The body that agents read: the shape of the well-known server, with nothing buried in it. */
  toJSON(): object {
    return {
      error: {
        type: ERROR_TYPES[this.code],
        code: this.code,
        message: this.message,
        ...(this.details === undefined ? {} : { details: this.details }),
        suggestions: this.suggestions,
      },
    };
  }
}
