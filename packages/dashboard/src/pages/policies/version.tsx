import type { AnswerOf, Endpoints } from '@boomgate/contract';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { api, bodyOf } from '../../app/api.ts';
import { Loaded } from '../../app/loaded.tsx';
import { policyQuery } from '../../app/reads.ts';
import {
  Ago,
  Card,
  CodeBlock,
  Crumbs,
  linkClass,
  Page,
  Section,
  Untrusted,
  visible,
} from '../../ui/index.ts';
import { Changes, PolicyLink, Widens } from '../../words/index.ts';

type Version = AnswerOf<Endpoints['policies']['version']>;

/** What a version says, what it changed, and what would differ if it were in force again. */
export function VersionPage() {
  const { policy, version } = useParams({ from: '/inside/policies/$policy/versions/$version' });
  const query = useQuery({
    queryKey: ['policies', 'version', policy, version],
    queryFn: () => bodyOf(api.policies.version({ params: { policy, version: Number(version) } })),
  });
  return (
    <Page
      title={`${visible(policy)}, version ${version}`}
      above={
        <Crumbs
          of={[
            <Link key="up" to="/policies" className={linkClass}>
              Policies
            </Link>,
            <PolicyLink key="policy" name={policy} />,
          ]}
        />
      }
      lead={query.data === undefined ? undefined : <Lead of={query.data} />}
    >
      <Loaded of={query} what="the version">
        {(of) => <Shown of={of} />}
      </Loaded>
    </Page>
  );
}

function Lead({ of: { author, note, savedAt } }: { readonly of: Version }) {
  return (
    <>
      Saved <Ago at={savedAt} /> by <Untrusted text={author?.name ?? 'somebody'} />
      {note === '' ? '' : ': '}
      <Untrusted text={note} />
    </>
  );
}

function Shown({ of: { name, text, version } }: { readonly of: Version }) {
  // A policy that was removed has versions, and none of them is in force.
  const inForce = useQuery(policyQuery(name)).data?.body.version ?? version;
  return (
    <>
      {version === 1 ? null : (
        <Compared title="What it changed" policy={name} pair={[version - 1, version]} />
      )}
      {version === inForce ? null : (
        <Compared
          title={`If it took the place of version ${inForce}, which is in force`}
          policy={name}
          pair={[inForce, version]}
        />
      )}
      <Section title="The document">
        <CodeBlock name={`${name}.json`} text={text} />
      </Section>
    </>
  );
}

/** What differs between the first and the second of two versions, and whether the second lets more through. */
function Compared({
  pair: [before, after],
  policy,
  title,
}: {
  readonly title: string;
  readonly policy: string;
  readonly pair: readonly [number, number];
}) {
  const query = useQuery({
    queryKey: ['policies', 'difference', policy, before, after],
    queryFn: () => bodyOf(api.policies.difference({ params: { policy }, body: { before, after } })),
  });
  return (
    <Section title={title}>
      <Loaded of={query} what="the difference">
        {({ difference, widens }) => (
          <>
            <Card>
              <Widens of={widens} />
            </Card>
            <Changes label={title} of={difference} />
          </>
        )}
      </Loaded>
    </Section>
  );
}
