import { html } from 'hono/html';
import { paletteCss } from '../../functions/pages/palette.ts';

/** Where one comes in, and leaves. */
export const [enterPath, leavePath, stylePath] = ['/enter', '/leave', '/enter.css'];

export const enterStyle = `${paletteCss}
:root { font: 16px/1.5 system-ui, 'Liberation Sans', sans-serif; background: var(--back); color: var(--text); }
main { max-width: 22rem; margin: 12vh auto; padding: 1.5rem; border: 1px solid var(--line); border-radius: .75rem; background: var(--card); }
h1 { margin: 0 0 1rem; font-size: 1.35rem; }
form, label { display: grid; gap: .3rem; }
label { margin-bottom: .75rem; color: var(--soft); }
input, button { padding: .5rem .7rem; border: 1px solid var(--soft); border-radius: .45rem; background: var(--card); color: var(--text); font: inherit; }
button { border-color: var(--blue); background: var(--blue); color: var(--on-blue); }
[role=alert] { color: var(--red); }
`;

/** Asks for a name, which the trail will hold, and the password of a role. @param refused after a wrong one */
export const enterPage = (refused: boolean): string =>
  String(html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>despacho</title><link rel="stylesheet" href="${stylePath}"></head>
<body><main><h1>despacho</h1>${refused ? html`<p role="alert">Clave incorrecta · Wrong password</p>` : ''}
<form method="post" action="${enterPath}">
<label>Nombre · Name <input name="name" autocomplete="username" maxlength="64" required autofocus></label>
<label>Clave · Password <input name="password" type="password" autocomplete="current-password" required></label>
<button>Entrar · Enter</button></form></main></body></html>`);
