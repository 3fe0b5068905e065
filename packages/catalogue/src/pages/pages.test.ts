import { parsePolicy } from '@boomgate/engine';
import { engineFunctions } from '@boomgate/server';
import { describe, expect, it } from 'vitest';
import { ATTACKS } from '../attacks/index.ts';
import {
  attackPage,
  type Block,
  entriesOf,
  type Page,
  type ServerEntry,
  serverPage,
  toolPage,
} from './index.ts';

const DESCRIPTION =
  'Cancel a specific generation or interrupt the currently executing generation. Can optionally remove from queue.';
const REFERENCE_POLICY = {
  version: '1',
  default: 'deny',
  tools: {
    comfy_cancel_generation: {
      limits: [{ counter: 'comfy_cancel_generation_rate', window: 'minute', max: 10, scope: 'grant' }],
    },
  },
};

const comfyui = serverOf([
  {
    name: 'comfy_cancel_generation',
    description: DESCRIPTION,
    inputSchema: {
      type: 'object',
      properties: { prompt_id: { type: 'string' }, delete_from_queue: { type: 'boolean', default: true } },
    },
  },
  { name: 'comfy_get_queue', description: 'View queue' },
  { name: 'comfy_clear_queue', description: 'Clear the queue' },
]);
const index = { servers: 1, tools: 3 };

function serverOf(definitions: Parameters<typeof entriesOf>[1]): ServerEntry {
  return {
    slug: 'nikolaibibo-claude-comfyui-mcp',
    name: 'ComfyUI MCP Server',
    repository: 'nikolaibibo/claude-comfyui-mcp',
    tools: entriesOf('nikolaibibo-claude-comfyui-mcp', definitions),
  };
}

function pageOf(server: ServerEntry, name: string): Page {
  const tool = server.tools.find(({ definition }) => definition.name === name);
  if (tool === undefined) throw new Error(`no tool ${name}`);
  return toolPage(tool, server, index);
}

const ofKind = <K extends Block['kind']>({ blocks }: Page, kind: K) =>
  blocks.filter((block): block is Extract<Block, { kind: K }> => block.kind === kind);
const textsOf = (page: Page): string => JSON.stringify(page.blocks);

describe('the page of comfy_cancel_generation', () => {
  const page = pageOf(comfyui, 'comfy_cancel_generation');

  it('says High and Execute, and its description word for word', () => {
    expect(page).toMatchObject({ title: 'comfy_cancel_generation', badge: 'High risk · Execute' });
    expect(page.blocks[0]).toEqual({ kind: 'text', text: DESCRIPTION });
  });

  it('says what it does on its server', () => {
    expect(ofKind(page, 'text')[1]?.text).toMatch(
      /invoke comfy_cancel_generation to make ComfyUI MCP Server act/,
    );
  });

  it('says why it is Execute although it stops rather than starts something, with the words quoted', () => {
    expect(textsOf(page)).toMatch(/stops work rather than starting it/);
    expect(ofKind(page, 'quote')).toContainEqual({
      kind: 'quote',
      text: 'Cancel a specific generation or interrupt the currently executing generation.',
      of: "the tool's own description",
    });
  });

  it('names attacks, with links to their pages', () => {
    expect(ofKind(page, 'list').flatMap(({ items }) => items)).toContainEqual(
      expect.objectContaining({ to: '/catalogue/attacks/queue-and-job-sabotage' }),
    );
  });

  it('shows the reference policy exactly', () => {
    const [policy] = ofKind(page, 'code');
    expect(JSON.parse(policy?.text ?? '')).toEqual(REFERENCE_POLICY);
    expect(policy?.text).toBe(JSON.stringify(REFERENCE_POLICY, null, 2));
  });

  it('answers six questions, one of them with the server and its repository', () => {
    const questions = ofKind(page, 'question');
    expect(questions).toHaveLength(6);
    expect(questions.at(-1)?.answer).toBe('ComfyUI MCP Server (nikolaibibo/claude-comfyui-mcp).');
  });

  it('lists its arguments and its related tools', () => {
    expect(ofKind(page, 'table')[0]?.rows.map(([name]) => name)).toEqual(['prompt_id', 'delete_from_queue']);
    expect(textsOf(page)).toMatch(/comfy_clear_queue \(Destructive, Critical\)/);
  });

  it('ends with the true numbers', () => {
    expect(page.blocks.at(-1)).toEqual({
      kind: 'text',
      text: '3 ComfyUI MCP Server tools catalogued and classified, across an index of 1 server.',
    });
  });
});

describe('the page of a server', () => {
  const page = serverPage(comfyui, { index, isPublisherKnown: true });

  it('counts by class and lists the riskiest first', () => {
    expect(page.blocks[0]).toEqual({
      kind: 'text',
      text: '3 tools: 0 Financial, 1 Destructive, 1 Execute, 0 Write, 1 Read.',
    });
    expect(ofKind(page, 'table')[0]?.rows.map(([name]) => name)).toEqual([
      'comfy_clear_queue',
      'comfy_cancel_generation',
      'comfy_get_queue',
    ]);
  });

  it('shows the grade with what was taken', () => {
    expect(page.badge).toBe('Grade D');
    expect(textsOf(page)).toMatch(/15 points less: tools without annotations/);
  });

  it('has a policy for the whole server that the engine accepts', () => {
    const [policy] = ofKind(page, 'code');
    expect(parsePolicy(policy?.text ?? '', engineFunctions)).toMatchObject({ ok: true, warnings: [] });
    expect(JSON.parse(policy?.text ?? '')).toMatchObject({ hide: ['comfy_clear_queue'] });
  });
});

describe('the pages of attacks', () => {
  it.each(ATTACKS.map((attack) => [attack.slug, attack] as const))(
    'of %s has its case and sources',
    (_, attack) => {
      const page = attackPage(attack);
      expect(textsOf(page)).toContain(JSON.stringify(attack.case.what));
      expect(ofKind(page, 'list')[0]?.items.map(({ to }) => to)).toEqual(attack.case.sources);
    },
  );
});

describe('a hostile definition', () => {
  const name = 'get\u202e_<script>\u001b[2J';
  const server = serverOf([
    {
      name,
      description: `</p><img src=x onerror=alert(1)>\n\u001b]52;c;x\u0007${'x'.repeat(100_000)}`,
      inputSchema: {
        properties: Object.fromEntries([[`\u001b${'y'.repeat(9_000)}`, { description: 'z'.repeat(9_000) }]]),
      },
    },
  ]);

  it('gives a bounded page without hidden characters, in plain texts', () => {
    for (const page of [pageOf(server, name), serverPage(server, { index, isPublisherKnown: false })]) {
      const texts = page.blocks
        .filter(({ kind }) => kind !== 'code')
        .map((block) => JSON.stringify(block))
        .join('');
      expect(texts.length).toBeLessThan(20_000);
      expect(texts).not.toMatch(/\\u001b|\\u0007|\u202e/);
    }
  });
});
