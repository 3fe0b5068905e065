import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '@boomgate/server';
import { ServiceMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/ServiceMonitor';
import { StatefulSet } from 'kubernetes-models/apps/v1/StatefulSet';
import { Ingress } from 'kubernetes-models/networking.k8s.io/v1/Ingress';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import { ConfigMap } from 'kubernetes-models/v1/ConfigMap';
import { Secret } from 'kubernetes-models/v1/Secret';
import { Service } from 'kubernetes-models/v1/Service';
import { ServiceAccount } from 'kubernetes-models/v1/ServiceAccount';
import { afterAll, describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { ROOT } from '../sources.ts';

const CHART = join(ROOT, 'deploy/helm/boomgate');
const folder = mkdtempSync(join(tmpdir(), 'boomgate-chart-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The schemas of Kubernetes and of the Prometheus operator, for what the chart makes. */
const MODELS = {
  ConfigMap,
  Ingress,
  NetworkPolicy,
  PodDisruptionBudget,
  Secret,
  Service,
  ServiceAccount,
  ServiceMonitor,
  StatefulSet,
};

const MASTER_KEY = Buffer.alloc(32, 7).toString('base64');
const LEAST = { publicUrl: 'https://gate.example.com', secret: { masterKey: MASTER_KEY } };
const ALL = {
  ...LEAST,
  secret: {
    masterKey: MASTER_KEY,
    values: { TICKETS_TOKEN: 'xyzzy', BOOMGATE_METRICS_TOKEN: 'm'.repeat(40) },
  },
  image: { repository: 'registry.example.com/boomgate', digest: `sha256:${'a'.repeat(64)}` },
  config: {
    mcpServers: {
      tickets: { url: 'https://t.example/mcp', headers: { Authorization: 'Bearer ${env:TICKETS_TOKEN}' } },
    },
  },
  ingress: { enabled: true, className: 'nginx', annotations: { 'a.example/b': 'c' }, tlsSecret: 'gate-tls' },
  metrics: { enabled: true, serviceMonitor: { enabled: true, labels: { release: 'monitoring' } } },
  networkPolicy: {
    enabled: true,
    from: [{ namespaceSelector: { matchLabels: { agents: 'yes' } } }],
    egress: [{ ports: [{ port: 443, protocol: 'TCP' }] }],
  },
  persistence: { size: '1Gi', storageClass: 'fast', annotations: { a: 'b' } },
  service: { annotations: { a: 'b' } },
  podLabels: { team: 'a' },
  podAnnotations: { note: 'b' },
  extraEnv: [{ name: 'TZ', value: 'UTC' }],
  imagePullSecrets: [{ name: 'pull' }],
  nodeSelector: { disk: 'ssd' },
  tolerations: [{ operator: 'Exists' }],
  affinity: { nodeAffinity: {} },
  priorityClassName: 'high',
};

const DATABASE = 'postgres://boomgate:a-password@db.example.com/boomgate';
const REPLICAS = {
  ...LEAST,
  replicas: 3,
  database: { enabled: true },
  secret: { masterKey: MASTER_KEY, values: { BOOMGATE_DATABASE: DATABASE } },
};

const REDIS = 'rediss://:another-password@redis.example.com';
const COUNTING = { ...REPLICAS, redis: { url: REDIS } };

type Helmed = { readonly status: number | null; readonly stdout: string; readonly stderr: string };

function helm(args: readonly string[], values: object): Helmed {
  const path = join(folder, 'values.json');
  writeFileSync(path, JSON.stringify(values));
  const program = process.env['BOOMGATE_HELM'] ?? 'helm';
  const result = spawnSync(program, [...args, '--values', path], { encoding: 'utf8' });
  if (result.error !== undefined)
    throw new Error(
      `expected Helm as ${program}, found none (${result.error.message}): npm test sets it up, or take "BOOMGATE_HELM=$(node scripts/helm.mjs)"`,
    );
  return result;
}

type Manifest = { readonly kind: keyof typeof MODELS; readonly [key: string]: unknown };

function template(values: object, release = 'gate'): ReadonlyMap<string, Manifest> {
  const { status, stdout, stderr } = helm(['template', release, CHART], values);
  expect([status, stderr]).toEqual([0, '']);
  // The test of the schemas holds each to its kind.
  const manifests = parseAllDocuments(stdout).map((document) => document.toJS() as Manifest);
  return new Map(manifests.map((manifest) => [manifest.kind, manifest]));
}

/** The only container. */
function gatewayOf(manifests: ReadonlyMap<string, Manifest>) {
  const set = new StatefulSet(manifests.get('StatefulSet') as ConstructorParameters<typeof StatefulSet>[0]); // held to its schema below
  const pod = set.spec?.template.spec;
  return { set, pod, gateway: pod?.containers[0] };
}

describe.each([
  ['the least', LEAST],
  ['everything', ALL],
  ['replicas', REPLICAS],
  ['replicas and their Redis', COUNTING],
])('the chart with %s that values may say', (_, values) => {
  it('has no fault that helm lint knows', () => {
    expect(helm(['lint', '--strict', CHART], values)).toMatchObject({ status: 0 });
  });

  it('makes what the schemas of Kubernetes allow', () => {
    const manifests = template(values);
    for (const [kind, manifest] of manifests) {
      const Model = MODELS[manifest.kind];
      // Each takes the fields of its own kind, and says by throwing what is wrong with them.
      const model = new Model(manifest as never);
      expect(() => model.validate(), kind).not.toThrow();
    }
    expect(manifests.size).toBe(values === ALL ? 8 : values === LEAST ? 5 : 6);
  });
});

describe('the pod', () => {
  const { gateway, pod, set } = gatewayOf(template(LEAST, 'boomgate'));

  it('is one, and has nothing that it does not need', () => {
    expect(set.spec?.replicas).toBe(1);
    expect(pod).toMatchObject({
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
    });
    expect(gateway?.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
  });

  it('gets no variables of services, of which BOOMGATE_PORT of one called boomgate would be no port', () => {
    expect(pod?.enableServiceLinks).toBe(false);
  });

  it('is given longer to stop than requests under way get', () => {
    expect(pod?.terminationGracePeriodSeconds).toBeGreaterThan(25);
  });

  it('is looked at where the gateway answers', () => {
    expect(gateway?.livenessProbe?.httpGet?.path).toBe('/healthz');
    expect(gateway?.readinessProbe?.httpGet?.path).toBe('/readyz');
  });
});

describe('replicas', () => {
  const manifests = template(REPLICAS);
  const { gateway, pod, set } = gatewayOf(manifests);

  it('have no volume, start beside each other, and stand on different nodes', () => {
    expect(set.spec).toMatchObject({ replicas: 3, podManagementPolicy: 'Parallel' });
    expect(set.spec?.volumeClaimTemplates).toBeUndefined();
    expect(pod?.volumes).toContainEqual({ name: 'data', emptyDir: { sizeLimit: '1Gi' } });
    expect(pod?.topologySpreadConstraints).toMatchObject([{ whenUnsatisfiable: 'ScheduleAnyway' }]);
    expect(manifests.get('PodDisruptionBudget')).toMatchObject({ spec: { maxUnavailable: 1 } });
  });

  it('bring the schema up to date before they start, with what the gateway has, unless told not to', () => {
    expect(pod?.initContainers).toMatchObject([
      { args: ['migrate'], envFrom: gateway?.envFrom, securityContext: gateway?.securityContext },
    ]);
    const without = { ...REPLICAS, database: { enabled: true, migrate: false } };
    expect(gatewayOf(template(without)).pod?.initContainers).toBeUndefined();
    expect(gatewayOf(template({ ...REPLICAS, maintenance: true })).pod?.initContainers).toBeUndefined();
  });

  it('are told where the database is by the secret alone', () => {
    manifests.forEach((manifest, kind) => {
      expect(JSON.stringify(manifest).includes('a-password'), kind).toBe(kind === 'Secret');
    });
  });
});

describe('a Redis of replicas', () => {
  it('is named in the secret that the chart makes, and nowhere else', () => {
    template(COUNTING).forEach((manifest, kind) => {
      expect(JSON.stringify(manifest).includes('another-password'), kind).toBe(kind === 'Secret');
    });
    const both = {
      masterKey: MASTER_KEY,
      values: { BOOMGATE_DATABASE: DATABASE, BOOMGATE_REDIS: 'redis://other' },
    };
    expect(template({ ...COUNTING, secret: both }).get('Secret')).toMatchObject({
      stringData: { BOOMGATE_DATABASE: DATABASE, BOOMGATE_REDIS: REDIS },
    });
  });

  it('is named in a secret that is there, beside that with the rest', () => {
    const { gateway } = gatewayOf(template({ ...REPLICAS, redis: { existingSecret: 'mine' } }));
    expect(gateway?.envFrom).toEqual([
      { secretRef: { name: 'gate-boomgate' } },
      { secretRef: { name: 'mine' } },
    ]);
  });

  it('is not there unless it is asked for', () => {
    expect(JSON.stringify([...template(REPLICAS)])).not.toMatch(/redis/i);
  });
});

describe('maintenance', () => {
  it('has the volume, no gateway, and nobody who looks for one', () => {
    const { gateway } = gatewayOf(template({ ...LEAST, maintenance: true }));
    expect(gateway).toMatchObject({
      command: ['sleep', 'infinity'],
      volumeMounts: [{ name: 'data' }, {}, {}],
    });
    expect([gateway?.args, gateway?.livenessProbe, gateway?.readinessProbe]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe('what the chart keeps where', () => {
  it('credentials only in the secret, and a configuration that the gateway takes', async () => {
    const manifests = template({ ...ALL, metrics: {} });
    const data = manifests.get('ConfigMap')?.['data'] as Record<string, string> | undefined; // by its schema
    const text = data?.['boomgate.config.json'] ?? '';
    const path = join(folder, 'boomgate.config.json');
    writeFileSync(path, text);
    expect(
      await loadConfig({ path, environment: { TICKETS_TOKEN: 'xyzzy' }, allowPrivate: false }),
    ).toMatchObject({
      ok: true,
      config: { servers: [{ slug: 'tickets' }], warnings: [] },
    });
    manifests.forEach((manifest, kind) => {
      expect(JSON.stringify(manifest).includes('xyzzy'), kind).toBe(kind === 'Secret');
    });
  });

  it('no secret of its own beside one that is there', () => {
    const manifests = template({ publicUrl: 'https://gate.example.com', secret: { existingSecret: 'mine' } });
    expect(manifests.has('Secret')).toBe(false);
    expect(gatewayOf(manifests).gateway?.envFrom).toEqual([{ secretRef: { name: 'mine' } }]);
  });

  it('the host of the public address in the ingress, without its port', () => {
    const ingress = template({ ...ALL, publicUrl: 'https://gate.example.com:8443' }).get('Ingress');
    expect(ingress).toMatchObject({ spec: { rules: [{ host: 'gate.example.com' }] } });
  });
});

describe('values that cannot work', () => {
  it.each([
    ['no public address', { ...LEAST, publicUrl: '' }, 'expected publicUrl'],
    ['no master key', { ...LEAST, secret: {} }, 'expected secret.existingSecret'],
    [
      'a second master key',
      { ...LEAST, secret: { masterKey: MASTER_KEY, values: { BOOMGATE_MASTER_KEY: MASTER_KEY } } },
      'expected secret.masterKey, found',
    ],
    ['a master key that is none', { ...LEAST, secret: { masterKey: 'short' } }, 'masterKey'],
    ['metrics without a token', { ...LEAST, metrics: { enabled: true } }, 'BOOMGATE_METRICS_TOKEN'],
    [
      'a monitor without metrics',
      { ...LEAST, metrics: { serviceMonitor: { enabled: true } } },
      'metrics.enabled',
    ],
    ['more replicas without a database', { ...LEAST, replicas: 2 }, 'database.enabled'],
    ['a Redis without a database', { ...LEAST, redis: { url: REDIS } }, 'database.enabled with redis'],
    ['what is no Redis', { ...REPLICAS, redis: { url: 'https://redis.example.com' } }, 'redis'],
    [
      'two of them',
      { ...REPLICAS, redis: { url: REDIS, existingSecret: 'mine' } },
      'expected redis.url without',
    ],
    [
      'one for a secret that is not the chart’s',
      { ...COUNTING, secret: { existingSecret: 'mine' } },
      'put BOOMGATE_REDIS into yours',
    ],
    ['a database nowhere', { ...LEAST, database: { enabled: true } }, 'BOOMGATE_DATABASE'],
  ])('%s: refused, with what was expected', (_, values, message) => {
    const { status, stderr } = helm(['template', 'gate', CHART], values);
    expect([status, stderr]).toEqual([1, expect.stringContaining(message)]);
  });
});

describe('Chart.yaml', () => {
  it('is of the version of the program', () => {
    const chart: unknown = parse(readFileSync(join(CHART, 'Chart.yaml'), 'utf8'));
    const { version } = JSON.parse(readFileSync(join(ROOT, 'packages/cli/package.json'), 'utf8')) as {
      version: string;
    }; // npm's
    expect(chart).toMatchObject({ version, appVersion: version });
  });
});
