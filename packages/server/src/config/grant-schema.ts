import { declaredName, EMAIL_LENGTH_MAX, networkTexts } from '@boomgate/contract';
import { z } from 'zod';
import { WORKLOAD_RULES_MAX } from '../limits/index.ts';
import { breadthFault, subjectFault } from '../workloads/index.ts';

const texts = z.record(z.string(), z.string());

const workloadRule = z
  .strictObject({
    issuer: z.string().describe('One of "workloads", by its key.'),
    subject: z
      .string()
      .superRefine((text, { addIssue }) => {
        const fault = subjectFault(text);
        if (fault !== undefined) addIssue({ code: 'custom', message: fault });
      })
      .describe(
        'What its token says in "sub": whole, or a beginning that ends in "/*" or ":*", such as system:serviceaccount:agents:*.',
      ),
    claims: texts
      .optional()
      .describe('Further claims that the token must have; of a claim with several texts, one of them.'),
  })
  .superRefine((rule, { addIssue }) => {
    const fault = breadthFault(rule);
    if (fault !== undefined) addIssue({ code: 'custom', path: ['subject'], message: fault });
  })
  .describe('Programs that may work with this grant.');

export const keySet = z
  .union([z.string(), z.strictObject({ keys: z.array(z.record(z.string(), z.unknown())).min(1) })])
  .describe(
    'Public keys as a set (RFC 7517), or a reference to a file with it such as ${file:agent.jwks.json}.',
  );

export const grantEntry = z
  .strictObject({
    server: z.string().optional().describe('The one server that this grant opens, at /mcp/SERVER.'),
    servers: z
      .record(z.string(), z.string().nullable())
      .optional()
      .describe(
        'The servers that this grant opens together at /mcp/, each with the policy for it; null refuses every call.',
      ),
    policy: z.string().optional().describe('Without a policy every call is refused.'),
    token: z
      .string()
      .optional()
      .describe(
        '32 to 256 visible ASCII characters; better a reference such as ${env:LAPTOP_GRANT}. Not needed with "workloads" or "keys".',
      ),
    workloads: z
      .array(workloadRule)
      .min(1)
      .max(WORKLOAD_RULES_MAX)
      .optional()
      .describe('Programs that need no token of the gateway: they show one of the place where they run.'),
    keys: z
      .strictObject({
        jwks: keySet,
      })
      .optional()
      .describe(
        'Programs that sign with a key of their own (private_key_jwt), with the name of the grant as client ID.',
      ),
    networks: networkTexts
      .optional()
      .describe(
        'Addresses and networks, such as 10.0.0.0/8, from which alone its requests are taken (default: anywhere).',
      ),
    labels: texts.optional(),
    mode: z.enum(['enforce', 'observe']).optional(),
    expires: z.iso.datetime({ offset: true }).optional(),
    owner: declaredName(EMAIL_LENGTH_MAX)
      .optional()
      .describe('E-mail address or name of whose grant it is: who may not approve its calls.'),
  })
  .describe('What one agent presents.');

export const workloadIssuer = z
  .strictObject({
    issuer: z.string().describe('Its address, exactly as its tokens spell it in "iss".'),
    audience: z
      .string()
      .min(1)
      .optional()
      .describe(
        'What its tokens must say in "aud", and nothing else there (default: the address of the gateway).',
      ),
    allow_private: z
      .boolean()
      .optional()
      .describe('May connect to loopback, private and link-local addresses.'),
  })
  .describe('A cluster, CI service or cloud that gives its programs signed tokens (OpenID Connect).');
