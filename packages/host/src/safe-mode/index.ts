export { crashFileOf, forgetCrashes } from "./crashes.ts";
