import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Writes `<name>.pem` and `<name>.key`, a certificate for 127.0.0.1 and its key, signed by an authority of its own, which lies in
 * `<name>-ca.pem`. All are in PEM, and good for two days.
 */
export function certify(folder: string, name: string): void {
  const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'ignore', cwd: folder });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  const [subject, days] = [
    ['-subj', `/CN=${name}`],
    ['-days', '2'],
  ];
  openssl('req', '-x509', ...key, ...days, ...subject, '-keyout', `${name}-ca.key`, '-out', `${name}-ca.pem`);
  openssl('req', ...key, ...subject, '-keyout', `${name}.key`, '-out', `${name}.csr`);
  writeFileSync(join(folder, 'names'), 'subjectAltName=IP:127.0.0.1');
  const by = ['-CA', `${name}-ca.pem`, '-CAkey', `${name}-ca.key`, '-CAcreateserial', ...days, '-extfile', 'names'];
  openssl('x509', '-req', '-in', `${name}.csr`, ...by, '-out', `${name}.pem`);
}
