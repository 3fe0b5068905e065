import {
  type Entry,
  type Listed,
  limitWords,
  type Sentence,
  shortFormWords,
  validateWords,
} from '../../../builder/index.ts';
import { Code, Each, Section, Untrusted } from '../../../ui/index.ts';
import { Said } from './sentence.tsx';

/** An entry of the rule-list dialect, all of whose rules hold. */
export function ListedRules({ of }: { readonly of: readonly Listed[] }) {
  return (
    <Section title="Rules">
      <ul className="flex flex-col gap-2">
        <Each of={of}>
          {(listed) => (
            <li className="rounded-md border border-line bg-card p-2.5">
              {listed.kind === 'json' ? (
                <Code>{JSON.stringify(listed.value)}</Code>
              ) : (
                <OneListed of={listed.entry} name={listed.name} />
              )}
            </li>
          )}
        </Each>
      </ul>
    </Section>
  );
}

const ACTIONS: Readonly<Record<string, string>> = {
  allow: 'passes',
  deny: 'is refused',
  require_approval: 'asks a person',
};

function OneListed({ name, of }: { readonly of: Entry; readonly name: string | undefined }) {
  const parts: readonly Sentence[] = [
    ...(of.limits ?? []).map(limitWords),
    ...[of.rateLimit, of.spendLimit].flatMap((short) => (short === undefined ? [] : [shortFormWords(short)])),
    ...(of.validate === undefined ? [] : [validateWords(of.validate)]),
  ];
  return (
    <>
      <p>
        {name === undefined ? null : <Untrusted text={`${name}: `} />}a call {ACTIONS[of.action ?? 'allow']}
        {of.reason === undefined ? null : <Untrusted text={`, “${of.reason}”`} />}
      </p>
      <Each of={parts}>
        {(part) => (
          <p className="text-sm">
            <Said of={part} />
          </p>
        )}
      </Each>
    </>
  );
}
