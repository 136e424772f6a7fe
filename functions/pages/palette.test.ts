import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Color, palette, paletteCss, stateColors } from './palette.ts';

/** Relative luminance as WCAG 2 defines it. */
function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

test('every colour of a series can be read as text on a card, in the light and in the dark', () => {
  const grounds: readonly Color[] = ['back', 'card', 'line', 'on-blue'];
  const inks = (Object.keys(palette) as Color[]).filter((name) => !grounds.includes(name));
  for (const name of inks) {
    for (const scheme of ['light', 'dark'] as const) {
      const found = contrast(palette[name][scheme], palette.card[scheme]);
      assert.ok(found >= 4.5, `${name}, ${scheme}: ${found.toFixed(2)}`);
    }
  }
});

test('no two states share a colour, and each has a custom property in both schemes', () => {
  const colors = Object.values(stateColors);
  assert.equal(new Set(colors).size, colors.length);
  for (const state of Object.keys(stateColors)) assert.equal(paletteCss.split(`--${state}:#`).length, 3, state);
});

test('no style sheet has a colour of its own', () => {
  const root = join(import.meta.dirname, '../..');
  const sheets = execFileSync('git', ['ls-files', '*.css'], { cwd: root }).toString().trim().split('\n');
  assert.ok(sheets.length > 5);
  for (const sheet of sheets) assert.doesNotMatch(readFileSync(join(root, sheet), 'utf8'), /#[0-9a-f]{3,8}\b/i, sheet);
});
