import type { Span, SpanOptions } from '@opentelemetry/api';
import type { TraceContext } from './trace-context.ts';

export type TracingOptions = {
  /** The `OTEL_*` variables are read here. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly version: string;
  /** Told when spans cannot be sent, and with undefined when they can again. */
  readonly onChange: (problem: string | undefined) => void;
  /** In place of `SPANS_EXPORT_MS`. */
  readonly exportMs?: number;
};

/** Why there are no spans although somebody asked for them, and how to mend it. */
export type TracingFault = { readonly problem: string };

/** Where spans begin. To close it sends what has ended, for as long as `SPANS_FLUSH_MS`. */
export type Tracing = AsyncDisposable & {
  /** A span below what another process told, or the first of its trace. */
  readonly startRemote: (name: string, parent: TraceContext | undefined, options: SpanOptions) => Span;
  readonly startChild: (name: string, parent: Span, options: SpanOptions) => Span;
};
