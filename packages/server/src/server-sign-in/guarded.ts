import { Refused, type SignInFault } from './contract.ts';
import { toRefused } from './library.ts';

/** What the other side says wrongly becomes a fault; accidents of ours stay accidents. */
export async function guarded<Result>(work: () => Promise<Result>): Promise<Result | SignInFault> {
  try {
    return await work();
  } catch (error) {
    const refused = toRefused(error);
    if (!(refused instanceof Refused)) throw refused;
    return { ok: false, fault: refused.fault, why: refused.message };
  }
}
