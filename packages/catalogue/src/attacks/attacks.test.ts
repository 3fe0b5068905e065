import { parsePolicy } from '@boomgate/engine';
import { engineFunctions } from '@boomgate/server';
import { describe, expect, it } from 'vitest';
import { CLASSES } from '../classes/index.ts';
import { ATTACKS, attacksOn } from './index.ts';

describe.each(ATTACKS.map((attack) => [attack.slug, attack] as const))('the attack %s', (slug, attack) => {
  it('has a public case with its sources', () => {
    expect(slug).toMatch(/^[a-z]+(?:-[a-z]+)*$/);
    expect(attack.case.what.length).toBeGreaterThan(40);
    expect(attack.case.sources.length).toBeGreaterThan(0);
    for (const source of attack.case.sources) expect(new URL(source).protocol).toBe('https:');
  });

  it('has a rule that the engine accepts without warnings, or none where no rule helps', () => {
    expect(attack.rule === undefined).toBe(attack.coverage === 'none');
    if (attack.rule === undefined) return;
    expect(parsePolicy(JSON.stringify(attack.rule), engineFunctions)).toMatchObject({
      ok: true,
      warnings: [],
    });
  });
});

describe('the attacks', () => {
  it('have different slugs', () => {
    expect(new Set(ATTACKS.map(({ slug }) => slug)).size).toBe(ATTACKS.length);
    expect(ATTACKS.length).toBeGreaterThanOrEqual(25);
  });

  it.each(CLASSES)('on a %s tool are never none', (toolClass) => {
    const target = { words: ['thing'], class: toolClass, signals: [] };
    expect(attacksOn(target, ATTACKS).length).toBeGreaterThan(2);
  });

  it('on a tool with a URL begin with what needs one', () => {
    const target = { words: ['fetch'], class: 'Read', signals: [{ signal: 'url' }] } as const;
    expect(attacksOn(target, ATTACKS).map(({ slug }) => slug)).toContain('ssrf');
  });

  it('on a tool without SQL or a URL leave out what needs them', () => {
    const slugs = CLASSES.flatMap((name) => attacksOn({ words: [], class: name, signals: [] }, ATTACKS)).map(
      ({ slug }) => slug,
    );
    for (const slug of ['ssrf', 'sql-injection', 'path-traversal']) expect(slugs).not.toContain(slug);
  });

  it.each([
    ['send_email', 'Write', 'data-exfiltration-via-tool-chaining'],
    ['get_issue', 'Read', 'indirect-prompt-injection'],
    ['create_refund', 'Financial', 'spend-drain'],
  ] as const)('on %s begin with the one that its name speaks for', (name, toolClass, slug) => {
    const target = { words: name.split('_'), class: toolClass, signals: [] };
    expect(attacksOn(target, ATTACKS)[0]?.slug).toBe(slug);
  });

  it('on cancelling a generation have the sabotage of queues and jobs first', () => {
    const target = { words: ['comfy', 'cancel', 'generation'], class: 'Execute', signals: [] } as const;
    expect(attacksOn(target, ATTACKS)[0]?.slug).toBe('queue-and-job-sabotage');
  });
});
