/** A Markdown table, without a line break at its end. Cells must hold no "|": nothing is escaped. */
export const markdown = (head: readonly string[], body: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...body].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
