/** Texts that have the form of a secret, one of each kind, put together here so that none stands in a file. */
const letters = (count: number): string => 'aB3dE5gH7jK9mN'.repeat(40).slice(0, count);
const capitals = (count: number): string => 'ABCDEFGH234567'.repeat(4).slice(0, count);
const hex = (count: number): string => '0123456789abcdef'.repeat(8).slice(0, count);
const dashes = '-'.repeat(5);

export const SECRETS = {
  'AWS access key': `AKIA${capitals(16)}`,
  'Anthropic key': `sk-ant-${letters(90)}`,
  'Azure storage key': `AccountKey=${letters(86)}==`,
  'Boomgate token': `bg_${letters(49)}`,
  'DigitalOcean token': `dop_v1_${hex(64)}`,
  'Docker token': `dckr_pat_${letters(27)}`,
  'GitHub token': `ghp_${letters(36)}`,
  'GitLab token': `glpat-${letters(20)}`,
  'Google API key': `AIza${letters(35)}`,
  'Google access token': `ya29.${letters(120)}`,
  'Hugging Face token': `hf_${letters(34)}`,
  'JSON Web Token': `eyJ${letters(30)}.eyJ${letters(60)}.${letters(43)}`,
  'Linear key': `lin_api_${letters(40)}`,
  'Notion token': `ntn_${letters(46)}`,
  'OpenAI key': `sk-proj-${letters(100)}`,
  'PyPI token': `pypi-AgEI${letters(120)}`,
  'SendGrid key': `SG.${letters(22)}.${letters(43)}`,
  'Shopify token': `shpat_${hex(32)}`,
  'Slack token': `xoxb-1${letters(40)}`,
  'Slack webhook': `https://hooks.slack.com/services/${letters(9)}/${letters(11)}/${letters(24)}`,
  'Stripe key': `sk_live_${letters(24)}`,
  'Vault token': `hvs.${letters(24)}`,
  'npm token': `npm_${letters(36)}`,
  'password in an address': `postgres://app:${letters(16)}@`,
  'private key': `${dashes}BEGIN RSA PRIVATE KEY${dashes}\n${letters(64)}\n${letters(64)}\n${dashes}END RSA PRIVATE KEY${dashes}`,
  'webhook secret': `whsec_${letters(32)}`,
} as const;
