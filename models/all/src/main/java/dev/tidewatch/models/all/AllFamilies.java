package dev.tidewatch.models.all;

import dev.tidewatch.models.ModelFamilies;

/** All families of this release. What trains and what serves ask here, so that they agree. */
public final class AllFamilies {
  private AllFamilies() {}

  /** A new list; families are stateless, and what they need natively is loaded when first used. */
  public static ModelFamilies create() {
    return ModelFamilies.core();
  }
}
