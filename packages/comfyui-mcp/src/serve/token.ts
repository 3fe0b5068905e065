import { createHash, timingSafeEqual } from 'node:crypto';

/** Whether an `Authorization` header presents this token; takes as long for every wrong one. */
export function isBearer(header: string | undefined, token: string): boolean {
  const presented = /^Bearer +(\S+)$/i.exec(header ?? '')?.[1] ?? '';
  return timingSafeEqual(digest(presented), digest(token));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
