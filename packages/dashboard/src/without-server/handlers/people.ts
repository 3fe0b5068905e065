import type { AnswerOf, Endpoints } from '@boomgate/contract';
import { done, type Handlers, pageOf, refuse } from '../reply.ts';
import type { World } from '../world/index.ts';
import { ORGANIZATION, PERSON } from '../world/world.ts';

const DAY_MS = 86_400_000;

function sessionOf({ settings }: World): AnswerOf<Endpoints['session']['read']> {
  const organization = { id: ORGANIZATION, name: settings.name };
  return {
    person: { ...PERSON, hasPassword: true, hasSecondFactor: false },
    organization: {
      ...organization,
      requireSecondFactor: settings.requireSecondFactor,
      agentsStopped: settings.agentsStopped,
      requiresProvider: false,
    },
    role: 'admin',
    organizations: [{ ...organization, role: 'admin' }],
    csrf: 'without-a-gateway',
    expiresAt: new Date(Date.now() + DAY_MS).toISOString(),
  };
}

const SINCE = '2026-11-01T09:00:00.000Z';

/** One person, who is admin and whom any password lets in; and who changed what while the page was open. */
export const people: Handlers = {
  session: {
    read: (world) => done(sessionOf(world)),
    signIn: (world) => {
      world.isSignedIn = true;
      return done(sessionOf(world));
    },
    signOut: (world) => {
      world.isSignedIn = false;
      return done(undefined);
    },
  },
  account: {
    sessions: ({ settings }) =>
      done({
        sessions: [
          {
            ...{ id: 'this', organization: settings.name, by: 'password' as const, isThis: true },
            ...{ device: 'Firefox on Linux', beganAt: SINCE, usedAt: SINCE },
          },
        ],
      }),
  },
  setup: { read: () => done({ isNeeded: false }) },
  signOn: { providers: () => done({ providers: [], requiredOf: 'nobody' }) },
  members: {
    list: (_, { query }) =>
      pageOf(
        [
          {
            ...PERSON,
            id: 'member-ann',
            person: PERSON.id,
            role: 'admin' as const,
            hasSecondFactor: false,
            createdAt: SINCE,
          },
        ],
        query,
      ),
  },
  invitations: { list: (_, { query }) => pageOf([], query) },
  apiKeys: { list: (_, { query }) => pageOf([], query) },
  settings: {
    read: ({ settings }) => done(settings, JSON.stringify(settings.name)),
    change: (world, { body, ifMatch }) => {
      if (ifMatch !== JSON.stringify(world.settings.name)) return refuse('precondition_failed');
      const { agentsStopped, name, requireSecondFactor, requireSecondPerson } = world.settings;
      world.settings = {
        name: body.name ?? name,
        requireSecondFactor: body.requireSecondFactor ?? requireSecondFactor,
        requireSecondPerson: body.requireSecondPerson ?? requireSecondPerson,
        agentsStopped: body.agentsStopped ?? agentsStopped,
      };
      return done(world.settings);
    },
  },
  audit: { list: ({ acts }, { query }) => pageOf(acts, query) },
};
