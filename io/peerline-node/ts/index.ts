/** The package: every W3C interface under its own name. Each room adds its line. */
export * from './events';
