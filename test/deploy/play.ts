// Plays the Dockerfile without Docker: each stage in a folder, each RUN by an unprivileged user where tests run as root.
// Not played: the base image's own files, who owns what, and that nothing outside of the image is there.
import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { basename, delimiter, dirname, join } from 'node:path';
import { ROOT } from '../sources.ts';
import { context, LAST, readSteps, type Step } from './dockerfile.ts';

/** `nobody`: a user that owns nothing here. */
const NOBODY = 65_534;
export const UNPRIVILEGED = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};

/** What an image says of how it is run. */
export type Image = {
  /** Where its `/` is. */
  readonly root: string;
  readonly env: Readonly<Record<string, string>>;
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
  readonly healthcheck: readonly string[];
};

/** What is done in place of a command or a stage that takes longer than a test may; undefined: it is played. */
export type InPlace = {
  /** Leaves in `folder` what the command of a RUN would have. */
  readonly run: (command: string, folder: string) => boolean;
  readonly copy: (stage: string, path: string) => string | undefined;
};

type Stage = { readonly root: string; folder: string };

export function play(folder: string, inPlace: InPlace): Image {
  const sent = context();
  const stages = new Map<string, Stage>();
  const env: Record<string, string> = {};
  const words = { entrypoint: [] as readonly string[], cmd: [] as readonly string[] };
  let healthcheck: readonly string[] = [];
  let stage: Stage = { root: '', folder: '' };
  for (const step of readSteps()) {
    if (step.kind === 'from') {
      stage = { root: join(folder, step.name), folder: '/' };
      mkdirSync(stage.root);
      const base = stages.get(step.image);
      if (base !== undefined) {
        copyInto(base.root, stage.root);
        stage.folder = base.folder;
      }
      stages.set(step.name, stage);
    } else if (step.kind === 'workdir') {
      stage.folder = step.text;
      mkdirSync(join(stage.root, step.text), { recursive: true });
    } else if (step.kind === 'copy') copy(step, { stage, stages, sent, inPlace });
    else if (step.kind === 'run') runStep(step.text, stage, inPlace);
    else if (step.kind === 'env') for (const [name, value] of step.values) env[name] = value;
    else if (step.kind === 'healthcheck') healthcheck = step.words;
    else if (step.kind === 'entrypoint' || step.kind === 'cmd') words[step.kind] = step.words;
  }
  return { root: join(folder, LAST), env, healthcheck, ...words };
}

type Copying = {
  readonly stage: Stage;
  readonly stages: ReadonlyMap<string, Stage>;
  readonly sent: readonly string[];
  readonly inPlace: InPlace;
};

function copy(step: Step & { kind: 'copy' }, { stage, stages, sent, inPlace }: Copying): void {
  for (const source of step.sources) {
    const base = join(stage.root, stage.folder, step.target);
    if (step.from !== undefined) {
      const given = inPlace.copy(step.from, source);
      if (given !== undefined) cpSync(given, base, { recursive: true });
      else copyInto(join(stages.get(step.from)?.root ?? '', source), base);
      continue;
    }
    const files = sent.filter((path) => path === source || path.startsWith(`${source}/`));
    if (files.length === 0) throw new Error(`COPY ${source}: the build gets no such file`);
    for (const path of files) {
      // A folder's contents are copied into the target, a file below it when it ends with a slash.
      const below = path === source ? basename(path) : path.slice(source.length);
      const isFile = path === source && !/[/.]$/.test(step.target);
      cpTo(join(ROOT, path), isFile ? base : join(base, below));
    }
  }
}

function cpTo(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  cpSync(from, to);
}

/** From stage to stage by links, as nothing here writes into a file that is there. */
function copyInto(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  const { status, stderr } = spawnSync('cp', ['-RPl', `${from}/.`, to], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`COPY ${from} ended with ${status}:\n${stderr}`);
}

function runStep(text: string, stage: Stage, inPlace: InPlace): void {
  const folder = join(stage.root, stage.folder);
  for (const command of text.split(' && ')) {
    if (inPlace.run(command.trim(), folder)) continue;
    give(stage.root);
    // The one absolute path that a command of this file names; who owns it cannot be played by somebody who owns nothing.
    const here = command.replace(/ -o 1000 -g 1000/, '').replace(/ \/data\b/, ` ${stage.root}/data`);
    const { status, stderr } = spawnSync('sh', ['-euc', here], {
      cwd: folder,
      env: { PATH: programs(), HOME: join(stage.root, '..', 'home'), CI: 'true', ...registry() },
      encoding: 'utf8',
      ...UNPRIVILEGED,
    });
    if (status !== 0) throw new Error(`RUN ${command} ended with ${status}:\n${stderr}`);
  }
}

/** Where packages come from is this machine's matter, of which a home of its own knows nothing. */
function registry(): Readonly<Record<string, string>> {
  const setting = (name: string): string =>
    spawnSync('npm', ['config', 'get', name], { cwd: ROOT, encoding: 'utf8' }).stdout.trim();
  const cafile = setting('cafile');
  return {
    npm_config_registry: setting('registry'),
    ...(cafile === 'null' || cafile === '' ? {} : { npm_config_cafile: cafile }),
    ...Object.fromEntries(
      Object.entries(process.env).flatMap(([name, value]) =>
        /^(?:NODE_EXTRA_CA_CERTS|https?_proxy|no_proxy)$/i.test(name) && value !== undefined
          ? [[name, value]]
          : [],
      ),
    ),
  };
}

/** Where programs are: the Node of this process first, as the base image has one. */
export const programs = (): string => `${dirname(process.execPath)}${delimiter}${process.env['PATH'] ?? ''}`;

/** Whoever plays a command may write its stage, as root may in a build. */
function give(root: string): void {
  const { uid, gid } = UNPRIVILEGED;
  if (uid === undefined || gid === undefined) return;
  spawnSync('chown', ['-R', `${uid}:${gid}`, root]);
}

/** Makes the image what it is at run time: nobody but root may write it, and the user of the gateway one folder. */
export function seal({ root }: Image, data: string): void {
  const { uid, gid } = UNPRIVILEGED;
  if (uid !== undefined && gid !== undefined) {
    spawnSync('chown', ['-R', '0:0', root]);
    chownSync(data, uid, gid);
  }
  spawnSync('chmod', ['-R', 'a-w,a+rX', root]);
  chmodSync(data, 0o700);
  if (!existsSync(join(root, 'app')) || readdirSync(data).length > 0)
    throw new Error(`expected an image with an empty data folder in ${root}`);
}
