import type { html } from 'hono/html';

/** A piece of a page: whatever text it holds is escaped where it was put in, and it is not when it is put into another. */
export type Html = ReturnType<typeof html>;
