import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PrometheusRule } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PrometheusRule';
import { parser } from '@prometheus-io/lezer-promql';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ROOT } from '../sources.ts';

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

/** Names in the first column of the table of metrics, each with the labels of the third. */
const documented = new Map(
  [...read('docs/operations.md').matchAll(/^\| ((?:`\w+`(?:, )?)+) \| [^|]*\| ([^|]*)\|/gm)].flatMap((row) =>
    names(row[1] ?? '')
      .filter((name) => /^(?:boomgate|process|nodejs)_/.test(name))
      .map((name) => [name, new Set(names(row[2] ?? ''))] as const),
  ),
);

function names(text: string): readonly string[] {
  return [...text.matchAll(/`(\w+)`/g)].map((match) => match[1] ?? '');
}

type Rule = {
  readonly alert: string;
  readonly expr: string;
  readonly annotations: Readonly<Record<string, string>>;
};
// The test of the rules holds the file to the schema that has this shape.
const alerts = parse(read('deploy/prometheus/alerts.yaml')) as {
  readonly groups: readonly { readonly rules: readonly Rule[] }[];
};
const rules = alerts.groups.flatMap((group) => group.rules);

type Panel = {
  readonly id: number;
  readonly title: string;
  readonly gridPos: Place;
  readonly targets?: readonly { readonly expr: string }[];
};
type Place = { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
// Written by hand in this shape, without which Grafana shows nothing.
const board = JSON.parse(read('deploy/grafana/boomgate.json')) as {
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly definition?: string }[] };
};

/** As Grafana fills its variables in. */
const filled = (expr: string): string =>
  expr.replaceAll('$__rate_interval', '5m').replaceAll(/\$(?:instance|server)/g, 'x');

const queries = [
  ...rules.map(({ alert, expr }) => ({ where: alert, expr })),
  ...board.panels.flatMap(({ title, targets = [] }) =>
    targets.map(({ expr }) => ({ where: title, expr: filled(expr) })),
  ),
  ...board.templating.list.flatMap(({ definition }) => {
    const [, metric] = /^label_values\((.*), \w+\)$/.exec(definition ?? '') ?? [];
    return metric === undefined ? [] : [{ where: 'variables', expr: metric }];
  }),
];

/** Every node of a query, by name, with its text. */
function nodesOf(expr: string): readonly { readonly name: string; readonly text: string }[] {
  const nodes: { name: string; text: string }[] = [];
  parser.parse(expr).iterate({
    enter: ({ from, name, to }) => void nodes.push({ name, text: expr.slice(from, to) }),
  });
  return nodes;
}

/** What Prometheus itself adds. */
const OF_PROMETHEUS = new Set(['up', 'instance', 'job', 'le']);
const SERIES = /_(?:bucket|count|sum)$/;

describe('docs/operations.md', () => {
  it('has the table of metrics', () => {
    expect(documented.size).toBeGreaterThan(20);
    expect(documented.get('boomgate_requests_total')).toEqual(
      new Set(['server', 'method', 'outcome', 'mode']),
    );
  });
});

describe.each(queries)('$where: $expr', ({ expr }) => {
  const nodes = nodesOf(expr);

  it('is a query that names metrics and labels that there are', () => {
    expect(nodes.filter(({ name }) => name === '⚠')).toEqual([]);
    const metrics = nodes
      .filter(({ name }) => name === 'VectorSelector')
      .map(({ text }) => text.replace(/\{.*/s, '').trim());
    expect(metrics.length).toBeGreaterThan(0);
    const known = metrics.map((name) => (documented.has(name) ? name : name.replace(SERIES, '')));
    expect(known.filter((name) => !documented.has(name) && !OF_PROMETHEUS.has(name))).toEqual([]);
    const labels = nodes.filter(({ name }) => name === 'LabelName').map(({ text }) => text);
    const there = new Set(known.flatMap((name) => [...(documented.get(name) ?? [])]));
    expect(labels.filter((label) => !there.has(label) && !OF_PROMETHEUS.has(label))).toEqual([]);
  });
});

describe('deploy/prometheus/alerts.yaml', () => {
  it('is what the Prometheus operator takes too', () => {
    const rule = new PrometheusRule({ metadata: { name: 'boomgate' }, spec: alerts as never }); // what validate looks at
    expect(() => rule.validate()).not.toThrow();
  });

  it.each(rules)('$alert leads to its section of the runbook', ({ alert, annotations }) => {
    expect(annotations['runbook']).toBe(`docs/runbook.md#${alert.toLowerCase()}`);
    expect(read('docs/runbook.md')).toContain(`\n### ${alert}\n`);
  });

  it('tells of an approval while it can be decided, where its policy says nothing else', () => {
    const { expr } = rules.find(({ alert }) => alert === 'BoomgateApprovalsWait') ?? { expr: '' };
    expect(read('docs/approvals.md')).toMatch(/\| `timeout` \|.*\| `10m` \|/);
    expect(Number(/^boomgate_approvals_longest_wait_seconds > (\d+)$/.exec(expr)?.[1])).toBeLessThan(10 * 60);
  });

  it('has every alert that the runbook explains', () => {
    const explained = [...read('docs/runbook.md').matchAll(/^### (Boomgate\w+)$/gm)].map((match) => match[1]);
    expect(explained.toSorted()).toEqual(rules.map(({ alert }) => alert).toSorted());
  });
});

describe('deploy/grafana/boomgate.json', () => {
  it('counts once what all replicas of a database see', () => {
    const asked = queries
      .map(({ expr }) => expr)
      .filter((expr) => expr.includes('boomgate_approvals_waiting'));
    expect(asked.filter((expr) => expr.startsWith('sum'))).toEqual([]);
    expect(asked.length).toBeGreaterThan(0);
  });

  it('gives each panel an id and a place of its own', () => {
    const { panels } = board;
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const overlapping = panels.filter((one, at) =>
      panels.slice(0, at).some((other) => overlap(one.gridPos, other.gridPos)),
    );
    expect(overlapping.map(({ title }) => title)).toEqual([]);
    expect(panels.filter(({ gridPos: { w, x } }) => x + w > 24)).toEqual([]);
  });
});

function overlap(one: Place, other: Place): boolean {
  return (
    one.x < other.x + other.w &&
    other.x < one.x + one.w &&
    one.y < other.y + other.h &&
    other.y < one.y + one.h
  );
}
