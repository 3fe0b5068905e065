/** RFC 7523, and the profile of it that is taken: an identity assertion that a provider of people made for an agent (ID-JAG). */
export const ASSERTION_GRANT = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
export const ASSERTION_PROFILE = 'urn:ietf:params:oauth:grant-profile:id-jag';
