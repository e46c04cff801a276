export { type EnvironmentNeed, environmentNeeds } from "./environment-names.ts";
export { type Machine, type ServiceManager, serviceManager } from "./manager.ts";
export {
  type InstallReport,
  installService,
  isInstalled,
  restartService,
  servicePid,
  stopService,
  uninstallService,
} from "./service.ts";
export { environmentFile, serviceName, type ServiceSpec, serviceSpec } from "./spec.ts";
