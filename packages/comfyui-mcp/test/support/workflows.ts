import { randomUUID } from 'node:crypto';
import type { Graph } from '../double/graph.ts';

/** A file name prefix, and by it a graph, that no cache has seen. */
export function freshName(): string {
  return `policy_test_${randomUUID().slice(0, 8)}`;
}

/** A picture of one colour, saved: runs without any model. */
export function picture(name = freshName(), inputs: Readonly<Record<string, unknown>> = {}): Graph {
  return {
    1: {
      class_type: 'EmptyImage',
      inputs: { width: 64, height: 64, batch_size: 1, color: 0xff0000, ...inputs },
    },
    2: { class_type: 'SaveImage', inputs: { images: ['1', 0], filename_prefix: name } },
  };
}

/** A chain of three blurs between the picture and the file: each is a point where an interrupt is noticed. */
export function blurs(name = freshName()): Graph {
  const blur = (from: string) => ({
    class_type: 'ImageBlur',
    inputs: { image: [from, 0], blur_radius: 31, sigma: 10 },
  });
  return {
    ...picture(name),
    3: blur('1'),
    4: blur('3'),
    5: blur('4'),
    2: { class_type: 'SaveImage', inputs: { images: ['5', 0], filename_prefix: name } },
  };
}

/** Text to image, as most workflows have it. */
export function textToImage(checkpoint: string, sampler: Readonly<Record<string, unknown>> = {}): Graph {
  return {
    1: { class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name: checkpoint } },
    2: { class_type: 'CLIPTextEncode', inputs: { text: 'a lighthouse', clip: ['1', 1] } },
    3: { class_type: 'CLIPTextEncode', inputs: { text: 'fog', clip: ['1', 1] } },
    4: { class_type: 'EmptyLatentImage', inputs: { width: 512, height: 512, batch_size: 1 } },
    5: {
      class_type: 'KSampler',
      inputs: {
        model: ['1', 0],
        seed: 7,
        steps: 4,
        cfg: 7,
        sampler_name: 'euler',
        scheduler: 'normal',
        positive: ['2', 0],
        negative: ['3', 0],
        latent_image: ['4', 0],
        denoise: 1,
        ...sampler,
      },
    },
    6: { class_type: 'VAEDecode', inputs: { samples: ['5', 0], vae: ['1', 2] } },
    7: { class_type: 'SaveImage', inputs: { images: ['6', 0], filename_prefix: freshName() } },
  };
}
