export type { InstallOptions, InstallSource, InstallStep, InstalledPlugin, PreparedInstall } from "./plugin.ts";
export type { PrepareOptions } from "./work.ts";
export { prepareInstall } from "./prepare.ts";
export { installedPlugins, type VerifiedPlugin, verifyInstalled } from "./installed.ts";
export { type Uninstalled, uninstallPlugin } from "./uninstall.ts";
export { checkForUpdates, type Update } from "./updates.ts";
