import type { JsonObject } from '@boomgate/engine';
import type { NoteOf } from './act.ts';

/** The server that a tool is of. */
export type ToolOwner = { readonly organization: string; readonly server: string };

/** One definition of a tool that its server was seen to offer. A tool has as many of them as it had definitions. */
export type ToolSnapshot = ToolOwner & {
  readonly tool: string;
  /** SHA-256 of the canonical definition, hex. */
  readonly fingerprint: string;
  /** The parts that the fingerprint is made of. */
  readonly definition: JsonObject;
  readonly classification: ToolClassification;
  /** Calls go through once it is accepted; nothing leads back. */
  readonly state: 'accepted' | 'held';
  /** Whether the newest listing of its server has it. */
  readonly isOffered: boolean;
  readonly firstSeenAtMs: number;
  /** When its server last began to offer it: of several definitions of a tool, the greatest is the newest. */
  readonly seenAtMs: number;
  /** Absent while it is held. */
  readonly decidedAtMs?: number;
  readonly decidedBy?: ToolDecider;
};

/** `first_sight`: it was there when the server was first listed; `setting`: the server's setting lets such changes pass. */
export type ToolDecider = 'first_sight' | 'setting' | 'person';

export type ToolClassification = {
  readonly class: string;
  readonly severity: string;
  readonly evidence: readonly {
    readonly field: string;
    readonly quote: string;
    readonly class: string;
  }[];
  readonly signals: readonly string[];
  /** The version of the program that classified it: another one classifies it anew. */
  readonly by: string;
};

export type ToolKey = Pick<ToolSnapshot, 'tool' | 'fingerprint'>;

/** What one listing of a server changes. Where it is much, it is written in parts: what is left when that fails is news with the next listing. */
export type SnapshotChange = {
  /**
   * Definitions that were not known or not offered before, or are classified anew. Of a known one its state stays, unless the new
   * one is accepted: what another process accepted meanwhile is not held again.
   */
  readonly seen: readonly ToolSnapshot[];
  /** Definitions that are not offered any more. */
  readonly gone: readonly ToolKey[];
  /** Nothing was known of the server: all of it is written, or nothing, as what comes later is a change. */
  readonly isFirst?: boolean;
};

/** A definition as far as it decides about calls. */
export type KnownTool = Omit<ToolSnapshot, keyof ToolOwner | 'definition'>;

/** The definitions of tools, by server, tool and fingerprint. */
export interface ToolSnapshots {
  /** All of a server, without the definitions themselves, each tool's newest first. */
  known(owner: ToolOwner): Promise<readonly KnownTool[]>;
  /** In the order of servers and tools, each tool's newest first. */
  list(filter: {
    readonly organization: string;
    readonly server?: string;
    readonly tool?: string;
  }): Promise<readonly ToolSnapshot[]>;
  /** Also forgets what is not offered any more beyond the bounds of `TOOL_BOUNDS`; never makes anything accepted by that. */
  record(owner: ToolOwner, change: SnapshotChange): Promise<void>;
  /** Accepts all of these or none: false when one of them is not held, or is not its tool's newest any more. */
  accept(owner: ToolOwner, tools: readonly ToolKey[], note?: NoteOf<void>): Promise<boolean>;
  /** Whether any process has written since this was last asked. */
  hasNews(): boolean;
}
