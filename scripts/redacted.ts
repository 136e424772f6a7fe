/** Loaded before every npm script: no login and no e-mail address reaches the terminal or a log. */
import { redactOutput } from '../infra/redact.ts';

redactOutput();
