import { useQuery } from '@tanstack/react-query';
import { Loaded } from '../../app/loaded.tsx';
import { grantsNamingQuery } from '../../app/reads.ts';
import { Loading, ProblemNote, Section, Untrusted } from '../../ui/index.ts';
import { isOver, membersOf } from '../grants/members.ts';
import { type Finding, FindingList, toolsIn, useFindings } from './findings.tsx';

type Held = { readonly policy: string; readonly text: string };

/**
 * A policy for any server, as are those of the configuration file, held against the tools of the servers whose grants name it: the check
 * of a save holds one for a single server against its tools.
 */
export function AgainstServers({ policy, text }: Held) {
  const grants = useQuery(grantsNamingQuery(policy));
  return (
    <Section title="Against the tools of its servers">
      <Loaded of={grants} what="its grants">
        {({ items }) => {
          const places = items.filter((grant) => !isOver(grant)).flatMap(membersOf);
          const servers = new Set(places.flatMap((one) => (one.policy === policy ? one.server : [])));
          return servers.size === 0 ? (
            <p className="text-soft">No grant names it, so there are no tools to hold it against.</p>
          ) : (
            [...servers].map((server) => <AgainstServer key={server} server={server} text={text} />)
          );
        }}
      </Loaded>
    </Section>
  );
}

/** What the tools of one server add to what is wrong with the document itself, which is told above. */
function AgainstServer({ server, text }: { readonly server: string; readonly text: string }) {
  const alone = useFindings(text, { server: undefined, policy: undefined });
  const held = useFindings(text, { server, policy: undefined });
  const error = held.error ?? alone.error;
  if (error !== null) return <ProblemNote error={error} />;
  if (alone.data === undefined || held.data === undefined) return <Loading what="what is found" />;
  const { problems, tools } = held.data;
  if (tools === undefined)
    return (
      <p className="text-soft text-sm">
        What <Untrusted text={server} /> offers is not known yet.
      </p>
    );
  const own = new Set(alone.data.problems.map(keyOf));
  const added = problems.filter((one) => !own.has(keyOf(one)));
  return added.length === 0 ? (
    <p className="text-good text-sm">
      ✓ It fits {toolsIn(tools)} of <Untrusted text={server} />.
    </p>
  ) : (
    <div className="flex flex-col gap-1">
      <h3 className="font-medium text-sm">
        <Untrusted text={server} />
      </h3>
      <FindingList label={`Problems with the tools of ${server}`} of={added} />
    </div>
  );
}

const keyOf = ({ message, pointer }: Finding): string => JSON.stringify([pointer, message]);
