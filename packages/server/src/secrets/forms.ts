/**
 * Secrets that their form alone gives away, as those who issue them document it: a word with a beginning of its own, or a text that nothing
 * else looks like. What would have to be guessed from its surroundings, as a password, is not among them. No form takes more than
 * `LONGEST_FORM` characters, and none has a group that is numbered.
 */
export const FORMS = [
  ['AWS access key', /A(?:KIA|SIA)[A-Z2-7]{16}(?![A-Za-z0-9])/],
  ['Anthropic key', /sk-ant-[\w-]{20,512}/],
  ['Azure storage key', /AccountKey=[A-Za-z0-9+/]{86}==/],
  ['Boomgate token', /bg[agirsw]?_[0-9A-Za-z]{49}(?![A-Za-z0-9])/],
  ['DigitalOcean token', /do[opr]_v1_[0-9a-f]{64}/],
  ['Docker token', /dckr_[po]at_[\w-]{20,128}/],
  ['GitHub token', /g(?:h[opsur]_[A-Za-z0-9]{36,255}|ithub_pat_\w{22,255})/],
  ['GitLab token', /gl(?:agent|cbt|dt|ft|imt|oas|pat|ptt|rt|soat)-[\w-]{20,512}/],
  ['Google API key', /AIza[\w-]{35}(?![\w-])/],
  ['Google access token', /ya29\.[\w-]{20,2048}/],
  ['Hugging Face token', /hf_[A-Za-z0-9]{34}(?![A-Za-z0-9])/],
  ['JSON Web Token', /(?<![\w.-])eyJ[\w-]{10,2048}\.eyJ[\w-]{10,8192}\.[\w-]{10,1024}/],
  ['Linear key', /lin_(?:api|oauth)_[A-Za-z0-9]{40,128}/],
  ['Notion token', /ntn_[A-Za-z0-9]{40,128}/],
  [
    'OpenAI key',
    /sk-(?:(?:admin|proj|svcacct)-[\w-]{20,512}|[A-Za-z0-9]{20}T3BlbkFJ[A-Za-z0-9]{20}(?![A-Za-z0-9]))/,
  ],
  ['PyPI token', /pypi-AgEI[\w-]{50,1024}/],
  ['SendGrid key', /SG\.[\w-]{22}\.[\w-]{43}/],
  ['Shopify token', /shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}/],
  ['Slack token', /x(?:app|ox[abeprs])-\d[\w-]{9,512}/],
  ['Slack webhook', /https:\/\/hooks\.slack\.com\/(?:services|triggers|workflows)\/[\w/+-]{20,256}/],
  ['Stripe key', /[rs]k_(?:live|test)_[A-Za-z0-9]{16,256}/],
  ['Vault token', /hv[bsr]\.[\w-]{24,512}/],
  ['npm token', /npm_[A-Za-z0-9]{36}(?![A-Za-z0-9])/],
  [
    'password in an address',
    /(?:amqps?|mariadb|mongodb(?:\+srv)?|mssql|mysql|postgres(?:ql)?|rediss?|smtps?):\/\/[^\s:/@]{0,128}:(?![$<{*])[^\s:/@]{1,256}@/,
  ],
  ['private key', /-----BEGIN (?:[A-Z0-9]{1,20} ){0,3}PRIVATE KEY(?: BLOCK)?-----/],
  ['webhook secret', /whsec_[A-Za-z0-9+/]{24,256}/],
] as const satisfies readonly (readonly [kind: string, form: RegExp])[];

export type SecretKind = (typeof FORMS)[number][0];

/** Characters. */
export const LONGEST_FORM = 12 * 1024;

/** Of all forms: the shortest has that many characters. */
export const SHORTEST_FORM = 10;
