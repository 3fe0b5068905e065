/** What people set: for themselves, for their organisation; and what whoever runs the gateway has set, to be seen. */
export { GatewayPage } from './gateway.tsx';
export { OrganizationPage } from './organization.tsx';
export { SettingsPage } from './settings.tsx';
export { WebhookPage } from './webhook.tsx';
export { WebhooksPage } from './webhooks.tsx';
