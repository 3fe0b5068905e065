import { z } from 'zod';
import { ROLES } from '../roles/index.ts';

/** Characters of a name that a person gives to something. */
export const NAME_LENGTH_MAX = 100;
/** Characters of an e-mail address (RFC 5321, 4.5.3.1.3, without the angle brackets). */
export const EMAIL_LENGTH_MAX = 254;
/** Characters of a password: NIST SP 800-63B-4 asks for 15 where it is the only factor; 12 with throttling is our floor. */
export const PASSWORD_LENGTH_MIN = 12;
/** Bounds the work of hashing, not the entropy. */
const PASSWORD_LENGTH_MAX = 256;
/** Characters of secrets that are presented, such as links, codes and tokens. */
const SECRET_LENGTH_MAX = 256;

// Control and bidirectional characters would let one name pass for another.
const CLEAN = /^[^\p{Cc}\p{Cs}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]+$/u;

export const nameText = z
  .string()
  .trim()
  .min(1)
  .max(NAME_LENGTH_MAX)
  .regex(CLEAN, 'expected no control characters');

/** A name that stays as it is written, blanks at its ends too. */
export const declaredName = (lengthMax: number) =>
  z.string().min(1).max(lengthMax).regex(CLEAN, 'expected no control characters');

/** Compared in lower case; kept so. */
export const emailText = z.string().trim().toLowerCase().max(EMAIL_LENGTH_MAX).pipe(z.email());

/** A password that is set. */
export const newPassword = z.string().min(PASSWORD_LENGTH_MIN).max(PASSWORD_LENGTH_MAX);
/** A secret that is presented and compared. */
export const presented = z.string().min(1).max(SECRET_LENGTH_MAX);

/** The library takes a part of a bit, such as `::/8.5`, for a prefix of IPv6. */
const cidrv6 = z.cidrv6().regex(/\/\d+$/);
const network = z.union([z.ipv4(), z.ipv6(), z.cidrv4(), cidrv6]);

/** Characters of an IPv6 address with an IPv4 one in it, a slash and three digits. */
const NETWORK_LENGTH_MAX = 49;
/** Networks that one grant, or API key, may be bound to. */
const NETWORKS_MAX = 64;
/** Where requests may come from: addresses, and networks in CIDR notation, of which the address may be any one. */
export const networkTexts = z
  .array(
    z
      .string()
      .max(NETWORK_LENGTH_MAX)
      .refine((text) => network.safeParse(text).success, {
        error: ({ input }) =>
          `expected an address or a network, such as 203.0.113.7, 10.0.0.0/8 or 2001:db8::/32, found ${JSON.stringify(input)}`,
      }),
  )
  .min(1)
  .max(NETWORKS_MAX);

/** An id of anything; unknown ones are not found. */
export const idText = z.string().min(1).max(64);
export const roleName = z.enum(ROLES);
/** RFC 3339, in UTC. */
export const moment = z.iso.datetime();
