import { z } from 'zod';
import { API_PATH, type Endpoint, FORM, IDEMPOTENCY_HEADER, isSafe, problemsOf } from '../endpoint/index.ts';
import { listEndpoints, type NamedEndpoint } from '../endpoints/index.ts';
import { PROBLEM_MEDIA_TYPE, PROBLEMS, problemDocument } from '../problems/index.ts';
import { PERMISSIONS } from '../roles/index.ts';

type Json = Readonly<Record<string, unknown>>;

/** The OpenAPI 3.1 document of the API, for a gateway of this version. */
export function openApiDocument(version: string): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const named of listEndpoints()) {
    const { method, path } = named.endpoint;
    paths[path] = { ...paths[path], [method.toLowerCase()]: operationOf(named) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Boomgate admin API',
      version,
      license: { name: 'MIT', identifier: 'MIT' },
      description: 'Errors are problem documents (RFC 9457) with a stable `code`.',
    },
    servers: [{ url: API_PATH }],
    tags: [...new Set(listEndpoints().map(({ resource }) => resource))].map((name) => ({ name })),
    paths,
    components: {
      schemas: { Problem: schemaOf(problemDocument, 'output') },
      securitySchemes: {
        apiKey: { type: 'http', scheme: 'bearer', description: 'An API key.' },
        session: { type: 'apiKey', in: 'cookie', name: 'boomgate_session' },
      },
    },
  };
}

function operationOf({ endpoint, name, resource }: NamedEndpoint): Json {
  const { access, body, form, personOnly, summary } = endpoint;
  return {
    operationId: `${resource}.${name}`,
    tags: [resource],
    summary,
    'x-boomgate-access': access,
    'x-boomgate-roles': access === 'public' || access === 'signed_in' ? [] : PERMISSIONS[access],
    security:
      access === 'public' ? [] : personOnly === true ? [{ session: [] }] : [{ session: [] }, { apiKey: [] }],
    parameters: parametersOf(endpoint),
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: { [form === true ? FORM : 'application/json']: { schema: schemaOf(body, 'input') } },
          },
        }),
    responses: responsesOf(endpoint),
  };
}

function parametersOf(endpoint: Endpoint): readonly Json[] {
  const { conditional, creates, params, query } = endpoint;
  const text = { type: 'string' };
  return [
    ...fieldsOf(params).map((field) => ({ ...field, in: 'path', required: true })),
    ...fieldsOf(query).map((field) => ({ ...field, in: 'query' })),
    ...(creates === true ? [{ name: IDEMPOTENCY_HEADER, in: 'header', schema: text }] : []),
    ...(conditional === true && !isSafe(endpoint)
      ? [{ name: 'if-match', in: 'header', required: true, schema: text }]
      : []),
  ];
}

function fieldsOf(object: z.ZodObject | undefined): readonly Json[] {
  return Object.entries(object?.shape ?? {}).map(([name, schema]) => ({
    name,
    // A cast: an object's shape holds schemas, which zod's own type says less exactly.
    schema: schemaOf(schema as z.ZodType, 'input'),
  }));
}

function responsesOf(endpoint: Endpoint): Json {
  const { answer, media, status } = endpoint;
  const content =
    media !== undefined
      ? { [media]: { schema: { type: 'string' } } }
      : answer === undefined
        ? undefined
        : { 'application/json': { schema: schemaOf(answer, 'output') } };
  const codes = problemsOf(endpoint);
  const refusals = [...new Set(codes.map((code) => PROBLEMS[code].status))].map((refused) => {
    const own = codes.filter((code) => PROBLEMS[code].status === refused);
    return [String(refused), refusalOf(own)] as const;
  });
  const done = { description: 'Done.', ...(content === undefined ? {} : { content }) };
  const pending =
    endpoint.pends === true ? { 202: { ...done, description: 'It waits for another person.' } } : {};
  return { [String(status)]: done, ...pending, ...Object.fromEntries(refusals) };
}

function refusalOf(codes: readonly string[]): Json {
  return {
    description: `\`code\`: ${codes.join(', ')}`,
    content: { [PROBLEM_MEDIA_TYPE]: { schema: { $ref: '#/components/schemas/Problem' } } },
  };
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { target: 'draft-2020-12', io });
  return rest;
}
