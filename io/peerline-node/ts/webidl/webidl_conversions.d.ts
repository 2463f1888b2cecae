// Types of the package `webidl-conversions`, as far as we use it.
declare module 'webidl-conversions' {
  interface Options {
    context?: string;
    enforceRange?: boolean;
    clamp?: boolean;
  }
  const conversions: Record<string, (value: unknown, options?: Options) => unknown>;
  export = conversions;
}
