/**
 * An e-mail's looks: tables and styles in place, because that is what mail clients understand, in one column as wide
 * as they show. It loads nothing from anywhere.
 */
import { html } from 'hono/html';
import { type Language, type State, stateNames, states } from '../orders/lifecycle.ts';
import type { Html } from '../pages/html.ts';
import { type Color, palette, stateColors } from '../pages/palette.ts';

/** Every text is in `language`, ready to be shown and not yet escaped; `when` is a time in UTC. */
type HtmlPart = Readonly<{
  language: Language;
  state: State;
  /** What happened, in a few words. */
  headline: string;
  lines: readonly string[];
  facts: readonly (readonly [name: string, value: string])[];
  storyTitle: string;
  story: readonly Readonly<{ when: string; what: string }>[];
  footer: string;
}>;

const font = "font-family:'Helvetica Neue',Arial,'Liberation Sans',sans-serif";
/** Mail clients know no dark scheme that could be relied on. */
const light = (color: Color): string => palette[color].light;
const [ink, soft, line, back] = [light('text'), light('soft'), light('line'), light('back')];
const colorOf = (state: State): string => light(stateColors[state]);

const way: readonly State[] = stateNames.filter((state) => state !== 'cancelled');

/** The states of an order's way, those that it has reached in its colour; nothing for an order that left the way. */
function progress({ state, language }: HtmlPart): Html | '' {
  const reached = way.indexOf(state);
  if (reached < 0) return '';
  const cells = way.map((name, index) => {
    const [bar, text] = index <= reached ? [colorOf(state), ink] : [line, soft];
    const weight = index === reached ? 'bold' : 'normal';
    return html`<td width="20%" valign="top" style="padding:0 2px"><div style="height:6px;border-radius:3px;background:${bar}"></div>
<div style="padding-top:6px;font-size:12px;line-height:16px;font-weight:${weight};color:${text}">${states[name].label[language]}</div></td>`;
  });
  return html`<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="margin:20px 0"><tr>${cells}</tr></table>`;
}

const factRow = ([name, value]: readonly [string, string]): Html =>
  html`<tr><td style="padding:6px 12px 6px 0;border-bottom:1px solid ${line};color:${soft}" valign="top">${name}</td>
<td style="padding:6px 0;border-bottom:1px solid ${line};word-break:break-word">${value}</td></tr>`;

const storyRow = ({ when, what }: { when: string; what: string }): Html =>
  html`<tr><td style="padding:4px 12px 4px 0;color:${soft};white-space:nowrap" valign="top">${when}</td>
<td style="padding:4px 0">${what}</td></tr>`;

/** The HTML part of a message: a whole document. */
export function htmlPart(page: HtmlPart): string {
  const { language, state, headline, lines, facts, storyTitle, story, footer } = page;
  const table = html`<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="font-size:14px;line-height:20px">`;
  return String(html`<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light">
<title>${headline}</title></head>
<body style="margin:0;padding:0;background:${back};color:${ink};${font}">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="background:${back}"><tr><td align="center" style="padding:24px 12px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="max-width:600px;background:#ffffff;border:1px solid ${line};border-radius:12px">
<tr><td style="padding:18px 28px;border-radius:11px 11px 0 0;background:${colorOf(state)};color:#ffffff;font-size:16px;font-weight:bold">despacho</td></tr>
<tr><td style="padding:24px 28px 28px;font-size:16px;line-height:24px">
<h1 style="margin:0;font-size:22px;line-height:28px">${headline}</h1>
${progress(page)}${lines.map((text) => html`<p style="margin:0 0 12px">${text}</p>`)}
${table}${facts.map(factRow)}</table>
<h2 style="margin:24px 0 6px;font-size:16px;line-height:24px">${storyTitle}</h2>
${table}${story.map(storyRow)}</table>
</td></tr></table>
<p style="max-width:600px;margin:16px auto 0;font-size:12px;line-height:18px;color:${soft}">${footer}</p>
</td></tr></table></body></html>`);
}
