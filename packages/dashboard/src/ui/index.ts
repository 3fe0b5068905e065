/** What pages are made of. Knows nothing of servers, policies or grants; every colour, size and distance is decided here. */
export { Badge, type Tone } from './badge.tsx';
export { Button, type ButtonProps, buttonClass } from './button.tsx';
export { CodeBlock } from './code-block.tsx';
export { Copy, CopyLine } from './copy.tsx';
export { Crumbs } from './crumbs.tsx';
export { Confirm, Dialog } from './dialog.tsx';
export { type Fact, Facts } from './facts.tsx';
export { CheckField, Field, FormProblem, SelectField, TextArea, TextField } from './field.tsx';
export { Icon, type IconName } from './icon.tsx';
export { Card, Page, Section } from './layout.tsx';
export { ExternalLink, linkClass } from './link.tsx';
export { Notices, notify } from './notices.tsx';
export { Scrolling } from './scrolling.tsx';
export { Empty, Loading, ProblemNote } from './states.tsx';
export { type Column, Table } from './table.tsx';
export { Code, Untrusted, visible } from './text.tsx';
export { Ago, Moment } from './time.tsx';
