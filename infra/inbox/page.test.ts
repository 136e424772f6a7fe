import assert from 'node:assert/strict';
import { test } from 'node:test';
import { palette } from '../../functions/pages/palette.ts';
import { style } from './page.ts';

test("the pages have the palette's colours, though the inbox runs where nothing of the shop is", () => {
  const [, light = '', dark = ''] = style.split(':root {');
  const own = (text: string) =>
    [...text.matchAll(/--(\w+): (#\w+);/g)].map(([, name, color = '']) => [
      name,
      color.length === 4 ? color.replace(/\w/g, '$&$&') : color,
    ]);
  const names = ['back', 'card', 'text', 'soft', 'line', 'blue'] as const;
  assert.deepEqual(
    own(light),
    names.map((name) => [name, palette[name].light]),
  );
  assert.deepEqual(
    own(dark),
    names.map((name) => [name, palette[name].dark]),
  );
});
