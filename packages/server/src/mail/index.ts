/**
 * Letters to people, by SMTP: the settings of the mail server, and the sending of one text. May open the connection to that
 * one server; knows no approval, no store and no recipient beyond an address.
 */
export type * from './contract.ts';
export { MailError } from './contract.ts';
export { type MailSettings, mailSettings } from './settings.ts';
export { checkMail, openMailer } from './smtp.ts';
