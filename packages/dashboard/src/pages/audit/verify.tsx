import type { AnswerOf, Endpoints } from '@boomgate/contract';
import { useState } from 'react';
import { useAct } from '../../app/act.ts';
import { api, bodyOf } from '../../app/api.ts';
import { Button, Card, Copy, FormProblem, Moment, Status, Untrusted } from '../../ui/index.ts';

type Report = AnswerOf<Endpoints['audit']['verify']>;

/** Walks both logs and says what is found. The ends are to be kept elsewhere: with them, a log set back as a whole is found out. */
export function Verify() {
  const act = useAct();
  const [report, setReport] = useState<Report>();
  const verify = async () => setReport(await act.run(() => bodyOf(api.audit.verify())));
  return (
    <Card>
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p className="max-w-prose text-soft">
          Every row holds the hash of the one before. Verifying finds every row that was changed, removed,
          moved or inserted.
        </p>
        <Button isBusy={act.isBusy} onClick={() => void verify()}>
          Verify both logs
        </Button>
      </div>
      <FormProblem text={act.problem} />
      {report === undefined ? null : (
        <Status className="mt-3 grid gap-3 md:grid-cols-2">
          <Chain name="Audit log" of={report.audit} />
          <Chain name="Decision log" of={report.decisions} />
        </Status>
      )}
    </Card>
  );
}

function Chain({
  name,
  of: { acceptances, findings, head, rows },
}: {
  readonly name: string;
  readonly of: Report['audit'];
}) {
  return (
    <div className="flex min-w-0 flex-col gap-1.5 rounded-md bg-sunken p-3">
      <p className="font-medium">{name}</p>
      {findings.length === 0 ? (
        <p className="text-good">✓ Sound: {rows.toLocaleString()} rows, none missing or changed.</p>
      ) : (
        <ul>
          {findings.map(({ accepted, kind, link, text }) => (
            <li key={`${kind} ${link} ${text}`} className={accepted === undefined ? 'text-bad' : 'text-soft'}>
              ✕ <Untrusted text={text} />
              {accepted === undefined ? null : ' (accepted)'}
            </li>
          ))}
        </ul>
      )}
      {acceptances.map(({ at, by, findings: count, reason }) => (
        <p key={`${at} ${count}`}>
          {count === 1 ? '1 finding' : `${count} findings`} accepted by <Untrusted text={by} />,{' '}
          <Moment at={at} />: <Untrusted text={reason} />
        </p>
      ))}
      <p className="break-all font-mono text-soft text-xs">
        {head.link}:{head.hash}
      </p>
      <div>
        <Copy label="Copy the chain end" text={`${head.link}:${head.hash}`} />
      </div>
    </div>
  );
}
