import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
} from '@tanstack/react-router';
import { useArrival } from './app/arrival.ts';
import {
  readAccessSearch,
  readAddSearch,
  readAttackSearch,
  readAuditSearch,
  readCatalogueSearch,
  readConnectSearch,
  readDecisionSearch,
  readListSearch,
  readLogSearch,
  readOverviewSearch,
  readServerSearch,
  readServersSearch,
  readSignInSearch,
  readStartSearch,
} from './app/search/index.ts';
import { Shell } from './app/shell.tsx';
import { needNobody, needSession, needSetup } from './app/who-enters.ts';
import { readPolicySearch } from './pages/policies/search.ts';
import { Page, ProblemNote } from './ui/index.ts';

const root = createRootRouteWithContext()({
  component: Root,
  errorComponent: ({ error, reset }) => (
    <Page title="Something went wrong">
      <ProblemNote error={error} retry={reset} />
    </Page>
  ),
});

function Root() {
  useArrival();
  return <Outlet />;
}

/** Pages for whoever is signed in. */
const inside = createRoute({
  getParentRoute: () => root,
  id: 'inside',
  component: Shell,
  beforeLoad: needSession,
});

/** An agent's program leads here, and the page leads back to it: nothing else is on the way. */
const agentSignIn = createRoute({
  getParentRoute: () => root,
  path: 'agent-sign-in/$signIn',
  beforeLoad: needSession,
  component: lazyRouteComponent(() => import('./pages/agent-sign-in/index.ts'), 'AgentSignInPage'),
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: 'sign-in',
  validateSearch: readSignInSearch,
  beforeLoad: needNobody,
  component: lazyRouteComponent(() => import('./pages/sign-in/index.ts'), 'SignInPage'),
});
const welcome = createRoute({
  getParentRoute: () => root,
  path: 'welcome',
  beforeLoad: needSetup,
  component: lazyRouteComponent(() => import('./pages/welcome/index.ts'), 'WelcomePage'),
});
const forgot = createRoute({
  getParentRoute: () => root,
  path: 'forgot',
  component: lazyRouteComponent(() => import('./pages/sign-in/index.ts'), 'ForgotPage'),
});
const reset = createRoute({
  getParentRoute: () => root,
  path: 'reset',
  component: lazyRouteComponent(() => import('./pages/sign-in/index.ts'), 'ResetPage'),
});
const invitation = createRoute({
  getParentRoute: () => root,
  path: 'invitation',
  component: lazyRouteComponent(() => import('./pages/sign-in/index.ts'), 'InvitationPage'),
});

const overview = createRoute({
  getParentRoute: () => inside,
  path: '/',
  validateSearch: readOverviewSearch,
  component: lazyRouteComponent(() => import('./pages/overview/index.ts'), 'OverviewPage'),
});
const servers = createRoute({
  getParentRoute: () => inside,
  path: 'servers',
  validateSearch: readServersSearch,
  component: lazyRouteComponent(() => import('./pages/servers/index.ts'), 'ServersPage'),
});
const server = createRoute({
  getParentRoute: () => inside,
  path: 'servers/$server',
  validateSearch: readServerSearch,
  component: lazyRouteComponent(() => import('./pages/servers/index.ts'), 'ServerPage'),
});
const connect = createRoute({
  getParentRoute: () => inside,
  path: 'servers/$server/connect',
  validateSearch: readConnectSearch,
  component: lazyRouteComponent(() => import('./pages/connect/index.ts'), 'ConnectPage'),
});
/** Not below `servers`, where every address is the name of one. */
const newServer = createRoute({
  getParentRoute: () => inside,
  path: 'new-server',
  validateSearch: readAddSearch,
  component: lazyRouteComponent(() => import('./pages/servers/index.ts'), 'AddServerPage'),
});
const stack = createRoute({
  getParentRoute: () => inside,
  path: 'stack',
  component: lazyRouteComponent(() => import('./pages/stack/index.ts'), 'StackPage'),
});
const start = createRoute({
  getParentRoute: () => inside,
  path: 'start',
  validateSearch: readStartSearch,
  component: lazyRouteComponent(() => import('./pages/start/index.ts'), 'StartPage'),
});
const policies = createRoute({
  getParentRoute: () => inside,
  path: 'policies',
  component: lazyRouteComponent(() => import('./pages/policies/index.ts'), 'PoliciesPage'),
});
const policy = createRoute({
  getParentRoute: () => inside,
  path: 'policies/$policy',
  validateSearch: readPolicySearch,
  component: lazyRouteComponent(() => import('./pages/policies/index.ts'), 'PolicyPage'),
});
const policyVersion = createRoute({
  getParentRoute: () => inside,
  path: 'policies/$policy/versions/$version',
  component: lazyRouteComponent(() => import('./pages/policies/index.ts'), 'VersionPage'),
});
/** Not below `policies`, where every address is the name of one. */
const newPolicy = createRoute({
  getParentRoute: () => inside,
  path: 'new-policy',
  validateSearch: readPolicySearch,
  component: lazyRouteComponent(() => import('./pages/policies/index.ts'), 'NewPolicyPage'),
});
const grants = createRoute({
  getParentRoute: () => inside,
  path: 'grants',
  validateSearch: readListSearch,
  component: lazyRouteComponent(() => import('./pages/grants/index.ts'), 'GrantsPage'),
});
const grant = createRoute({
  getParentRoute: () => inside,
  path: 'grants/$grant',
  component: lazyRouteComponent(() => import('./pages/grants/index.ts'), 'GrantPage'),
});
const access = createRoute({
  getParentRoute: () => inside,
  path: 'access',
  validateSearch: readAccessSearch,
  component: lazyRouteComponent(() => import('./pages/access/index.ts'), 'AccessPage'),
});
const accessRequest = createRoute({
  getParentRoute: () => inside,
  path: 'access/$request',
  component: lazyRouteComponent(() => import('./pages/access/index.ts'), 'AccessRequestPage'),
});
const approvals = createRoute({
  getParentRoute: () => inside,
  path: 'approvals',
  validateSearch: readListSearch,
  component: lazyRouteComponent(() => import('./pages/approvals/index.ts'), 'ApprovalsPage'),
});
const approval = createRoute({
  getParentRoute: () => inside,
  path: 'approvals/$approval',
  component: lazyRouteComponent(() => import('./pages/approvals/index.ts'), 'ApprovalPage'),
});
const log = createRoute({
  getParentRoute: () => inside,
  path: 'log',
  validateSearch: readLogSearch,
  component: lazyRouteComponent(() => import('./pages/log/index.ts'), 'LogPage'),
});
const decision = createRoute({
  getParentRoute: () => inside,
  path: 'log/$decision',
  validateSearch: readDecisionSearch,
  component: lazyRouteComponent(() => import('./pages/log/index.ts'), 'DecisionPage'),
});
const catalogue = createRoute({
  getParentRoute: () => inside,
  path: 'catalogue',
  validateSearch: readCatalogueSearch,
  component: lazyRouteComponent(() => import('./pages/catalogue/index.ts'), 'CataloguePage'),
});
/** Before the servers, of which none is found that is named like these. */
const catalogueLevel = createRoute({
  getParentRoute: () => inside,
  path: 'catalogue/level/$level',
  component: lazyRouteComponent(() => import('./pages/catalogue/index.ts'), 'LevelPage'),
});
const catalogueClass = createRoute({
  getParentRoute: () => inside,
  path: 'catalogue/class/$class',
  component: lazyRouteComponent(() => import('./pages/catalogue/index.ts'), 'ClassPage'),
});
const catalogueServer = createRoute({
  getParentRoute: () => inside,
  path: 'catalogue/$server',
  component: lazyRouteComponent(() => import('./pages/catalogue/index.ts'), 'CatalogueServerPage'),
});
const catalogueTool = createRoute({
  getParentRoute: () => inside,
  path: 'catalogue/$server/$tool',
  component: lazyRouteComponent(() => import('./pages/catalogue/index.ts'), 'CatalogueToolPage'),
});
const attacks = createRoute({
  getParentRoute: () => inside,
  path: 'attacks',
  validateSearch: readAttackSearch,
  component: lazyRouteComponent(() => import('./pages/attacks/index.ts'), 'AttacksPage'),
});
const attack = createRoute({
  getParentRoute: () => inside,
  path: 'catalogue/attacks/$attack',
  component: lazyRouteComponent(() => import('./pages/attacks/index.ts'), 'AttackPage'),
});
const proposals = createRoute({
  getParentRoute: () => inside,
  path: 'proposals',
  component: lazyRouteComponent(() => import('./pages/proposals/index.ts'), 'ProposalsPage'),
});
const proposal = createRoute({
  getParentRoute: () => inside,
  path: 'proposals/$proposal',
  component: lazyRouteComponent(() => import('./pages/proposals/index.ts'), 'ProposalPage'),
});
const people = createRoute({
  getParentRoute: () => inside,
  path: 'people',
  component: lazyRouteComponent(() => import('./pages/people/index.ts'), 'PeoplePage'),
});
const settings = createRoute({
  getParentRoute: () => inside,
  path: 'settings',
  component: lazyRouteComponent(() => import('./pages/settings/index.ts'), 'SettingsPage'),
});
const organization = createRoute({
  getParentRoute: () => inside,
  path: 'settings/organization',
  component: lazyRouteComponent(() => import('./pages/settings/index.ts'), 'OrganizationPage'),
});
const gatewaySettings = createRoute({
  getParentRoute: () => inside,
  path: 'settings/gateway',
  component: lazyRouteComponent(() => import('./pages/settings/index.ts'), 'GatewayPage'),
});
const webhooks = createRoute({
  getParentRoute: () => inside,
  path: 'settings/webhooks',
  component: lazyRouteComponent(() => import('./pages/settings/index.ts'), 'WebhooksPage'),
});
const webhook = createRoute({
  getParentRoute: () => inside,
  path: 'settings/webhooks/$webhook',
  component: lazyRouteComponent(() => import('./pages/settings/index.ts'), 'WebhookPage'),
});
const audit = createRoute({
  getParentRoute: () => inside,
  path: 'audit',
  validateSearch: readAuditSearch,
  component: lazyRouteComponent(() => import('./pages/audit/index.ts'), 'AuditPage'),
});

const nowhere = createRoute({ getParentRoute: () => inside, path: '$', component: NotFound });

function NotFound() {
  return (
    <Page title="There is no such page" lead="It may have been removed, or belong to another organisation.">
      <a href="/" className="text-accent-text underline">
        Go to the overview
      </a>
    </Page>
  );
}

export const router = createRouter({
  routeTree: root.addChildren([
    signIn,
    welcome,
    forgot,
    reset,
    invitation,
    agentSignIn,
    inside.addChildren([
      overview,
      servers,
      server,
      connect,
      newServer,
      stack,
      start,
      policies,
      policy,
      policyVersion,
      newPolicy,
      grants,
      grant,
      access,
      accessRequest,
      approvals,
      approval,
      log,
      decision,
      catalogue,
      catalogueLevel,
      catalogueClass,
      catalogueServer,
      catalogueTool,
      attacks,
      attack,
      proposals,
      proposal,
      people,
      settings,
      organization,
      gatewaySettings,
      webhooks,
      webhook,
      audit,
      nowhere,
    ]),
  ]),
  defaultPreload: 'intent',
  // What no page knows of an address is taken out of it.
  search: { strict: true },
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
