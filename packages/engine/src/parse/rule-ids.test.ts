import { describe, expect, it } from 'vitest';
import { parsed, parsedEntry } from '../../cases/parsing.ts';

const condition = (path: string) => ({ path, op: 'gt', value: 1 });

describe('the id of a rule', () => {
  it('is its name, else path and operator of its first condition, else its index', () => {
    const { denyIf } = parsedEntry({
      deny_if: [
        { name: 'too much', conditions: [condition('args.a')] },
        { conditions: [condition('args.a'), condition('args.b')] },
        { conditions: [] },
        { conditions: [{ any: [condition('args.a')] }] },
      ],
    });
    expect(denyIf.map((rule) => rule.id)).toEqual([
      '/tools/t/deny_if/too much',
      '/tools/t/deny_if/args.a-gt',
      '/tools/t/deny_if/2',
      '/tools/t/deny_if/3',
    ]);
  });

  it('is unique, also where a name looks like a repeated id', () => {
    const { denyIf } = parsedEntry({
      deny_if: [
        { name: 'a', conditions: [] },
        { name: 'a-2', conditions: [] },
        { name: 'a', conditions: [] },
        { name: 'a', conditions: [] },
      ],
    });
    expect(denyIf.map((rule) => rule.id.split('/').at(-1))).toEqual(['a', 'a-2', 'a-3', 'a-4']);
  });

  it('escapes what a JSON Pointer reserves', () => {
    const {
      require: [rule],
      limits: [limit],
    } = parsedEntry(
      { require: [{ conditions: [condition('args["x/~"]')] }], limits: [{ counter: 'c', concurrent: 1 }] },
      'a/b~c',
    );
    expect(rule?.id).toBe('/tools/a~1b~0c/require/args["x~1~0"]-gt');
    expect(limit?.id).toBe('/tools/a~1b~0c/limits/c');
  });

  it('starts with all_tools for the rules of every tool, and each list counts alone', () => {
    const list = [{ conditions: [condition('args.a')] }];
    const { allTools } = parsed({
      version: '1',
      default: 'deny',
      all_tools: { deny_if: list, require: list, require_approval_if: list },
    });
    expect(
      [allTools.denyIf, allTools.require, allTools.requireApprovalIf].flat().map((rule) => rule.id),
    ).toEqual([
      '/all_tools/deny_if/args.a-gt',
      '/all_tools/require/args.a-gt',
      '/all_tools/require_approval_if/args.a-gt',
    ]);
  });
});
