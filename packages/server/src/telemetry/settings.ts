type Environment = Readonly<Record<string, string | undefined>>;

/** What the variables of OpenTelemetry ask for. */
export type TracingSettings = {
  readonly protocol: 'http/protobuf' | 'http/json';
  /** Absent: the exporter's own, which is this machine. */
  readonly url?: string;
  readonly sampler: SamplerName;
  /** Of traces that begin here, as far as the sampler draws: 0 to 1. */
  readonly ratio: number;
  readonly serviceName?: string;
  readonly batch: Batch;
};

type Batch = {
  readonly scheduledDelayMillis?: number;
  readonly maxQueueSize?: number;
  readonly maxExportBatchSize?: number;
  readonly exportTimeoutMillis?: number;
};

const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;
export type SamplerName = (typeof SAMPLERS)[number];

const PROTOCOLS = ['http/protobuf', 'http/json'] as const;

/** Undefined when nobody asked for spans. */
export function readTracingSettings(
  environment: Environment,
): TracingSettings | { readonly problem: string } | undefined {
  const value = (name: string): string | undefined => environment[name]?.trim() || undefined;
  if (!isAsked(value)) return undefined;
  const protocol =
    value('OTEL_EXPORTER_OTLP_TRACES_PROTOCOL') ?? value('OTEL_EXPORTER_OTLP_PROTOCOL') ?? 'http/protobuf';
  const known = PROTOCOLS.find((one) => one === protocol);
  if (known === undefined) return { problem: expected('OTEL_EXPORTER_OTLP_PROTOCOL', PROTOCOLS, protocol) };
  const sampler = value('OTEL_TRACES_SAMPLER') ?? 'parentbased_always_on';
  const drawn = SAMPLERS.find((one) => one === sampler);
  if (drawn === undefined) return { problem: expected('OTEL_TRACES_SAMPLER', SAMPLERS, sampler) };
  const ratio = Number(value('OTEL_TRACES_SAMPLER_ARG') ?? '1');
  if (!(ratio >= 0 && ratio <= 1))
    return {
      problem: `OTEL_TRACES_SAMPLER_ARG: expected a number from 0 to 1, found ${JSON.stringify(environment['OTEL_TRACES_SAMPLER_ARG'])}`,
    };
  const url = urlIn(value);
  if (url !== undefined && !isHttpUrl(url))
    return { problem: 'OTEL_EXPORTER_OTLP_ENDPOINT: expected an http or https URL' };
  const serviceName = value('OTEL_SERVICE_NAME');
  return {
    protocol: known,
    sampler: drawn,
    ratio,
    batch: batchIn(value),
    ...(url === undefined ? {} : { url }),
    ...(serviceName === undefined ? {} : { serviceName }),
  };
}

type Value = (name: string) => string | undefined;

function isAsked(value: Value): boolean {
  const exporter = value('OTEL_TRACES_EXPORTER');
  if (value('OTEL_SDK_DISABLED')?.toLowerCase() === 'true' || exporter === 'none') return false;
  const endpoint = value('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT') ?? value('OTEL_EXPORTER_OTLP_ENDPOINT');
  return exporter === 'otlp' || endpoint !== undefined;
}

/** The one for traces as it is; that for everything has the path of traces added to it. */
function urlIn(value: Value): string | undefined {
  const own = value('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT');
  if (own !== undefined) return own;
  const base = value('OTEL_EXPORTER_OTLP_ENDPOINT');
  return base === undefined ? undefined : `${base.replace(/\/$/, '')}/v1/traces`;
}

function isHttpUrl(text: string): boolean {
  const protocol = URL.parse(text)?.protocol;
  return protocol === 'http:' || protocol === 'https:';
}

function batchIn(value: Value): Batch {
  const number = (name: string): number | undefined => {
    const text = value(name);
    return text !== undefined && /^\d{1,9}$/.test(text) && Number(text) > 0 ? Number(text) : undefined;
  };
  const given = {
    scheduledDelayMillis: number('OTEL_BSP_SCHEDULE_DELAY'),
    maxQueueSize: number('OTEL_BSP_MAX_QUEUE_SIZE'),
    maxExportBatchSize: number('OTEL_BSP_MAX_EXPORT_BATCH_SIZE'),
    exportTimeoutMillis: number('OTEL_BSP_EXPORT_TIMEOUT'),
  };
  return Object.fromEntries(Object.entries(given).filter(([, one]) => one !== undefined));
}

function expected(name: string, values: readonly string[], found: string): string {
  return `${name}: expected one of ${values.join(', ')}, found ${JSON.stringify(found)}`;
}
