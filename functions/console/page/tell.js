const status = document.getElementById('status');
const shownMilliseconds = 6000;
let timer;

/** Tells what happened to those who see and to those who listen. */
export function tell(text, bad = false) {
  status.textContent = text;
  status.classList.toggle('bad', bad);
  clearTimeout(timer);
  timer = setTimeout(() => {
    status.textContent = '';
  }, shownMilliseconds);
}
