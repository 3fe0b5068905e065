/**
 * Attacks on agents and their tools, one file each: what happens, a public case with its sources, what a policy does
 * about it. May hold only cases that were read in the source that is named. May not look at tools.
 */

import type { Attack } from './attack.ts';
import { commandInjection } from './command-injection.ts';
import { compromisedMcpPackage } from './compromised-mcp-package.ts';
import { confusedDeputy } from './confused-deputy.ts';
import { consentFatigue } from './consent-fatigue.ts';
import { credentialLeakViaErrors } from './credential-leak-via-errors.ts';
import { crossTenantAccess } from './cross-tenant-access.ts';
import { dataExfiltrationViaToolChaining } from './data-exfiltration-via-tool-chaining.ts';
import { dnsRebinding } from './dns-rebinding.ts';
import { excessiveAgency } from './excessive-agency.ts';
import { indirectPromptInjection } from './indirect-prompt-injection.ts';
import { logInjection } from './log-injection.ts';
import { mcpRugPull } from './mcp-rug-pull.ts';
import { mcpTyposquatting } from './mcp-typosquatting.ts';
import { pathTraversal } from './path-traversal.ts';
import { promptInjectionViaToolResults } from './prompt-injection-via-tool-results.ts';
import { queueAndJobSabotage } from './queue-and-job-sabotage.ts';
import { retryStorms } from './retry-storms.ts';
import { runawayToolLoops } from './runaway-tool-loops.ts';
import { sessionHijack } from './session-hijack.ts';
import { spendDrain } from './spend-drain.ts';
import { sqlInjection } from './sql-injection.ts';
import { ssrf } from './ssrf.ts';
import { tokenMisRedemption } from './token-mis-redemption.ts';
import { toolPoisoning } from './tool-poisoning.ts';
import { toolShadowing } from './tool-shadowing.ts';

export type { Attack } from './attack.ts';
export { attacksOn } from './relevance.ts';

/** In the order of the overview page. */
export const ATTACKS: readonly Attack[] = [
  toolPoisoning,
  mcpRugPull,
  toolShadowing,
  tokenMisRedemption,
  confusedDeputy,
  indirectPromptInjection,
  promptInjectionViaToolResults,
  dataExfiltrationViaToolChaining,
  credentialLeakViaErrors,
  runawayToolLoops,
  retryStorms,
  spendDrain,
  compromisedMcpPackage,
  mcpTyposquatting,
  commandInjection,
  pathTraversal,
  ssrf,
  sqlInjection,
  sessionHijack,
  dnsRebinding,
  consentFatigue,
  queueAndJobSabotage,
  excessiveAgency,
  crossTenantAccess,
  logInjection,
];
