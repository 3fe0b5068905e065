import { type FormEvent, useState } from 'react';
import { useAct } from '../../app/act.ts';
import { api, bodyOf } from '../../app/api.ts';
import { queryClient } from '../../app/query.ts';
import { useSession } from '../../app/session.ts';
import { AskBeforeLeaving } from '../../app/unsaved.tsx';
import {
  Button,
  Card,
  CopyLine,
  FormProblem,
  linkClass,
  QrCode,
  Section,
  TextField,
} from '../../ui/index.ts';
import { Enrolled } from './enrolled.tsx';

type Step =
  | { readonly at: 'password' }
  | { readonly at: 'code'; readonly secret: string; readonly uri: string }
  | { readonly at: 'done'; readonly recoveryCodes: readonly string[] };

export function SecondFactor() {
  const { organization, person } = useSession();
  // It goes with a password, which signs nobody in there.
  if (organization.requiresProvider && !person.hasSecondFactor) return null;
  return (
    <Section title="Your second factor">
      <Card>{person.hasSecondFactor ? <Enrolled /> : <Enrol />}</Card>
    </Section>
  );
}

function Enrol() {
  const act = useAct();
  const [step, setStep] = useState<Step>({ at: 'password' });
  const [text, setText] = useState('');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const next = await act.run(() => advance(step, text));
    if (next === undefined) return;
    setText('');
    setStep(next);
  };
  if (step.at === 'done') return <RecoveryCodes of={step.recoveryCodes} />;
  return (
    <form
      onSubmit={(event) => void submit(event)}
      className={`flex flex-col gap-3 ${step.at === 'code' ? 'max-w-2xl' : 'max-w-md'}`}
    >
      {step.at === 'code' ? <Key secret={step.secret} uri={step.uri} /> : null}
      <TextField
        key={step.at}
        label={step.at === 'code' ? 'Code from your authenticator' : 'Your password'}
        type={step.at === 'code' ? 'text' : 'password'}
        autoComplete={step.at === 'code' ? 'one-time-code' : 'current-password'}
        required
        value={text}
        onChange={({ target }) => setText(target.value)}
        error={act.faultOf(step.at)}
      />
      <FormProblem text={act.problem} />
      <div>
        <Button type="submit" kind="main" isBusy={act.isBusy}>
          {step.at === 'code' ? 'Confirm' : 'Enrol a second factor'}
        </Button>
      </div>
    </form>
  );
}

function RecoveryCodes({ of }: { readonly of: readonly string[] }) {
  const [isTaken, setTaken] = useState(false);
  return (
    <div className="flex max-w-md flex-col gap-3">
      <p>Enrolled. Keep these recovery codes away from your phone: each works once in place of a code.</p>
      <CopyLine label="Recovery codes" text={of.join('\n')} onCopied={() => setTaken(true)} />
      <Button onClick={() => void queryClient.invalidateQueries({ queryKey: ['session'] })}>
        I have kept them
      </Button>
      <AskBeforeLeaving isUnsaved={!isTaken} what="recovery codes" />
    </div>
  );
}

/** The key for the eye, for the hand, and for an authenticator on this device. */
function Key({ secret, uri }: { readonly secret: string; readonly uri: string }) {
  return (
    <div className="flex flex-col gap-4 sm:flex-row sm:items-center">
      <div className="shrink-0">
        <QrCode label="QR code of the key for your authenticator" text={uri} />
      </div>
      <div className="flex min-w-0 flex-1 flex-col gap-3">
        <p>Scan it with your authenticator, or type the key:</p>
        <CopyLine label="Secret for your authenticator" text={secret} />
        <p className="text-soft text-sm">
          An authenticator on this device{' '}
          <a href={uri} className={linkClass}>
            takes it by a link
          </a>
          .
        </p>
      </div>
    </div>
  );
}

async function advance(step: Step, text: string): Promise<Step> {
  if (step.at === 'password')
    return { at: 'code', ...(await bodyOf(api.twoFactor.enrol({ body: { password: text } }))) };
  const { recoveryCodes } = await bodyOf(api.twoFactor.confirm({ body: { code: text.trim() } }));
  return { at: 'done', recoveryCodes };
}
