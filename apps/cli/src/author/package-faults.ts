import { discoverPlugins } from "@loong/host/plugins";
import { LoongError } from "@loong/sdk";
import { cliErrors } from "../errors.ts";
import type { PackageFolder } from "./package-folder.ts";

const SDK = "@loong/sdk";
/** Words of a workspace that mean nothing on npm. */
const WORKSPACE_ONLY = /^(?:workspace|catalog|link|file):/u;

/** What would keep others from using the package: those who install it, and the gateway that looks at it. */
export async function packageFaults(folder: PackageFolder, pluginsDir: string): Promise<readonly LoongError[]> {
  return [...(await hostFaults(folder, pluginsDir)), ...dependencyFaults(folder)];
}

/** What a gateway says about the folder, contract and manifest and entry. */
async function hostFaults({ directory }: PackageFolder, pluginsDir: string): Promise<readonly LoongError[]> {
  const { failures } = await discoverPlugins({ paths: { pluginsDir }, extraPaths: [directory], bundled: [] });
  return failures
    .filter((failure) => failure.directory === directory && failure.severity === "error")
    .map(({ code, message, hint }) => new LoongError(code, message, { hint }));
}

function dependencyFaults({ packageJson }: PackageFolder): readonly LoongError[] {
  const { name, dependencies = {}, peerDependencies = {} } = packageJson;
  const isPeer = peerDependencies[SDK] !== undefined && dependencies[SDK] === undefined;
  const foreign = Object.entries({ ...dependencies, ...peerDependencies }).filter(([, range]) =>
    WORKSPACE_ONLY.test(range),
  );
  return [
    ...(isPeer ? [] : [cliErrors.CLI_PACK_SDK([name])]),
    ...foreign.map(([dependency, range]) => cliErrors.CLI_PACK_RANGE([name, dependency, range])),
  ];
}
