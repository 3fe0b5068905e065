import type {
  BridgePlan,
  ConnectListPlan,
  ConnectPlan,
  ConnectSignInPlan,
  StackPlan,
  StackRoutePlan,
  StackUndoPlan,
} from './clients.ts';
import type {
  ApplyPlan,
  BackupPlan,
  DoctorPlan,
  KeysListPlan,
  KeysRotatePlan,
  KeysSealPlan,
  MigratePlan,
  MovePlan,
  RestorePlan,
  ServerListPlan,
  ServerRestartPlan,
  UpPlan,
} from './gateway.ts';
import type {
  GrantAgentsPlan,
  GrantListPlan,
  GrantMintPlan,
  GrantRevealPlan,
  GrantRotatePlan,
  GrantShowPlan,
  GrantSignOutPlan,
  GrantStatePlan,
} from './grant.ts';
import type {
  AuditAcceptPlan,
  AuditExportPlan,
  AuditForwardPlan,
  AuditListPlan,
  AuditVerifyPlan,
  LogExportPlan,
  LogForwardPlan,
  LogPlan,
} from './logs.ts';
import type { OrganizationListPlan, OrganizationRemovePlan } from './organizations.ts';
import type {
  AgentsPlan,
  ApprovalDecidePlan,
  ApprovalListPlan,
  ApprovalShowPlan,
  PeopleChangeEmailPlan,
  PeopleInvitePlan,
  PeopleListPlan,
  PeopleRemovePlan,
  PeopleResetLinkPlan,
  PeopleSecondFactorPlan,
  PeopleSetRolePlan,
  WebhookListPlan,
} from './people.ts';
import type {
  ImportPlan,
  PolicyCheckPlan,
  PolicyDiffPlan,
  PolicyFormatPlan,
  PolicyListPlan,
  PolicyReplayPlan,
  PolicyShowPlan,
  PolicySuggestPlan,
  PolicyTestPlan,
  PolicyVersionsPlan,
  SimulatePlan,
} from './policy.ts';
import type { ScanPlan } from './scan.ts';
import type {
  AttackPagePlan,
  CataloguePagePlan,
  ClassifyPlan,
  DriftAcceptPlan,
  DriftListPlan,
  DriftShowPlan,
  IndexImportPlan,
  IndexPagePlan,
  IndexSearchPlan,
  IndexSizePlan,
} from './tools.ts';

/** What a command means, before anything is done: made by `planCommand` from arguments and facts, acted on by `runner.ts`. */
export type Plan =
  | SayPlan
  | WrongUsePlan
  | UpPlan
  | PolicyCheckPlan
  | PolicyFormatPlan
  | PolicyTestPlan
  | SimulatePlan
  | ImportPlan
  | PolicyDiffPlan
  | PolicyListPlan
  | PolicyVersionsPlan
  | PolicyShowPlan
  | PolicyReplayPlan
  | PolicySuggestPlan
  | AgentsPlan
  | ServerListPlan
  | ServerRestartPlan
  | GrantMintPlan
  | GrantListPlan
  | GrantStatePlan
  | GrantShowPlan
  | GrantRotatePlan
  | GrantRevealPlan
  | GrantAgentsPlan
  | GrantSignOutPlan
  | LogPlan
  | LogExportPlan
  | LogForwardPlan
  | AuditAcceptPlan
  | AuditVerifyPlan
  | AuditListPlan
  | AuditExportPlan
  | AuditForwardPlan
  | BackupPlan
  | RestorePlan
  | KeysListPlan
  | KeysRotatePlan
  | KeysSealPlan
  | MigratePlan
  | MovePlan
  | BridgePlan
  | ConnectPlan
  | ConnectListPlan
  | ConnectSignInPlan
  | ClassifyPlan
  | CataloguePagePlan
  | IndexPagePlan
  | IndexSearchPlan
  | IndexImportPlan
  | IndexSizePlan
  | AttackPagePlan
  | ScanPlan
  | StackPlan
  | StackRoutePlan
  | StackUndoPlan
  | DriftListPlan
  | DriftShowPlan
  | DriftAcceptPlan
  | ApprovalListPlan
  | ApprovalShowPlan
  | ApprovalDecidePlan
  | OrganizationListPlan
  | OrganizationRemovePlan
  | PeopleListPlan
  | PeopleInvitePlan
  | PeopleSetRolePlan
  | PeopleChangeEmailPlan
  | PeopleRemovePlan
  | PeopleResetLinkPlan
  | PeopleSecondFactorPlan
  | WebhookListPlan
  | ApplyPlan
  | DoctorPlan;

/** A plan and how to show what comes of it. `dryRun` prints the plan as JSON and does nothing. */
export type Planned = { readonly plan: Plan; readonly show: Presentation; readonly dryRun: boolean };

export type Presentation = {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly colour: { readonly stdout: boolean; readonly stderr: boolean };
  /** Columns. */
  readonly width: number;
};

/** Help or version. */
type SayPlan = { readonly kind: 'say'; readonly text: string };

/** Exit 2. `message`: what was expected, what was found, how to mend it. */
export type WrongUsePlan = { readonly kind: 'wrong_use'; readonly message: string };
