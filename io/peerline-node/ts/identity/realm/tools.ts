/** What the parts of an identity provider's realm have in common; see `realm.ts`. */

export type Kind = 'url' | 'timer' | 'fetch' | 'answer';

/** Tells the process something. `url` answers with the parts of an address as JSON, or with nothing; the others with nothing. */
export type Post = (kind: Kind, text: string, number: number) => string;

/** The parts of an address. */
export interface Parts {
  href: string;
  origin: string;
  protocol: string;
  username: string;
  password: string;
  host: string;
  hostname: string;
  port: string;
  pathname: string;
  search: string;
  hash: string;
}

/** What a part of the realm is made with, before the script runs. */
export interface Tools {
  readonly scope: Record<string, unknown>;
  /** Where the script is from. */
  readonly own: Parts;
  expose(name: string, value: unknown): void;
  /** {@link Post}, with errors of this realm. */
  tell: Post;
  /** Throws a `TypeError` for what is no address. */
  partsOf(url: unknown, base?: unknown): Parts;
  /** As it was before any script could touch it. */
  stringify(value: unknown): string;
  parse(text: string): unknown;
  apply(callback: Function, receiver: unknown, args: unknown[]): unknown;
  then(promise: Promise<unknown>, fulfilled: (value: unknown) => void, rejected?: (error: unknown) => void): void;
}

/** A part of the realm: self-contained, since its text is evaluated elsewhere. */
export type Part = (tools: Tools) => object | void;
