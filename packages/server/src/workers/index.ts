/**
 * The processes of a gateway that answer agents on one port, beside the one that holds the store, the control plane and every connection
 * of which there may be one. Accepts connections and shares them out, starts and replaces the others, tells them what is in force. Decides
 * nothing, keeps nothing, and opens no socket but those between the processes.
 */
export { MAX_WORKERS } from './bounds.ts';
export { type Crew, openCrew } from './crew.ts';
export { handedAddress } from './hand-on.ts';
