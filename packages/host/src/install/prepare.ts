import { installErrors } from "./errors.ts";
import { prepareCopy } from "./copy.ts";
import { prepareLink } from "./link.ts";
import { obtainTarball } from "./obtain.ts";
import type { PreparedInstall } from "./plugin.ts";
import { presentPlugins } from "./rivals.ts";
import { parseSpec } from "./spec.ts";
import { openStaging } from "./staging.ts";
import { type PrepareOptions, step, type Work } from "./work.ts";

/**
 * Fetches, checks and stages one plugin; nothing of it is active before `activate`. The caller ends it with `activate` or
 * `discard`: until then no other install can begin.
 *
 * @param spec - `name`, `name@version`, `name@tag`, a folder (`./x`, linked unless told otherwise) or a `.tgz`.
 * @throws INSTALL_*, PLUGIN_* when it is refused; staging is empty then.
 */
export async function prepareInstall(spec: string, options: PrepareOptions): Promise<PreparedInstall> {
  const wanted = parseSpec(spec, options.env, process.cwd());
  const isLink = wanted.from === "directory" && options.link !== false;
  if (options.link === true && !isLink) throw installErrors.INSTALL_SPEC_INVALID([spec, "only a folder can be linked"]);
  const staging = await openStaging(options.paths.pluginsDir);
  try {
    step(options, "resolve");
    const present = await presentPlugins(options);
    const typed = wanted.from === "registry" ? spec.trim() : wanted.path;
    const work: Work = { typed, options, staging, present };
    if (isLink) return await prepareLink(wanted.path, work);
    const known = present.map(({ packageName }) => packageName);
    return await prepareCopy(await obtainTarball(wanted, staging, { ...options, known }), work);
  } catch (error) {
    await staging.close();
    throw error;
  }
}
