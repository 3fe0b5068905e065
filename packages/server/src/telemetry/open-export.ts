import type { SpanExporter, TracerProvider } from '@opentelemetry/sdk-trace';
import type { TracingFault, TracingOptions } from './contract.ts';
import type { SamplerName, TracingSettings } from './settings.ts';

type Sdk = typeof import('@opentelemetry/sdk-trace');

const EXPORTERS = {
  'http/protobuf': {
    name: '@opentelemetry/exporter-trace-otlp-proto',
    load: () => import('@opentelemetry/exporter-trace-otlp-proto'),
  },
  'http/json': {
    name: '@opentelemetry/exporter-trace-otlp-http',
    load: () => import('@opentelemetry/exporter-trace-otlp-http'),
  },
} as const satisfies Record<TracingSettings['protocol'], object>;

/** The SDK of OpenTelemetry, which is installed by those who want spans; a fault says what is missing. */
export async function openExport(
  settings: TracingSettings,
  { onChange, version }: TracingOptions,
): Promise<TracerProvider | TracingFault> {
  const exporter = EXPORTERS[settings.protocol];
  const names = ['@opentelemetry/sdk-trace', '@opentelemetry/resources', exporter.name];
  try {
    const [sdk, resources, { OTLPTraceExporter }] = await Promise.all([
      import('@opentelemetry/sdk-trace'),
      import('@opentelemetry/resources'),
      exporter.load(),
    ]);
    const sent = new OTLPTraceExporter(settings.url === undefined ? {} : { url: settings.url });
    const said = resources.detectResources({ detectors: [resources.envDetector] });
    const own = resources.resourceFromAttributes({
      'service.name': 'boomgate',
      'service.version': version,
    });
    const named = resources.resourceFromAttributes(
      settings.serviceName === undefined ? {} : { 'service.name': settings.serviceName },
    );
    return new sdk.TracerProvider({
      resource: resources.defaultResource().merge(own).merge(said).merge(named),
      sampler: samplerOf(sdk, settings),
      spanProcessors: [new sdk.BatchSpanProcessor({ exporter: telling(sent, onChange), ...settings.batch })],
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    return {
      problem: `the OTEL_ variables ask for spans, and the packages for it are not all installed: npm install ${names.join(' ')}; or set OTEL_TRACES_EXPORTER=none`,
    };
  }
}

function samplerOf(sdk: Sdk, { ratio, sampler }: TracingSettings) {
  const drawn = () => new sdk.TraceIdRatioBasedSampler(ratio);
  const roots = {
    always_on: () => new sdk.AlwaysOnSampler(),
    always_off: () => new sdk.AlwaysOffSampler(),
    traceidratio: drawn,
    parentbased_always_on: () => new sdk.ParentBasedSampler({ root: new sdk.AlwaysOnSampler() }),
    parentbased_always_off: () => new sdk.ParentBasedSampler({ root: new sdk.AlwaysOffSampler() }),
    parentbased_traceidratio: () => new sdk.ParentBasedSampler({ root: drawn() }),
  } satisfies Record<SamplerName, () => object>;
  return roots[sampler]();
}

/** The exporter, and whoever runs the gateway is told once when it fails, and once when it works again. */
function telling(exporter: SpanExporter, onChange: TracingOptions['onChange']): SpanExporter {
  let isFailing = false;
  return {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        const fails = result.code !== 0;
        if (fails !== isFailing)
          onChange(fails ? (result.error?.message ?? 'no reason was given') : undefined);
        isFailing = fails;
        done(result);
      }),
    shutdown: () => exporter.shutdown(),
    forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve(),
  };
}
