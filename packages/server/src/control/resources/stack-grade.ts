import { gradeServer, isAnnotated, SIGNALS } from '@boomgate/catalogue';
import type { AnswerOf, Endpoints } from '@boomgate/contract';
import { ownProperty } from '@boomgate/engine';
import { newestOffered, type Store, type ToolSnapshot } from '../../store/index.ts';
import type { ServerSettings } from '../../upstreams/index.ts';
import { classOf } from './offered-tools.ts';

type Grade = AnswerOf<Endpoints['stack']['read']>['items'][number]['grade'];

/** A package with an exact version, as its runner takes it: `name@1.2.3`, `name==1.2.3`, `image:1.2.3`. */
const PINNED = /^(?:@[\w.-]+\/)?[\w./-]+(?:@|==|:)v?\d[\w.+-]*$/;

/** The letter of a server, by the formula of the catalogue; undefined while its tools are not known. Nobody's publisher is known here. */
export async function gradeOf(
  { tools }: Pick<Store, 'tools'>,
  { organization, slug, target }: ServerSettings,
): Promise<Grade> {
  const offered = newestOffered(await tools.list({ organization, server: slug }));
  if (offered.length === 0) return undefined;
  const isPinned = target.kind === 'stdio' && target.args.some((text) => PINNED.test(text));
  const { taken, ...grade } = gradeServer(offered.map(gradedTool), { isPinned, isPublisherKnown: false });
  return { ...grade, taken: [...taken] };
}

function gradedTool({ classification, definition }: ToolSnapshot) {
  return {
    class: classOf(classification.class),
    signals: SIGNALS.filter((signal) => classification.signals.includes(signal)).map((signal) => ({
      signal,
    })),
    isAnnotated: isAnnotated(ownProperty(definition, 'annotations')),
  };
}
