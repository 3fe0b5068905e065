import type { AnswerOf, Endpoints } from '@boomgate/contract';
import { Untrusted } from '../ui/index.ts';

type AgentClient = Pick<AnswerOf<Endpoints['agentSignIns']['show']>['client'], 'document' | 'name'>;

/** What vouches for a client: the host of the document that describes it. Undefined for one that registered itself. */
export function voucherOf({ document }: AgentClient): string | undefined {
  return document === undefined ? undefined : (URL.parse(document)?.host ?? document);
}

/** An agent's program, by its own word, and whose description of it was read. */
export function ClientName({ of }: { readonly of: AgentClient }) {
  const voucher = voucherOf(of);
  return (
    <>
      {of.name === undefined ? (
        'A program without a name'
      ) : (
        <>
          “<Untrusted text={of.name} />” <span className="text-soft">as it calls itself</span>
        </>
      )}
      {voucher === undefined ? null : (
        <>
          , <span className="text-soft">described by</span> <Untrusted text={voucher} />
        </>
      )}
    </>
  );
}
