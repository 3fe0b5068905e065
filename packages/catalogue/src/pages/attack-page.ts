import type { Attack } from '../attacks/index.ts';
import { heading, list, type Page, policyFile, text } from './document.ts';
import { SIGNAL_WORDS } from './words.ts';

const COVERAGE_WORDS = {
  full: 'A policy prevents it.',
  partial: 'A policy prevents part of it.',
  none: 'No policy prevents it.',
} as const satisfies Record<Attack['coverage'], string>;

/** The page of one attack: what happens, a public case, what it abuses, what a policy does about it. */
export function attackPage(attack: Attack): Page {
  return {
    title: attack.name,
    badge: `${attack.category} · ${attack.coverage}`,
    blocks: [
      text(attack.happens),
      heading('A public case'),
      text(attack.case.what),
      list(attack.case.sources.map((source) => ({ text: source, to: source }))),
      heading('What it abuses'),
      list([
        ...attack.classes.map((name) => ({
          text: `Tools that are ${name}`,
          to: `/catalogue/class/${name.toLowerCase()}`,
        })),
        ...attack.signals.map((signal) => ({ text: `A tool that ${SIGNAL_WORDS[signal]}` })),
      ]),
      heading('What a policy does about it'),
      text(`${COVERAGE_WORDS[attack.coverage]} ${attack.mitigation}`),
      ...(attack.rule === undefined ? [] : [policyFile(attack.rule)]),
    ],
  };
}
