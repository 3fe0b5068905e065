import { type FormEvent, useState } from 'react';
import { useAct } from '../../app/act.ts';
import { api, bodyOf } from '../../app/api.ts';
import {
  Answers,
  Button,
  Code,
  Dialog,
  FormProblem,
  type NamedValue,
  notify,
  SecretRows,
  SelectOne,
  TextField,
} from '../../ui/index.ts';
import { joinCommand, splitCommand } from './add/command-line.ts';
import { serversChanged, valuesOf } from './add/use-add.ts';
import { PLACE_WORDS, rowsOf, type ServerDetail } from './credentials.tsx';

type Props = { readonly of: ServerDetail; readonly etag: string; readonly onClose: () => void };

/** Where a server is and how it is treated. What it is presented goes to another place only if it is given again. */
export function EditDialog({ etag, of, onClose }: Props) {
  const act = useAct();
  const { settings } = of;
  const place = settings.url === undefined ? 'env' : 'headers';
  const [where, setWhere] = useState(
    settings.url ?? joinCommand([settings.command ?? '', ...(settings.args ?? [])]),
  );
  const [title, setTitle] = useState(of.title ?? '');
  const [manner, setManner] = useState<MannerValue>({
    drift: of.drift,
    era: settings.era ?? 'auto',
    isolation: settings.isolation ?? 'shared',
    results: settings.results ?? 'off',
    argument_secrets: settings.argument_secrets ?? 'off',
    result_secrets: settings.result_secrets ?? 'off',
    service: settings.disabled === true ? 'out' : 'in',
  });
  const [values, setValues] = useState<readonly NamedValue[]>(() => rowsOf(of, place));
  // None were sent: they are what is missing.
  const isAsked = act.faultOf(place) !== undefined;
  const [wasAsked, setAsked] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const body = {
      ...placeOf(settings.url === undefined ? 'command' : 'url', where),
      title: title.trim() === '' ? null : title,
      ...sentOf(manner),
      ...(isAsked || wasAsked ? { [place]: valuesOf(values) } : {}),
    };
    setAsked(isAsked || wasAsked);
    const sent = { params: { server: of.slug }, ifMatch: etag, body };
    const done = await act.run(() => bodyOf(api.servers.update(sent)));
    if (done === undefined) return;
    await serversChanged();
    notify('In force from the next request');
    onClose();
  };
  return (
    <Dialog title={`Edit ${of.slug}`} isOpen onClose={onClose} lead="In force from the next request.">
      <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
        <TitleField slug={of.slug} value={title} onChange={setTitle} error={act.faultOf('title')} />
        <TextField
          label={settings.url === undefined ? 'Command' : 'Address'}
          required
          value={where}
          onChange={({ target }) => setWhere(target.value)}
          error={act.faultOf('url') ?? act.faultOf('command') ?? act.faultOf('args')}
          hint="For another address or program, enter the credentials again: they were given for this one."
        />
        {isAsked || wasAsked ? (
          <SecretRows
            label={`${PLACE_WORDS[place].all}, for the new target`}
            add={`Add a ${PLACE_WORDS[place].one}`}
            rows={values}
            onChange={setValues}
            errorOf={(name) => act.faultOf(`${place}/${name}`)}
          />
        ) : null}
        <Manner value={manner} onChange={setManner} eraFault={act.faultOf('era')} />
        <FormProblem text={act.faultOf(place) ?? act.problem} />
        <Answers onBack={onClose}>
          <Button type="submit" kind="main" isBusy={act.isBusy}>
            Save
          </Button>
        </Answers>
      </form>
    </Dialog>
  );
}

function TitleField({
  error,
  onChange,
  slug,
  value,
}: {
  readonly slug: string;
  readonly value: string;
  readonly error: string | undefined;
  readonly onChange: (title: string) => void;
}) {
  return (
    <TextField
      label="Title"
      value={value}
      onChange={({ target }) => onChange(target.value)}
      error={error}
      hint={
        <>
          For people. Addresses, grants, policies and the log keep <Code>{slug}</Code>.
        </>
      }
    />
  );
}

type MannerValue = {
  readonly drift: ServerDetail['drift'];
  readonly era: NonNullable<ServerDetail['settings']['era']>;
  readonly isolation: 'shared' | 'grant';
  readonly results: Results;
  readonly argument_secrets: ArgumentSecrets;
  readonly result_secrets: ResultSecrets;
  readonly service: 'in' | 'out';
};

/** `disabled` stands only where it is so. */
function sentOf({ service, ...manner }: MannerValue) {
  return { ...manner, disabled: service === 'out' ? true : null };
}

type Results = NonNullable<ServerDetail['settings']['results']>;
type ArgumentSecrets = NonNullable<ServerDetail['settings']['argument_secrets']>;
type ResultSecrets = NonNullable<ServerDetail['settings']['result_secrets']>;

/** How the gateway treats it. */
function Manner({
  eraFault,
  onChange,
  value,
}: {
  readonly eraFault: string | undefined;
  readonly value: MannerValue;
  readonly onChange: (value: MannerValue) => void;
}) {
  return (
    <>
      <SelectOne
        label="New and changed tools"
        of={DRIFTS}
        value={value.drift}
        onChange={(drift) => onChange({ ...value, drift })}
      />
      <SelectOne
        label="Revision"
        hint="If tools say that they cannot ask on this connection, choose one with a handshake."
        error={eraFault}
        of={ERAS}
        value={value.era}
        onChange={(era) => onChange({ ...value, era })}
      />
      <SelectOne
        label="Connection"
        of={ISOLATIONS}
        value={value.isolation}
        onChange={(isolation) => onChange({ ...value, isolation })}
      />
      <SelectOne
        label={RESULTS.label}
        of={RESULTS.of}
        value={value.results}
        onChange={(results) => onChange({ ...value, results })}
      />
      <SelectOne
        label={ARGUMENT_SECRETS.label}
        of={ARGUMENT_SECRETS.of}
        value={value.argument_secrets}
        onChange={(argument_secrets) => onChange({ ...value, argument_secrets })}
      />
      <SelectOne
        label={RESULT_SECRETS.label}
        of={RESULT_SECRETS.of}
        value={value.result_secrets}
        onChange={(result_secrets) => onChange({ ...value, result_secrets })}
      />
      <SelectOne
        label="Service"
        of={SERVICES}
        value={value.service}
        onChange={(service) => onChange({ ...value, service })}
      />
    </>
  );
}

const ERAS = [
  ['auto', 'the newest that it speaks'],
  ['modern', '2026-07-28'],
  ['legacy', 'one with a handshake'],
] as const satisfies readonly (readonly [MannerValue['era'], string])[];

const ISOLATIONS = [
  ['shared', 'one for all grants'],
  ['grant', 'one for each grant'],
] as const satisfies readonly (readonly [MannerValue['isolation'], string])[];

const SERVICES = [
  ['in', 'agents reach it as their grants and policies say'],
  ['out', 'disabled: all agents are refused, and nothing else changes'],
] as const satisfies readonly (readonly [MannerValue['service'], string])[];

const PASSED_ON = [
  ['off', 'are passed on'],
  ['log', 'are passed on, and the log says so'],
] as const;

export const RESULTS = {
  label: 'Results that break the schema of the tool',
  of: [...PASSED_ON, ['block', 'are kept from the agent']] as const satisfies readonly (readonly [
    Results,
    string,
  ])[],
};

export const ARGUMENT_SECRETS = {
  label: 'Requests with what looks like a secret',
  of: [...PASSED_ON, ['deny', 'are refused']] as const satisfies readonly (readonly [
    ArgumentSecrets,
    string,
  ])[],
};

export const RESULT_SECRETS = {
  label: 'Answers with what looks like a secret',
  of: [...PASSED_ON, ['redact', 'are passed on without it']] as const satisfies readonly (readonly [
    ResultSecrets,
    string,
  ])[],
};

export const DRIFTS = [
  ['hold', 'wait until somebody accepts them'],
  [
    'hold_execute',
    'wait until somebody accepts them, if they execute, destroy or spend, or do not say what they do',
  ],
  ['accept', 'are accepted as they come'],
] as const satisfies readonly (readonly [ServerDetail['drift'], string])[];

function placeOf(kind: 'url' | 'command', text: string) {
  if (kind === 'url') return { url: text };
  const [command = '', ...args] = splitCommand(text) ?? [];
  return { command, args };
}
