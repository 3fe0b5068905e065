import type { Plan, Planned } from './plan/index.ts';
import type { ExitCode, World } from './world.ts';

type PlanOf<Kind extends Plan['kind']> = Extract<Plan, { kind: Kind }>;
type Actions = { readonly [Kind in Plan['kind']]: (plan: PlanOf<Kind>, world: World) => Promise<ExitCode> };

/** One action per plan. Each is loaded when it is needed, so that quick commands stay quick. */
const ACTIONS: Actions = {
  say: async ({ text }, { output }) => {
    output.data(text);
    return 0;
  },
  wrong_use: async ({ message }, { fail }) => fail(message),
  up: async (plan, world) =>
    plan.demo
      ? (await import('./run/demo.ts')).runDemo(plan, world)
      : (await import('./run/up.ts')).runUp(plan, world),
  policy_check: async (plan, world) => (await import('./run/policy-check.ts')).runPolicyCheck(plan, world),
  policy_format: async (plan, world) => (await import('./run/policy-format.ts')).runPolicyFormat(plan, world),
  policy_test: async (plan, world) => (await import('./run/policy-test.ts')).runPolicyTest(plan, world),
  policy_simulate: async (plan, world) => (await import('./run/policy-simulate.ts')).runSimulate(plan, world),
  policy_replay: async (plan, world) => (await import('./run/policy-replay.ts')).runReplay(plan, world),
  policy_suggest: async (plan, world) => (await import('./run/policy-suggest.ts')).runSuggest(plan, world),
  policy_import: async (plan, world) => (await import('./run/policy-import.ts')).runImport(plan, world),
  policy_diff: async (plan, world) => (await import('./run/policy-diff.ts')).runPolicyDiff(plan, world),
  grant_mint: async (plan, world) => (await import('./run/grant-mint.ts')).runGrantMint(plan, world),
  grant_list: async (plan, world) => (await import('./run/grant-list.ts')).runGrantList(plan, world),
  grant_state: async (plan, world) => (await import('./run/grant-state.ts')).runGrantState(plan, world),
  grant_show: async (plan, world) => (await import('./run/grant-token.ts')).runGrantShow(plan, world),
  grant_rotate: async (plan, world) => (await import('./run/grant-token.ts')).runGrantRotate(plan, world),
  grant_agents: async (plan, world) => (await import('./run/grant-agents.ts')).runGrantAgents(plan, world),
  grant_sign_out: async (plan, world) => (await import('./run/grant-agents.ts')).runGrantSignOut(plan, world),
  grant_reveal: async (plan, world) => (await import('./run/grant-token.ts')).runGrantReveal(plan, world),
  log: async (plan, world) => (await import('./run/log.ts')).runLog(plan, world),
  log_export: async (plan, world) => (await import('./run/export.ts')).runLogExport(plan, world),
  log_forward: async (plan, world) => (await import('./run/forward-logs.ts')).runLogForward(plan, world),
  audit_list: async (plan, world) => (await import('./run/audit-list.ts')).runAuditList(plan, world),
  audit_export: async (plan, world) => (await import('./run/export.ts')).runAuditExport(plan, world),
  audit_forward: async (plan, world) => (await import('./run/forward-logs.ts')).runAuditForward(plan, world),
  backup: async (plan, world) => (await import('./run/backup.ts')).runBackup(plan, world),
  restore: async (plan, world) => (await import('./run/backup.ts')).runRestore(plan, world),
  keys_list: async (plan, world) => (await import('./run/keys.ts')).runKeysList(plan, world),
  keys_rotate: async (plan, world) => (await import('./run/keys.ts')).runKeysRotate(plan, world),
  keys_seal: async (plan, world) => (await import('./run/keys.ts')).runKeysSeal(plan, world),
  move: async (plan, world) => (await import('./run/migrate.ts')).runMove(plan, world),
  migrate: async (plan, world) => (await import('./run/migrate.ts')).runMigrate(plan, world),
  audit_accept: async (plan, world) => (await import('./run/audit-accept.ts')).runAuditAccept(plan, world),
  audit_verify: async (plan, world) => (await import('./run/audit-verify.ts')).runAuditVerify(plan, world),
  bridge: async (plan, world) => (await import('./run/bridge.ts')).runBridge(plan, world),
  connect: async (plan, world) => (await import('./run/connect.ts')).runConnect(plan, world),
  classify: async (plan, world) => (await import('./run/classify.ts')).runClassify(plan, world),
  catalogue_page: async (plan, world) =>
    (await import('./run/catalogue-page.ts')).runCataloguePage(plan, world),
  index_page: async (plan, world) => (await import('./run/index-page.ts')).runIndexPage(plan, world),
  index_search: async (plan, world) => (await import('./run/index-search.ts')).runIndexSearch(plan, world),
  index_import: async (plan, world) => (await import('./run/index-import.ts')).runIndexImport(plan, world),
  index_size: async (plan, world) => (await import('./run/index-size.ts')).runIndexSize(plan, world),
  attack_page: async (plan, world) => (await import('./run/attack-page.ts')).runAttackPage(plan, world),
  scan: async (plan, world) => (await import('./run/scan.ts')).runScan(plan, world),
  stack: async (plan, world) => (await import('./run/stack.ts')).runStack(plan, world),
  stack_route: async (plan, world) => (await import('./run/stack-route.ts')).runStackRoute(plan, world),
  stack_undo: async (plan, world) => (await import('./run/stack-undo.ts')).runStackUndo(plan, world),
  drift_list: async (plan, world) => (await import('./run/drift-list.ts')).runDriftList(plan, world),
  drift_show: async (plan, world) => (await import('./run/drift-show.ts')).runDriftShow(plan, world),
  drift_accept: async (plan, world) => (await import('./run/drift-accept.ts')).runDriftAccept(plan, world),
  approval_list: async (plan, world) => (await import('./run/approvals.ts')).runApprovalList(plan, world),
  approval_show: async (plan, world) => (await import('./run/approvals.ts')).runApprovalShow(plan, world),
  approval_decide: async (plan, world) => (await import('./run/approvals.ts')).runApprovalDecide(plan, world),
  agents: async (plan, world) => (await import('./run/agents.ts')).runAgents(plan, world),
  server_list: async (plan, world) => (await import('./run/server-list.ts')).runServerList(plan, world),
  server_restart: async (plan, world) =>
    (await import('./run/server-restart.ts')).runServerRestart(plan, world),
  organization_list: async (plan, world) =>
    (await import('./run/organization-list.ts')).runOrganizationList(plan, world),
  organization_remove: async (plan, world) =>
    (await import('./run/organization-remove.ts')).runOrganizationRemove(plan, world),
  people_list: async (plan, world) => (await import('./run/people-list.ts')).runPeopleList(plan, world),
  people_invite: async (plan, world) => (await import('./run/people-invite.ts')).runPeopleInvite(plan, world),
  people_set_role: async (plan, world) =>
    (await import('./run/people-set-role.ts')).runPeopleSetRole(plan, world),
  people_change_email: async (plan, world) =>
    (await import('./run/people-change-email.ts')).runPeopleChangeEmail(plan, world),
  people_remove: async (plan, world) => (await import('./run/people-remove.ts')).runPeopleRemove(plan, world),
  people_reset_link: async (plan, world) =>
    (await import('./run/people-reset-link.ts')).runPeopleResetLink(plan, world),
  people_second_factor: async (plan, world) =>
    (await import('./run/people-second-factor.ts')).runPeopleSecondFactor(plan, world),
  webhook_list: async (plan, world) => (await import('./run/webhook-list.ts')).runWebhookList(plan, world),
  apply: async (plan, world) => (await import('./run/apply-file.ts')).runApply(plan, world),
  doctor: async (plan, world) => (await import('./run/doctor/index.ts')).runDoctor(plan, world),
  policy_list: async (plan, world) => (await import('./run/policy-list.ts')).runPolicyList(plan, world),
  policy_versions: async (plan, world) =>
    (await import('./run/policy-versions.ts')).runPolicyVersions(plan, world),
  policy_show: async (plan, world) => (await import('./run/policy-versions.ts')).runPolicyShow(plan, world),
  connect_sign_in: async (plan, world) => (await import('./run/connect.ts')).runConnectSignIn(plan, world),
  connect_list: async (plan, world) => (await import('./run/connect.ts')).runConnectList(plan, world),
};

/** Acts on a plan, or prints it. Wrong use stays wrong use in a dry run. */
export async function runPlan({ plan, dryRun }: Planned, world: World): Promise<ExitCode> {
  // What this command does is the difference; its plan would say nothing.
  if (dryRun && plan.kind === 'apply') return (await import('./run/apply.ts')).runApplyDryRun(plan, world);
  if (dryRun && plan.kind !== 'wrong_use' && plan.kind !== 'say') {
    world.output.json((await import('./run/shown-plan.ts')).shownPlan(plan));
    return 0;
  }
  // The table has, for each kind, the action that takes plans of this kind.
  const act = ACTIONS[plan.kind] as (plan: Plan, world: World) => Promise<ExitCode>;
  return act(plan, world);
}
