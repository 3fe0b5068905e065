import type { Age, Double } from '../double/index.ts';
import type { Answer } from './agents.ts';
import { submit } from './comfy-client.ts';
import type { Rig } from './rig.ts';
import { blurs, picture } from './workflows.ts';

/** The route that stops a running job, by the age of the server. */
export const STOPS = {
  global_interrupt: 'POST /interrupt',
  targeted_interrupt: 'POST /interrupt',
  jobs_api: 'POST /api/jobs/{job_id}/cancel',
} as const satisfies Record<Age, string>;

/** Submits a job through the server; its id. */
export async function submitted({ call }: Rig, workflow: object = blurs()): Promise<string> {
  const { data, text } = await call('comfy_submit_workflow', { workflow });
  if (data === undefined) throw new Error(text);
  return data.prompt_id;
}

/** A job of this agent that stands in the middle of its first node, where an interrupt is not noticed yet. */
export async function running(rig: Rig): Promise<string> {
  rig.double.hold();
  const id = await submitted(rig);
  await rig.double.held();
  return id;
}

/** A job of somebody else, put in beside the server. */
export async function strangersJob({ url }: Double): Promise<string> {
  return await submit(url, picture(), { client_id: 'stranger' });
}

/** Cancels a running job: the node that stands is let go once ComfyUI was asked to stop. */
export async function cancelRunning({ double, call }: Rig, args: object): Promise<Answer> {
  const answer = call('comfy_cancel_generation', args);
  await double.called(STOPS[double.age]);
  double.step();
  return await answer;
}

/** Whether the double was asked to interrupt anything, in any way. */
export function interrupts({ calls }: Double): number {
  return calls.count('POST /interrupt') + calls.count('POST /api/jobs/{job_id}/cancel');
}

export async function idsInQueue({ call }: Rig): Promise<{ running: string[]; pending: string[] }> {
  const { data } = await call('comfy_get_queue');
  const idsOf = (jobs: readonly { prompt_id: string }[]): string[] => jobs.map(({ prompt_id }) => prompt_id);
  return { running: idsOf(data.running), pending: idsOf(data.pending) };
}
