/** Lets a reader of the report choose its language, and shows one section alone for those who take pictures. */
import type { Language } from '../../../../functions/orders/lifecycle.ts';

const button = document.querySelector('button');
const root = document.documentElement;

function speak(language: Language): void {
  root.lang = language;
  if (button) button.textContent = language === 'es' ? 'English' : 'Español';
}

button?.addEventListener('click', () => speak(root.lang === 'es' ? 'en' : 'es'));

const asked = new URLSearchParams(location.hash.slice(1));
speak(asked.has('en') || (!asked.has('es') && !navigator.language.startsWith('es')) ? 'en' : 'es');

// For pictures: one section alone, on white.
const only = document.getElementById(asked.get('only') ?? '');
if (only) {
  root.style.colorScheme = 'light';
  document.body.replaceChildren(only);
}
