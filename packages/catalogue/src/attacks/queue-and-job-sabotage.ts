import type { Attack } from './attack.ts';

export const queueAndJobSabotage: Attack = {
  slug: 'queue-and-job-sabotage',
  name: 'Queue and job sabotage',
  category: 'agent behaviour',
  happens:
    "An agent cancels, interrupts or clears work that is not its own: jobs in a shared queue, somebody's running generation.",
  case: {
    what: "ComfyUI's interrupt stopped whatever was running, no matter whose it was, and could hit the wrong job; only since September 2025 does it take the id of a job (issue 2566, pull request 9607).",
    sources: [
      'https://github.com/Comfy-Org/ComfyUI/issues/2566',
      'https://github.com/Comfy-Org/ComfyUI/pull/9607',
      'https://github.com/Comfy-Org/ComfyUI/issues/7513',
    ],
  },
  words: [
    'cancel',
    'interrupt',
    'clear',
    'abort',
    'stop',
    'job',
    'jobs',
    'queue',
    'generation',
    'task',
    'run',
  ],
  classes: ['Execute', 'Destructive'],
  signals: ['bulk'],
  coverage: 'partial',
  mitigation:
    'Demand the id of the job, limit how often jobs may be cancelled, and hide what clears a whole queue. Only the server knows whose job an id is.',
  rule: {
    version: '1',
    default: 'deny',
    hide: ['comfy_clear_queue'],
    tools: {
      comfy_cancel_generation: {
        require: [
          {
            conditions: [
              {
                path: 'args.prompt_id',
                op: 'exists',
                value: true,
              },
            ],
            on_deny: 'Name the generation to cancel.',
          },
        ],
        limits: [
          {
            counter: 'comfy_cancel_generation_rate',
            window: 'minute',
            max: 10,
            scope: 'grant',
          },
        ],
      },
    },
  },
};
