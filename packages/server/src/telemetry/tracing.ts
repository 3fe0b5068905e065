import {
  createTraceState,
  isSpanContextValid,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { SPANS_EXPORT_MS, SPANS_FLUSH_MS } from '../limits/index.ts';
import { boundExports } from './bounded-exports.ts';
import type { Tracing, TracingFault, TracingOptions } from './contract.ts';
import { openExport } from './open-export.ts';
import { readTracingSettings } from './settings.ts';
import type { TraceContext } from './trace-context.ts';

/** Opens what the variables ask for; undefined when they ask for nothing, and a fault when that cannot be had. */
export async function openTracing(options: TracingOptions): Promise<Tracing | TracingFault | undefined> {
  const settings = readTracingSettings(options.environment);
  if (settings === undefined || 'problem' in settings) return settings;
  const provider = await openExport(settings, options);
  if ('problem' in provider) return provider;
  const tracer = provider.getTracer('boomgate', options.version);
  const unbounded = boundExports(options.exportMs ?? SPANS_EXPORT_MS);
  return {
    ...startsOf(tracer),
    async [Symbol.asyncDispose]() {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, SPANS_FLUSH_MS);
      });
      // What cannot be sent was told already.
      await Promise.race([provider.shutdown().catch(() => undefined), late]);
      clearTimeout(timer);
      unbounded();
    },
  };
}

function startsOf(tracer: Tracer): Pick<Tracing, 'startRemote' | 'startChild'> {
  return {
    startRemote: (name, parent, options) =>
      tracer.startSpan(
        name,
        options,
        parent === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, remoteContext(parent)),
      ),
    startChild: (name, parent, options) =>
      tracer.startSpan(name, options, trace.setSpan(ROOT_CONTEXT, parent)),
  };
}

function remoteContext({ traceparent, tracestate }: TraceContext): SpanContext {
  const [, traceId = '', spanId = '', flags = '00'] = traceparent.split('-');
  return {
    traceId,
    spanId,
    // Later versions may have more flags, which mean nothing here.
    traceFlags: Number.parseInt(flags, 16) & 1,
    isRemote: true,
    ...(tracestate === undefined ? {} : { traceState: createTraceState(tracestate) }),
  };
}

/** What the next hop is told of a span; undefined when it has no context. */
export function contextOf(span: Span): TraceContext | undefined {
  const context = span.spanContext();
  if (!isSpanContextValid(context)) return undefined;
  const { spanId, traceFlags, traceId, traceState } = context;
  const traceparent = `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
  const tracestate = traceState?.serialize();
  return tracestate === undefined || tracestate === '' ? { traceparent } : { traceparent, tracestate };
}
