import { diskFailure } from "#lib/disk-failure.js";
import { bundleAside } from "./bundle-aside.js";
import { bundleModule, type UserModule } from "./bundle-module.js";

export interface LoadOptions {
  /** Believes no bundle that an earlier command left, and leaves none. */
  readonly anew?: boolean;
}

/** The bundle in `cache`, brought up to date. A project in which nothing may be written can be looked at all the same. */
export async function loadBundle(
  module: UserModule,
  cache: string,
  { anew = false }: LoadOptions,
): ReturnType<typeof bundleModule> {
  if (anew) return bundleModule(module, bundleAside(module.file));
  try {
    return await bundleModule(module, cache);
  } catch (error) {
    if (!diskFailure(error)) throw error;
    return bundleModule(module, bundleAside(module.file));
  }
}
