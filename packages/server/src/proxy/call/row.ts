import type { Decision } from '@boomgate/engine';
import { withoutSecrets } from '../../secrets/index.ts';
import type { DecisionRow } from '../../store/index.ts';
import type { AgentRequest } from '../request.ts';
import { clientLine } from '../session.ts';
import type { Arguments } from './call-params.ts';
import { newRowId } from './row-id.ts';

/** The parts of a log row that the kind of request decides. */
export type RowDetails = {
  /** Absent: a new one. */
  readonly id?: string;
  readonly target: string;
  readonly outcome: DecisionRow['outcome'];
  readonly rule?: string;
  readonly message?: string;
  readonly decision?: Decision;
  /** Of a call. */
  readonly params?: Arguments;
  /** Of what is no call: which secrets it seems to hold. */
  readonly secrets?: string | undefined;
  readonly forwarded: boolean;
  readonly approval?: string | undefined;
};

/** One row of the decision log. Of the arguments only the keys and a keyed digest are kept (gateway §8). */
export function decisionRow(request: AgentRequest, details: RowDetails): DecisionRow {
  const { context, grant, message, policy, server } = request;
  const { decision, params } = details;
  const secrets = details.secrets ?? params?.secrets;
  // Names are kept, and may be a secret themselves.
  const kept = secrets === undefined ? (name: string) => name : withoutSecrets;
  return {
    id: details.id ?? newRowId(),
    atMs: context.clock.wallMs(),
    organization: grant.organization,
    // What concerns a whole stack concerns no one server.
    server: request.stack === undefined ? server.slug : '',
    grantId: grant.id,
    grantName: grant.name,
    session: message.session?.key ?? '',
    era: message.era,
    protocol: message.protocol,
    client: clientLine(message.client),
    method: message.method,
    target: kept(details.target),
    outcome: details.outcome,
    rule: details.rule ?? decision?.rule ?? '',
    message: details.message ?? decision?.message ?? '',
    policy: policy?.name ?? '',
    policyVersion: policy?.version ?? 0,
    trace: decision?.trace ?? [],
    usage: decision?.usage ?? [],
    argKeys: params === undefined ? [] : Object.keys(params.args).map(kept).sort(),
    argsHash: params === undefined ? '' : context.argumentHash(params.texts.canonical),
    bytesIn: request.bytesIn,
    address: request.pass.sender,
    forwarded: details.forwarded,
    mode: grant.mode,
    approval: details.approval,
    secrets,
  };
}
